/** Tools that look at records: those of a dataset, those that were turned down, how one came to be. */
import { stat } from 'node:fs/promises';
import * as z from 'zod';
import { readRecordLines } from '../datasets/readRecordLines.ts';
import { InvalidInputError } from '../errors.ts';
import { ExpressionError, isTruthy, parseExpression, type Expression } from '../pipeline/expression.ts';
import { isJsonObject, type Json, type JsonObject } from '../record/json.ts';
import { explainRecord } from '../run/explain.ts';
import { fileSource, runSource, type ExportSource } from '../run/exportSource.ts';
import { rejectStatistics } from '../run/rejectStatistics.ts';
import { exists, readRunFile, runPaths } from '../run/runFolder.ts';
import { pathInside, shownPath } from './places.ts';
import { rootOf, runOf } from './runTools.ts';
import { shortenRecord } from './shortTexts.ts';
import { defineTool, type ToolAnswer, type ToolContext } from './tool.ts';

const MOST_ROWS = 200;
/** Bytes of rows, as JSON, in one answer. */
const MOST_BYTES = 48_000;
/** Bytes of a file that one call looks through. */
const MOST_READ = 256 * 1024 * 1024;
/** Characters of each text in a row. */
const ROW_TEXT = 1500;
const MOST_EXAMPLES = 10;

const queryInput = z.object({
  dataset: z
    .string()
    .default('latest')
    .describe('Path of a JSONL file in the open folder, id of a run, or `latest`: the newest run'),
  output: z.string().optional().describe('Which output of a run that has several'),
  where: z
    .string()
    .optional()
    .describe(
      'Only records for which this is true, in the expressions of pipelines: `len(answer) > 40 and topic == "tides"`, `scores.helpfulness < 2`, `"tide" in text`',
    ),
  fields: z.array(z.string()).min(1).optional().describe('Only these fields, dots lead inwards; default: all'),
  offset: z.int().min(0).default(0).describe('Matching records to skip'),
  limit: z.int().min(1).max(MOST_ROWS).default(10).describe('Records to return'),
});

export const queryDataset = defineTool({
  name: 'query_dataset',
  title: 'Query Dataset',
  description:
    'Reads records of a JSONL dataset or of a run, by a condition, and counts those that match. Long texts are cut. Read only.',
  input: queryInput,
  effect: 'reads',
  async run({ dataset, output, where, fields, offset, limit }, context): Promise<ToolAnswer> {
    const source = await sourceOf(dataset, output, context);
    const condition = where === undefined ? null : read(where);
    const tally = { records: 0, matching: 0, unreadable: 0, failing: 0 };
    const rows: JsonObject[] = [];
    let bytes = 0;
    let full = false;
    const readable = Math.min(source.bytes, MOST_READ);
    for await (const entry of readRecordLines(source.path, { bytes: readable, growing: isCut(source, readable) })) {
      context.signal.throwIfAborted();
      if (!('fields' in entry)) {
        tally.unreadable += 1;
        continue;
      }
      tally.records += 1;
      const fits = matches(condition, entry.fields);
      if (fits === null) tally.failing += 1;
      if (fits !== true) continue;
      tally.matching += 1;
      if (tally.matching <= offset || rows.length >= limit || full) continue;
      const row = { line: entry.line, ...shortenRecord(chosen(entry.fields, fields), ROW_TEXT) };
      bytes += Buffer.byteLength(JSON.stringify(row));
      full = bytes > MOST_BYTES && rows.length > 0;
      if (!full) rows.push(row);
    }
    const left = tally.matching - offset - rows.length;
    return {
      facts: {
        dataset: shownPath(source.path, context),
        run: source.run,
        records: tally.records,
        matching: tally.matching,
        ...(tally.unreadable === 0 ? {} : { unreadable_lines: tally.unreadable }),
        ...(tally.failing === 0 ? {} : { condition_not_applicable: tally.failing }),
        whole_file_read: readable === source.bytes,
        rows,
      },
      foreign: true,
      ...(left > 0 ? { next: `${left} matching records more: offset ${offset + rows.length}` } : {}),
    };
  },
});

function isCut(source: ExportSource, readable: number): boolean {
  return source.growing || readable < source.bytes;
}

