/** Copies the pictures that README and docs show from those of `npm run screenshots`. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './machine.ts';
import { pictures } from './pictures.ts';

/** The picture (THEME/NAME) behind each file of docs/. */
const published: Readonly<Record<string, string>> = {
  'dataset.png': 'dark/dataset-review',
  'studio.png': 'dark/studio-running-beside',
};

for (const [file, picture] of Object.entries(published)) {
  await copyFile(join(pictures, 'surfaces', `${picture}.png`), join(root, 'docs', file));
}
console.log(
  `docs/ has ${String(Object.keys(published).length)} pictures of this run; all are in out/screenshots/surfaces.`,
);
