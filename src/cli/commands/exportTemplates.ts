import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InvalidInputError } from '../../core/errors.ts';
import { exportTemplates } from '../../core/prompts/exportTemplates.ts';
import { writePlainTexts, type WrittenText } from '../../core/prompts/plainTexts.ts';
import { loadTemplateLibrary, TEMPLATE_FILE_ENDING } from '../../core/prompts/templateLibrary.ts';
import { replaceText } from '../../core/prompts/writeImport.ts';
import { EXIT_STATUS, type Result, type Surroundings } from '../console.ts';
import type { Given } from '../options.ts';
import { shorten } from '../summaryText.ts';
import { UsageError } from '../usage.ts';

/** The folder of templates that an export is about; undefined when it is about records. */
export async function templatesFolder(given: Given, around: Surroundings): Promise<string | undefined> {
  const [name] = given.positionals;
  if (name === undefined) return undefined;
  const folder = resolve(around.cwd, name);
  if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true) return undefined;
  const names = await readdir(folder).catch(() => []);
  return names.some((file) => file.endsWith(TEMPLATE_FILE_ENDING)) ? folder : undefined;
}

/** `openline export FOLDER --output prompts.py`, or `--output FOLDER` for a folder of plain texts. */
export async function exportTemplatesCommand(folder: string, given: Given, around: Surroundings): Promise<Result> {
  const output = given.text('output');
  if (output === undefined || output === '') {
    throw new UsageError('Where to? Give a Python file (prompts.py) or a folder for plain texts with --output');
  }
  if (given.text('format') !== undefined) {
    throw new UsageError(
      '--format is about records; templates become a Python file (--output prompts.py) or plain texts',
    );
  }
  const path = resolve(around.cwd, output);
  const force = given.flag('force');
  const written = output.endsWith('.py')
    ? [await writePython(folder, path, force)]
    : await writePlainTexts([...(await loadTemplateLibrary(folder)).values()], path, { force });
  const kept = written.filter(({ outcome }) => outcome === 'kept');
  for (const { path: left } of kept) {
    around.err.write(`${shorten(left, around.cwd)} is there with another text; --force replaces it\n`);
  }
  if (!given.flag('json'))
    for (const { path: made, outcome } of written) {
      if (outcome !== 'kept') around.out.write(`${shorten(made, around.cwd)}\n`);
    }
  if (kept.length === written.length) {
    const message = 'nothing was exported: what stands there is other than what would be written; --force replaces it';
    throw InvalidInputError.of('foreign-output', message, { file: output });
  }
  return { status: EXIT_STATUS.done, json: { files: written.map((text) => ({ ...text })), error: null } };
}

async function writePython(folder: string, path: string, force: boolean): Promise<WrittenText> {
  await mkdir(dirname(path), { recursive: true });
  return { path, outcome: await replaceText(path, await exportTemplates(folder), force) };
}