async function sourceOf(dataset: string, output: string | undefined, context: ToolContext): Promise<ExportSource> {
  if (dataset !== 'latest') {
    const path = await pathInside(dataset, context);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() === true) return fileSource(path, dataset);
    if (/[\\/.]/u.test(dataset)) throw InvalidInputError.of('missing-file', 'there is no such file', { file: dataset });
  }
  const source = await runSource(await runOf(dataset, 'any', context), output);
  // A run may have been told by the person to write elsewhere: that is no reason to read there.
  const inside = [
    ...context.folders,
    ...(source.run === null ? [] : [rootOf(await runOf(source.run, 'any', context))]),
  ];
  await pathInside(source.path, { folders: inside });
  return source;
}

function read(where: string): Expression {
  try {
    return parseExpression(where);
  } catch (error) {
    if (error instanceof ExpressionError) throw InvalidInputError.of('bad-expression', `where: ${error.message}`);
    throw error;
  }
}

/** @returns null where the condition cannot be worked out: a field is missing, or is of another type */
function matches(condition: Expression | null, fields: JsonObject): boolean | null {
  if (condition === null) return true;
  try {
    return isTruthy(condition.evaluate(fields));
  } catch (error) {
    if (error instanceof ExpressionError) return null;
    throw error;
  }
}

function chosen(fields: JsonObject, names: readonly string[] | undefined): JsonObject {
  if (names === undefined) return fields;
  return Object.fromEntries(names.map((name) => [name, valueAt(fields, name)]));
}

function valueAt(fields: JsonObject, name: string): Json {
  let value: Json | undefined = fields[name];
  if (value !== undefined) return value;
  value = fields;
  for (const part of name.split('.')) value = isJsonObject(value) ? value[part] : undefined;
  return value ?? null;
}

export const explainRejects = defineTool({
  name: 'explain_rejects',
  title: 'Explain Rejects',
  description:
    'Tells what a run turned down and why: counts by step and reason, with examples of what the model said. Use it to mend a prompt or loosen a step.',
  input: z.object({
    run: z.string().default('latest').describe('Id of the run, or `latest`'),
    step: z.string().optional().describe('Only this step'),
    reason: z.string().optional().describe('Only this reason'),
    examples: z.int().min(0).max(MOST_EXAMPLES).default(2).describe('Examples of each step and reason'),
  }),
  effect: 'reads',
  async run({ run, step, reason, examples }, context): Promise<ToolAnswer> {
    const folder = await runOf(run, 'any', context);
    const groups = new Map<string, { step: string; reason: string; count: number; examples: JsonObject[] }>();
    const path = runPaths(folder).rejects;
    let bytes = 0;
    for await (const entry of (await exists(path)) ? readRecordLines(path, { growing: true }) : []) {
      context.signal.throwIfAborted();
      if (!('fields' in entry)) continue;
      const { step: at, reason: why, id = null, message = null, fields = null } = entry.fields;
      if (typeof at !== 'string' || typeof why !== 'string') continue;
      if ((step ?? at) !== at || (reason ?? why) !== why) continue;
      const key = `${at}\0${why}`;
      const group = groups.get(key) ?? { step: at, reason: why, count: 0, examples: [] };
      groups.set(key, group);
      group.count += 1;
      if (group.examples.length >= examples || bytes > MOST_BYTES) continue;
      const example = shortenRecord({ id, message, fields }, ROW_TEXT / 3);
      bytes += Buffer.byteLength(JSON.stringify(example));
      group.examples.push(example);
    }
    const rejects = [...groups.values()].sort((a, b) => b.count - a.count);
    const funnel = (await rejectStatistics(folder)).map(({ step: id, in: entered, out }) => ({
      step: id,
      in: entered,
      out,
    }));
    return {
      facts: { run: (await readRunFile(runPaths(folder))).run, rejects, steps: funnel },
      foreign: rejects.length > 0,
      ...(rejects.length === 0 ? { next: 'nothing was turned down' } : {}),
    };
  },
});

export const explainRecordTool = defineTool({
  name: 'explain_record',
  title: 'Explain Record',
  description: 'Shows the steps, templates, requests and answers that made one record of a run.',
  input: z.object({
    run: z.string().default('latest').describe('Id of the run, or `latest`'),
    id: z.string().describe('The record’s id, such as 0.3.1'),
  }),
  effect: 'reads',
  async run({ run, id }, context): Promise<ToolAnswer> {
    const steps = await explainRecord(await runOf(run, 'any', context), id);
    return {
      facts: { id, steps: steps.map((step) => shortenRecord({ ...step }, ROW_TEXT)) },
      foreign: true,
    };
  },
});
