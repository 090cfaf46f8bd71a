/** Keeps what records are to be as decisions in an output's review file; the dataset itself is not touched. */
import { ReviewLog, reviewPath } from '../curate/review/reviewLog.ts';
import { reviewId, seenOf } from '../curate/review/decision.ts';
import { InvalidInputError } from '../errors.ts';
import type { JsonObject } from '../record/json.ts';
import { runSource } from './exportSource.ts';
import { readExported } from './readExported.ts';
import { editBetween } from './repair.ts';
import { readRunFile, runPaths } from './runFolder.ts';
import type { RecordEdit } from './runQuestions.ts';

/**
 * @returns path of the review file
 * @throws InvalidInputError when the run has no such output, or a record is not there any more
 */
export async function keepEdits(folder: string, output: string, edits: readonly RecordEdit[]): Promise<string> {
  const file = await readRunFile(runPaths(folder));
  const found = file.outputs.find(({ name }) => name === output);
  if (found === undefined) throw InvalidInputError.of('unknown-output', `Run ${file.run} has no output ${output}`);
  const review = new ReviewLog(reviewPath(found.path));
  const changes = new Map(edits.flatMap((edit) => (edit.kind === 'change' ? [[edit.line, edit.after] as const] : [])));
  const records = await recordsAt(folder, output, new Set(changes.keys()));
  for (const [line, after] of changes) {
    const record = records.get(line);
    if (record === undefined) {
      throw InvalidInputError.of('no-record', `${found.shown} has no record in line ${line + 1} any more`);
    }
    const { fields, id } = record;
    const edit = editBetween(fields, after);
    await review.decide(id, (before) => ({ ...before, edit, seen: seenOf(fields), at: new Date().toISOString() }));
  }
  const additions = edits.filter((edit) => edit.kind === 'add');
  const key = additions.length === 0 ? undefined : await keyField(folder, output);
  for (const { id, after, note } of additions) {
    // With its key it is known again when it has been added.
    const add = key === undefined ? after : { [key]: id, ...without(after, key) };
    await review.decide(id, (before) => ({ ...before, add, note, at: new Date().toISOString() }));
  }
  return review.path;
}

/** The field that holds the key of an output's records; undefined where none does. */
async function keyField(folder: string, output: string): Promise<string | undefined> {
  for await (const { fields } of readExported(await runSource(folder, output))) {
    if (fields !== null) return ['openline_id', 'id'].find((name) => Object.hasOwn(fields, name));
  }
  return 'id';
}

function without(fields: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name));
}

interface Found {
  readonly id: string;
  readonly fields: JsonObject;
}

async function recordsAt(
  folder: string,
  output: string,
  lines: ReadonlySet<number>,
): Promise<ReadonlyMap<number, Found>> {
  const records = new Map<number, Found>();
  if (lines.size === 0) return records;
  let index = 0;
  for await (const line of readExported(await runSource(folder, output))) {
    const { fields, number } = line;
    // A record without an id is known by its place among the records.
    if (fields !== null && lines.has(number - 1)) {
      records.set(number - 1, { id: reviewId(fields, null) ?? String(index), fields });
    }
    index += 1;
    if (records.size === lines.size) break;
  }
  return records;
}
