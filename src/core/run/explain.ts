/** How a record came to be: every step it went through, with template, request and answer. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { InvalidInputError } from '../errors.ts';
import { parseJson, type Json } from '../record/json.ts';
import { JournalReader, scanJournal, type LineSpan } from './journal.ts';
import { readRunFile, runPaths } from './runFolder.ts';

/** One step in the history of a record. */
export interface ExplainedStep {
  readonly step: string;
  readonly key: string;
  /** Template of a step that asked a model: where it stands, and the SHA-256 of its text. */
  readonly template: { readonly source: string; readonly sha256: string } | null;
  /** Where its answer stands in the journal; null where no model was asked. */
  readonly at: string | null;
  /** Name of the endpoint that answered; empty where no model was asked. */
  readonly endpoint: string;
  /** The request as sent, without headers. */
  readonly request: Json;
  readonly answer: Json;
  /** The earlier run and address that the answer was taken over from. */
  readonly from: Json;
  readonly milliseconds: Json;
}

const lineageSchema = z.object({
  output: z.string(),
  id: z.string(),
  steps: z.array(z.object({ step: z.string(), key: z.string(), at: z.string().optional() })),
});
const templatesSchema = z.object({
  steps: z.array(z.object({ id: z.string(), template: z.object({ source: z.string(), hash: z.string() }).optional() })),
});

/**
 * Explains a record of a run, first step first.
 *
 * @param key the record's id
 * @throws InvalidInputError when the run has no such record
 */
export async function explainRecord(folder: string, key: string): Promise<readonly ExplainedStep[]> {
  const paths = runPaths(folder);
  const file = await readRunFile(paths);
  const history = await findHistory(paths.lineage, key);
  if (history === undefined) {
    throw InvalidInputError.of(
      'unknown-record',
      `Run ${file.run} has no record ${key}; its records are in ${paths.lineage}`,
    );
  }
  const templates = new Map(
    templatesSchema.safeParse(parseJson(file.plan)).data?.steps.map(({ id, template }) => [id, template]) ?? [],
  );
  const wanted = new Set(history.flatMap(({ at }) => (at === undefined ? [] : [at])));
  const spans = new Map<string, LineSpan>();
  scanJournal(paths.journal, (address, span) => {
    if (wanted.has(address)) spans.set(address, span);
  });
  const reader = new JournalReader(paths.journal);
  try {
    return history.map(({ step, key: own, at }) => {
      const span = at === undefined ? undefined : spans.get(at);
      const line = span === undefined ? undefined : reader.read(span);
      const template = templates.get(step);
      return {
        step,
        key: own,
        template: template === undefined ? null : { source: template.source, sha256: template.hash },
        at: at ?? null,
        endpoint: typeof line?.['endpoint'] === 'string' ? line['endpoint'] : '',
        request: line?.['request'] ?? null,
        answer: line?.['answer'] ?? null,
        from: line?.['from'] ?? null,
        milliseconds: line?.['ms'] ?? null,
      };
    });
  } finally {
    reader.close();
  }
}

async function findHistory(lineage: string, key: string): Promise<z.infer<typeof lineageSchema>['steps'] | undefined> {
  const stream = createReadStream(lineage);
  const needle = `"id":"${key}"`;
  try {
    for await (const line of createInterface({ input: stream })) {
      if (!line.includes(needle)) continue;
      const entry = lineageSchema.safeParse(parseJson(line));
      if (entry.success && entry.data.id === key) return entry.data.steps;
    }
    return undefined;
  } catch {
    // A run that has not come so far has no lineage yet.
    return undefined;
  } finally {
    stream.destroy();
  }
}
