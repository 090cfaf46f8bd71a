import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportedTemplate } from './importTemplates.ts';
import { TEMPLATE_FILE_ENDING } from './templateLibrary.ts';

/** What became of a template's file: `kept` is another file that stood there and was left alone. */
export type WriteOutcome = 'written' | 'unchanged' | 'kept';

export interface WrittenTemplate extends ImportedTemplate {
  readonly path: string;
  readonly outcome: WriteOutcome;
}

/**
 * Writes imported templates into a folder, which is made where it is missing. A file appears whole or not at all.
 *
 * @param force replaces files that say something else
 * @throws the file system's error
 */
export async function writeImport(
  templates: readonly ImportedTemplate[],
  folder: string,
  { force = false }: { readonly force?: boolean } = {},
): Promise<readonly WrittenTemplate[]> {
  await mkdir(folder, { recursive: true });
  const written: WrittenTemplate[] = [];
  for (const template of templates) {
    const path = join(folder, `${template.id}${TEMPLATE_FILE_ENDING}`);
    written.push({ ...template, path, outcome: await replaceText(path, template.text, force) });
  }
  return written;
}

/** Writes a text, whole or not at all; another text that stands there is replaced only by force. */
export async function replaceText(path: string, text: string, force: boolean): Promise<WriteOutcome> {
  const there = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (there === text) return 'unchanged';
  if (there !== undefined && !force) return 'kept';
  const beside = `${path}.new`;
  try {
    // What stands there may be a link that leads out of the workspace.
    await rm(beside, { force: true });
    const file = await open(beside, 'wx');
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  return 'written';
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
