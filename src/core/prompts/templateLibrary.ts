import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '../errors.ts';
import { parseTemplate } from './parseTemplate.ts';
import type { Template } from './template.ts';

/** What the name of every template file ends with. */
export const TEMPLATE_FILE_ENDING = '.prompt.md';

/**
 * Reads the built-in templates: every `*.prompt.md` of a folder (not of its subfolders), by id, which is the file's
 * name without its ending; ids in code-unit order.
 *
 * @throws InvalidInputError with the mistakes of all files, or when the folder cannot be read
 */
export async function loadTemplateLibrary(folder: string): Promise<ReadonlyMap<string, Template>> {
  const names = await templateFiles(folder);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const templates = new Map<string, Template>();
  const errors: InvalidInputError[] = [];
  for (const [index, name] of names.entries()) {
    const id = name.slice(0, -TEMPLATE_FILE_ENDING.length);
    try {
      templates.set(id, parseTemplate(texts[index] ?? '', { id, source: `builtin:${id}`, file: join(folder, name) }));
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new InvalidInputError(errors.flatMap(({ diagnostics }) => diagnostics));
  return templates;
}

async function templateFiles(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.endsWith(TEMPLATE_FILE_ENDING)).sort();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw InvalidInputError.of('missing-folder', `the folder of the built-in templates cannot be read: ${reason}`, {
      file: folder,
    });
  }
}
