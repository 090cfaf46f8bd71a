/** The card beside a dataset, and what has changed since it was written. Plain Node. */
import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { readTemplate } from '../../core/prompts/parseTemplate.ts';
import { isJsonObject, parseJson, type Json } from '../../core/record/json.ts';

const cardSchema = z.object({
  run: z.string(),
  records: z.number(),
  pipeline: z.object({ file: z.string(), sha256: z.string() }),
  output: z
    .object({ format: z.string().default('jsonl'), fields: z.array(z.string()).nullish() })
    .default({ format: 'jsonl' }),
  templates: z.record(z.string(), z.object({ source: z.string(), sha256: z.string() })).default({}),
});
export type DatasetCard = z.infer<typeof cardSchema>;

/** The card of a dataset; undefined when it has none. */
export async function readCard(dataset: string): Promise<DatasetCard | undefined> {
  const text = await readFile(`${dataset}.card.json`, 'utf8').catch(() => '');
  return cardSchema.safeParse(parseJson(text)).data;
}

/** The pipeline of a card: its path is told from the root of the project, which holds the dataset. */
export async function pipelineOf(
  card: DatasetCard,
  dataset: string,
): Promise<{ path: string; root: string } | undefined> {
  for (let root = dirname(dataset); ; root = dirname(root)) {
    const path = join(root, card.pipeline.file);
    const info = await stat(path).catch(() => undefined);
    if (info?.isFile() === true) return { path, root };
    if (dirname(root) === root) return undefined;
  }
}

/** What a dataset was made from that is no longer as it was. */
export interface Changes {
  readonly pipeline: boolean;
  /** Steps whose templates have changed. */
  readonly steps: readonly string[];
}

/** @param textOf the text of a template by its source in the card; undefined when it is gone or stands in the pipeline */
export async function changesSince(
  card: DatasetCard,
  pipelineText: string,
  textOf: (source: string) => Promise<string | undefined>,
): Promise<Changes> {
  const sha256 = createHash('sha256').update(pipelineText).digest('hex');
  const steps: string[] = [];
  for (const [step, { source, sha256: hash }] of Object.entries(card.templates)) {
    if (source.startsWith('inline:')) continue;
    const text = await textOf(source);
    const template = text === undefined ? undefined : readTemplate(text, { id: step, source }).template;
    if (template?.hash !== hash) steps.push(step);
  }
  return { pipeline: sha256 !== card.pipeline.sha256, steps };
}

/** Fields that are scores, by their names. */
const SCORE = /(?:^|\.)(?:score|reward|rating|helpfulness|correctness|quality|overall)$/u;
/** What is read of a dataset to tell a mean, in bytes. */
const SCORED_BYTES = 1024 * 1024;
const MOST_DEPTH = 3;

/** The mean of the first field that is a score, over the records at the beginning of the file; undefined without one. */
export async function meanScore(
  dataset: string,
): Promise<{ readonly field: string; readonly mean: number } | undefined> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const line of await firstLines(dataset)) {
    for (const [field, value] of numbersOf(parseJson(line))) {
      const { sum, count } = sums.get(field) ?? { sum: 0, count: 0 };
      sums.set(field, { sum: sum + value, count: count + 1 });
    }
  }
  const [found] = sums;
  return found === undefined ? undefined : { field: found[0], mean: found[1].sum / found[1].count };
}

async function firstLines(path: string): Promise<readonly string[]> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return [];
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(SCORED_BYTES), 0, SCORED_BYTES, 0);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    // The last one may be cut.
    return bytesRead < SCORED_BYTES ? lines : lines.slice(0, -1);
  } catch {
    return [];
  } finally {
    await file.close();
  }
}

function numbersOf(value: Json | undefined, prefix = '', depth = 0): readonly (readonly [string, number])[] {
  if (!isJsonObject(value) || depth > MOST_DEPTH) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (typeof member === 'number') return SCORE.test(path) ? [[path, member] as const] : [];
    return numbersOf(member, path, depth + 1);
  });
}
