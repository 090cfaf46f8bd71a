import { readFile, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { InvalidInputError } from '../../core/errors.ts';
import { readImport, type ImportedTemplate, type TemplateImport } from '../../core/prompts/importTemplates.ts';
import { readPlainTexts } from '../../core/prompts/plainTexts.ts';
import { placePrompts, writePromptsBlock, type RecipePrompts } from '../../core/prompts/promptsBlock.ts';
import { TEMPLATE_FILE_ENDING } from '../../core/prompts/templateLibrary.ts';
import { writeImport, type WrittenTemplate } from '../../core/prompts/writeImport.ts';
import { everyStep } from '../../core/pipeline/unrollSteps.ts';
import { isHandOver } from '../../core/run/importKept.ts';
import { OPENLINE_FOLDER } from '../../core/run/runFolder.ts';
import { EXIT_STATUS, type Result, type Surroundings } from '../console.ts';
import type { Given, OptionName } from '../options.ts';
import { shorten } from '../summaryText.ts';
import { UsageError } from '../usage.ts';
import { currentRoot, openLibrary, type Workspace } from '../workspace.ts';
import { importKeptCommand } from './importKept.ts';

export const IMPORT_OPTIONS: readonly OptionName[] = ['output', 'force'];

/** Bytes of a file beyond which it cannot be one of prompts. */
const LARGEST_FILE = 32 * 1024 * 1024;
/** Mistakes of a Python file that are told one by one. */
const MOST_MISTAKES = 5;

/**
 * `openline import prompts.py`: the file's templates into `.openline/prompts`, or the folder of `--output`; of a folder
 * that was handed over to a cluster see importKept.
 */
export async function importCommand(given: Given, around: Surroundings): Promise<Result> {
  const [argument, ...rest] = given.positionals;
  if (argument === undefined)
    throw new UsageError(
      'Which file? Give the path of a prompts.py, a folder of texts, or one of --format nemo-curator',
    );
  if (await isHandOver(resolve(around.cwd, argument))) return importKeptCommand(given, around);
  if (rest.length > 0) throw new UsageError(`import takes one file, not ${given.positionals.join(', ')}`);
  const { templates: builtIns, recipes } = await openLibrary(around.library);
  const found = await readTemplates(argument, builtIns, around);
  tellMistakes(found, argument, around);
  if (found.templates.length === 0 && found.skipped.length === 0) {
    throw InvalidInputError.of(
      'nothing-to-import',
      'there is nothing to import: a folder has no text (NAME.txt), and a Python file assigns no text to a known constant (such as DEFAULT_MACRO_TOPICS_PROMPT_TEMPLATE) nor to any name that ends in _PROMPT_TEMPLATE',
      { file: argument },
    );
  }
  const root = await currentRoot(around);
  const library = join(root, OPENLINE_FOLDER, 'prompts');
  const output = given.text('output');
  const folder = output === undefined ? library : resolve(around.cwd, output);
  const written = await write(found.templates, folder, given.flag('force'), around);
  tellReport(written, found, argument, around);
  const nameOf = ({ id }: ImportedTemplate): string =>
    folder === library ? id : pathFrom(root, join(folder, `${id}${TEMPLATE_FILE_ENDING}`));
  const blocks = findPlaces(written, nameOf, recipes);
  if (!given.flag('json')) tellUse(written, blocks, nameOf, around);
  const usable = written.some(({ outcome }) => outcome !== 'kept');
  return {
    status: usable ? 0 : EXIT_STATUS.invalid,
    json: describe(written, found, blocks, nameOf, usable),
  };
}

/** The templates of a Python file, or of a folder of plain texts. */
async function readTemplates(
  argument: string,
  builtIns: Workspace['templates'],
  around: Surroundings,
): Promise<TemplateImport> {
  const folder = resolve(around.cwd, argument);
  if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true) {
    return readImport(await readPythonFile(argument, around), builtIns);
  }
  return { ...(await readPlainTexts(folder, builtIns)), mistakes: [] };
}

async function readPythonFile(argument: string, around: Surroundings): Promise<string> {
  const path = resolve(around.cwd, argument);
  const refuse = (code: string, message: string): InvalidInputError =>
    InvalidInputError.of(code, message, { file: argument });
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) throw refuse('missing-file', 'there is no such file');
  if (!there.isFile()) throw refuse('no-file', 'is a device; give a Python file or a folder of texts');
  if (there.size > LARGEST_FILE) throw refuse('file-too-large', 'is larger than 32 MB, which no file of prompts is');
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw refuse('missing-file', `it cannot be read (${cause instanceof Error ? cause.message : String(cause)})`);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse('not-utf-8', 'is not a text in UTF-8; save it in that encoding first');
  }
}

