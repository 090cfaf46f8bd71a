/** `npm run docs`: brings the generated parts of docs/ up to date. */
import { readFile, writeFile } from 'node:fs/promises';
import { documentationPages } from './pages.ts';
import { fillSections } from './fillSections.ts';
import { documentationSections } from './sections.ts';

const sections = await documentationSections();
for (const path of await documentationPages()) {
  const text = await readFile(path, 'utf8');
  const filled = await fillSections(path, text, sections);
  if (filled === text) continue;
  await writeFile(path, filled);
  console.log(`Wrote ${path}`);
}
