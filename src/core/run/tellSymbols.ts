/**
 * Code in languages that none of our parsers reads: its symbols are told by the editor's extensions. They are asked when a
 * run begins, before anything is read, and what they say is kept in the run's folder, so that the run gives the same
 * records wherever it is resumed; a run that began without an editor stays without.
 */
import { appendFile, readFile } from 'node:fs/promises';
import * as z from 'zod';
import { readCode } from '../datasets/records/readSymbols.ts';
import { unreadOf } from '../datasets/sourceEntry.ts';
import { editorSymbolSchema, type EditorAnswer, type EditorSymbols } from '../datasets/symbols/editorSymbols.ts';
import { hashOfText } from '../datasets/symbols/hashOfText.ts';
import { languageOf } from '../datasets/symbols/languages.ts';
import type { ToldFile, ToldSymbols } from '../datasets/symbols/toldSymbols.ts';
import { InvalidInputError } from '../errors.ts';
import type { Charset } from '../datasets/fileBytes.ts';
import type { Plan } from '../pipeline/plan.ts';
import { parseJson } from '../record/json.ts';
import type { RunPaths } from './runFolder.ts';
import type { RunSettings } from './runJob.ts';

const toldLine = z.union([
  z.object({ path: z.string(), language: z.string(), hash: z.string(), symbols: z.array(editorSymbolSchema) }),
  z.object({ path: z.string(), reason: z.string(), message: z.string() }),
  /** The last line: all that there was to ask has been asked, or there was nobody to ask. */
  z.object({ complete: z.literal(true) }),
]);

/** A file whose symbols only the editor can tell. */
interface AskedFile {
  readonly path: string;
  readonly charset: Charset | undefined;
}

const NOTHING: ToldSymbols = { of: () => undefined };

/**
 * What the editor tells of a plan's code files: as it is kept, or else asked now and kept.
 *
 * @param begins the run is new
 * @throws InvalidInputError when only the editor can go on with the asking and there is none
 */
export async function tellSymbols(
  plan: Plan,
  paths: RunPaths,
  { editorSymbols, stop }: Pick<RunSettings, 'editorSymbols' | 'stop'>,
  begins: boolean,
): Promise<ToldSymbols> {
  const wanted = filesToAsk(plan);
  if (wanted.length === 0) return NOTHING;
  const kept = begins ? { told: new Map<string, ToldFile>(), complete: false } : await readKept(paths.symbols);
  const { told } = kept;
  if (kept.complete) return { of: (path) => told.get(path) };
  if (editorSymbols === undefined && !begins) {
    throw InvalidInputError.of(
      'needs-editor',
      `Run ${paths.folder} was interrupted while VS Code told the symbols of its code files; resume it in VS Code, or start a new run`,
    );
  }
  // A line that was cut off by a sudden end must not take the next one with it.
  if (!begins) await appendFile(paths.symbols, '\n');
  for (const file of wanted) {
    if (editorSymbols === undefined) break;
    if (told.has(file.path)) continue;
    const found = await ask(file, editorSymbols, stop);
    // The run is about to end as well; when it is resumed, the rest is asked.
    if (found === undefined) return { of: (path) => told.get(path) };
    await append(paths, { path: file.path, ...found });
    told.set(file.path, found);
  }
  await append(paths, { complete: true });
  return { of: (path) => told.get(path) };
}

function filesToAsk(plan: Plan): readonly AskedFile[] {
  const wanted = new Map<string, AskedFile>();
  for (const step of plan.steps) {
    if (step.kind !== 'read' || step.source.kind !== 'files') continue;
    const { files, charset } = step.source;
    for (const { path, shown, as } of files) {
      if (as === 'symbols' && languageOf(shown) === undefined) wanted.set(path, { path, charset });
    }
  }
  return [...wanted.values()];
}

/** @returns undefined when the run is asked to stop */
async function ask(
  { path, charset }: AskedFile,
  editor: EditorSymbols,
  stop: AbortSignal | undefined,
): Promise<ToldFile | undefined> {
  let hash: string;
  try {
    hash = hashOfText(await readCode(path, charset));
  } catch (error) {
    return unreadOf(error);
  }
  let answer: EditorAnswer;
  try {
    answer = await editor.symbolsOf(path, stop);
  } catch (error) {
    if (stop?.aborted === true) return undefined;
    throw error;
  }
  if ('symbols' in answer) return { hash, ...answer };
  return { reason: REASONS[answer.silence].reason, message: `${REASONS[answer.silence].words} (${answer.message})` };
}

const REASONS: Readonly<
  Record<Extract<EditorAnswer, { silence: unknown }>['silence'], { readonly reason: string; readonly words: string }>
> = {
  'no-provider': {
    reason: 'unknown-language',
    words:
      'no extension of VS Code tells symbols of this file; install one for the language, or read the file as a whole (`as: code`)',
  },
  unsaved: {
    reason: 'unsaved-file',
    words: 'the file is open with changes that are not saved; save it and run again',
  },
  failed: { reason: 'unreadable-file', words: 'VS Code could not tell the symbols of this file' },
};

async function append(
  paths: RunPaths,
  line: (ToldFile & { readonly path: string }) | { complete: true },
): Promise<void> {
  await appendFile(paths.symbols, `${JSON.stringify(line)}\n`);
}

/** A torn last line is asked again. */
async function readKept(path: string): Promise<{ readonly told: Map<string, ToldFile>; readonly complete: boolean }> {
  const told = new Map<string, ToldFile>();
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  let complete = false;
  for (const line of text.split('\n')) {
    const parsed = toldLine.safeParse(parseJson(line));
    if (!parsed.success) continue;
    if ('complete' in parsed.data) complete = true;
    else {
      const { path: file, ...found } = parsed.data;
      told.set(file, found);
    }
  }
  return { told, complete };
}