async function write(
  templates: readonly ImportedTemplate[],
  folder: string,
  force: boolean,
  around: Surroundings,
): Promise<readonly WrittenTemplate[]> {
  if (templates.length === 0) return [];
  try {
    return await writeImport(templates, folder, { force });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw InvalidInputError.of('unwritable-folder', `the templates cannot be written there (${reason})`, {
      file: shorten(folder, around.cwd),
    });
  }
}

function tellMistakes({ mistakes }: TemplateImport, file: string, around: Surroundings): void {
  for (const { line, message } of mistakes.slice(0, MOST_MISTAKES)) {
    around.err.write(`${file}:${line}: warning: ${message}\n`);
  }
  const more = mistakes.length - MOST_MISTAKES;
  if (more > 0) around.err.write(`${file}: ${more} more of the kind. Is it a Python file?\n`);
}

/** What became of each constant: the good news counted, the rest line by line, all on standard error. */
function tellReport(
  written: readonly WrittenTemplate[],
  { skipped }: TemplateImport,
  file: string,
  around: Surroundings,
): void {
  const say = (line: number, text: string): unknown => around.err.write(`${file}:${line}: ${text}\n`);
  for (const { constant, line, system, path, outcome, warnings } of written) {
    const place = shorten(path, around.cwd);
    const what = system === null ? constant : `${constant} with ${system}`;
    if (outcome === 'kept')
      say(line, `${constant} was not imported: ${place} is there with another text; --force replaces it`);
    else say(line, `${what} → ${place}${outcome === 'unchanged' ? ' (unchanged)' : ''}`);
    for (const warning of warnings) say(line, `warning: ${constant}: ${warning}`);
  }
  for (const { constant, line, reason } of skipped) say(line, `${constant} was not imported: ${reason}`);
}

function findPlaces(
  written: readonly WrittenTemplate[],
  nameOf: (template: ImportedTemplate) => string,
  recipes: Workspace['recipes'],
): readonly RecipePrompts[] {
  const names = new Map<string, string>();
  for (const template of written) if (template.builtIn !== null) names.set(template.builtIn, nameOf(template));
  return placePrompts(names, (recipe, step) =>
    everyStep(recipes.get(recipe)?.steps ?? []).some((candidate) => candidate['id'] === step),
  );
}

/** How to use the templates, on standard output, so that it can be sent into a file. */
function tellUse(
  written: readonly WrittenTemplate[],
  blocks: readonly RecipePrompts[],
  nameOf: (template: ImportedTemplate) => string,
  around: Surroundings,
): void {
  if (written.length === 0) return;
  const byPath = written.some((template) => nameOf(template) !== template.id);
  const from = byPath
    ? "# Paths count from the pipeline's folder; these are for a pipeline in the workspace's root folder.\n"
    : '';
  if (blocks.length > 0) {
    around.out.write(
      `# Paste into a pipeline of the recipe:\n${from}\n${blocks.map(writePromptsBlock).join('\n\n')}\n`,
    );
  }
  const placed = new Set(
    blocks.flatMap(({ prompts }) => prompts.flatMap(({ name, alternatives }) => [name, ...alternatives])),
  );
  const others = written.map(nameOf).filter((name) => !placed.has(name));
  if (others.length > 0) {
    around.out.write(
      `${blocks.length > 0 ? '\n' : from}# For the \`prompt:\` of steps of your own: ${others.join(', ')}\n`,
    );
  }
}

function describe(
  written: readonly WrittenTemplate[],
  { skipped, mistakes }: TemplateImport,
  blocks: readonly RecipePrompts[],
  nameOf: (template: ImportedTemplate) => string,
  usable: boolean,
): Result['json'] {
  return {
    templates: written.map((template) => {
      const { constant, line, system, path, outcome, warnings } = template;
      return { constant, line, system, prompt: nameOf(template), path, outcome, warnings };
    }),
    skipped,
    mistakes: mistakes.slice(0, MOST_MISTAKES),
    prompts: Object.fromEntries(
      blocks.map(({ recipe, prompts }) => [recipe, Object.fromEntries(prompts.map(({ key, name }) => [key, name]))]),
    ),
    error: usable ? null : 'nothing was imported',
  };
}

/** A path that a pipeline takes for one: it has a slash. */
function pathFrom(root: string, path: string): string {
  const way = relative(root, path).split(sep).join('/');
  return way.includes('/') ? way : `./${way}`;
}
