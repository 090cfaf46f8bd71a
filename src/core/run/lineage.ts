/** How records of a run came to be, as `lineage.jsonl` and `rejects.jsonl` have it. */
import * as z from 'zod';
import { readLines } from '../datasets/readLines.ts';
import { parseJson } from '../record/json.ts';
import { exists, runPaths } from './runFolder.ts';

export const stageSchema = z.object({ step: z.string(), key: z.string(), at: z.string().optional() });
/** One step that a record went through: its key there, and the address of the answer where a model was asked. */
export type Stage = z.infer<typeof stageSchema>;

/** The branches that a record stands on (see Branches); none in runs of older versions. */
const branches = z.array(z.string().nullable()).default([]);
/** A line of `lineage.jsonl`. */
export const lineageSchema = z.object({ output: z.string(), id: z.string(), steps: z.array(stageSchema), branches });
/** A line of `rejects.jsonl`. Runs of older versions do not tell the history of what was turned down. */
export const rejectSchema = z.object({
  id: z.string(),
  step: z.string(),
  reason: z.string(),
  message: z.string(),
  at: z.string().optional(),
  steps: z.array(stageSchema).default([]),
  branches,
});

export type Reject = z.infer<typeof rejectSchema>;

/** A record of an output: by its line there, which counts from 0. */
export interface RecordPlace {
  readonly output: string;
  readonly line: number;
  readonly id: string;
}

export interface RecordLineage {
  readonly id: string;
  /** First step first. */
  readonly stages: readonly Stage[];
}

/** What was made of a record: in the outputs, and of what was turned down. */
export interface Descendants {
  readonly records: readonly RecordPlace[];
  /** Lines of `rejects.jsonl`, counted from 0. */
  readonly rejects: readonly number[];
  /** How many there are; more than are listed where there are very many. */
  readonly recordCount: number;
  readonly rejectCount: number;
}

/** Descendants that are listed, at the most. */
const MOST_LISTED = 200;

/**
 * The lineage has a line for each record of an output, in the same order.
 *
 * @param line counts from 0
 * @returns undefined when the run has no such record (yet)
 */
export async function lineageOfLine(folder: string, output: string, line: number): Promise<RecordLineage | undefined> {
  const head = headOf(output);
  let before = line;
  for await (const text of linesOf(runPaths(folder).lineage)) {
    if (!text.startsWith(head)) continue;
    if (before > 0) {
      before -= 1;
      continue;
    }
    const entry = lineageSchema.safeParse(parseJson(text)).data;
    return entry === undefined ? undefined : { id: entry.id, stages: entry.steps };
  }
  return undefined;
}

/** The keys of an output's records, in the order of its lines; none where the run has no lineage. */
export async function* outputKeys(folder: string, output: string): AsyncGenerator<string, undefined> {
  const head = `${headOf(output)}"id":"`;
  for await (const text of linesOf(runPaths(folder).lineage)) {
    if (text.startsWith(head)) yield text.slice(head.length, text.indexOf('"', head.length));
  }
  return undefined;
}

/** How what was turned down came to be, and the answer that was turned down. @param line of `rejects.jsonl`, counts from 0 */
export async function lineageOfReject(folder: string, line: number): Promise<RecordLineage | undefined> {
  let number = 0;
  for await (const text of linesOf(runPaths(folder).rejects)) {
    if (number < line) {
      number += 1;
      continue;
    }
    const reject = rejectSchema.safeParse(parseJson(text)).data;
    return reject === undefined ? undefined : { id: reject.id, stages: stagesOfReject(reject) };
  }
  return undefined;
}

/** Where it was read from an answer to the step itself, that one is told last. */
export function stagesOfReject({ id, step, at, steps }: Reject): readonly Stage[] {
  const isTold = at === undefined || steps.some((before) => before.at === at);
  return isTold ? steps : [...steps, { step, key: id, at }];
}

/** Everything that was made of the record with this key at this step. */
export async function descendantsOf(folder: string, { step, key }: Stage): Promise<Descendants> {
  const paths = runPaths(folder);
  const needle = `{"step":${JSON.stringify(step)},"key":"${key}"`;
  const isOf = (text: string): boolean => {
    for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) {
      const next = text[at + needle.length];
      if (next === ',' || next === '}') return true;
    }
    return false;
  };
  const records: RecordPlace[] = [];
  const lines = new Map<string, number>();
  let recordCount = 0;
  for await (const text of linesOf(paths.lineage)) {
    const output = /^\{"output":("(?:[^"\\]|\\.)*")/u.exec(text)?.[1] ?? '';
    const line = lines.get(output) ?? 0;
    lines.set(output, line + 1);
    if (!isOf(text)) continue;
    recordCount += 1;
    if (records.length >= MOST_LISTED) continue;
    const entry = lineageSchema.safeParse(parseJson(text)).data;
    if (entry !== undefined) records.push({ output: entry.output, line, id: entry.id });
  }
  const rejects: number[] = [];
  let [rejectCount, number] = [0, 0];
  for await (const text of linesOf(paths.rejects)) {
    if (isOf(text)) {
      rejectCount += 1;
      if (rejects.length < MOST_LISTED) rejects.push(number);
    }
    number += 1;
  }
  return { records, rejects, recordCount, rejectCount };
}

export function headOf(output: string): string {
  return `{"output":${JSON.stringify(output)},`;
}

/** The finished lines of a file; none where there is no file: a run that has not come so far has no lineage yet. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  if (!(await exists(path))) return;
  for await (const { bytes, ended } of readLines(path)) if (ended) yield bytes?.toString('utf8') ?? '';
}
