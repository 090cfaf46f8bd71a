/** How a record came to be: every step it went through, with template, request and answer. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { InvalidInputError } from '../errors.ts';
import { parseJson, type Json } from '../record/json.ts';
import { JournalReader, kindOf, scanJournal, type LineSpan } from './journal.ts';
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
const template = z.object({ source: z.string(), hash: z.string() });
/** The templates of a step: what it asks, what steers the assistant of a dialogue, what converts its answers. */
const templatesSchema = z.object({
  steps: z.array(
    z.object({
      id: z.string(),
      template: template.optional(),
      assistantSystem: template.optional(),
      expect: z.object({ conversion: z.object({ template }).optional() }).optional(),
    }),
  ),
});
type StepTemplates = z.infer<typeof templatesSchema>['steps'][number];
/** Purpose of a question in its address: `chat.user.2/0/0`, `subtopics.conversion/0.3/0`. */
const PURPOSE = /^[^./]*\.(?<purpose>[a-z]+)/u;

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
    templatesSchema.safeParse(parseJson(file.plan)).data?.steps.map((step) => [step.id, step]) ?? [],
  );
  const spans = spansOf(paths.journal, new Set(history.flatMap(questionsBehind)));
  const reader = new JournalReader(paths.journal);
  try {
    return history.flatMap((stage): ExplainedStep[] => {
      const { step, key: own } = stage;
      // Mostly no conversion was needed.
      const asked = questionsBehind(stage).filter((at) => at === stage.at || spans.has(at));
      if (asked.length === 0) asked.push('');
      return asked.map((at) => {
        const span = spans.get(at);
        const line = span === undefined ? undefined : reader.read(span);
        const used = templateOf(templates.get(step), at);
        return {
          step,
          key: own,
          template: used === undefined ? null : { source: used.source, sha256: used.hash },
          at: at === '' ? null : at,
          endpoint: typeof line?.['endpoint'] === 'string' ? line['endpoint'] : '',
          request: line?.['request'] ?? null,
          answer: line?.['answer'] ?? null,
          from: line?.['from'] ?? null,
          milliseconds: line?.['ms'] ?? null,
        };
      });
    });
  } finally {
    reader.close();
  }
}

type Stage = z.infer<typeof lineageSchema>['steps'][number];

/** The questions that a stage of a record's history may stand for: the one it names, and the conversion of its answer. */
function questionsBehind({ at }: Stage): string[] {
  if (at === undefined) return [];
  return PURPOSE.test(at) ? [at] : [at, at.replace('/', '.conversion/')];
}

function templateOf(step: StepTemplates | undefined, at: string): z.infer<typeof template> | undefined {
  switch (PURPOSE.exec(at)?.groups?.['purpose']) {
    case 'assistant':
      return step?.assistantSystem;
    case 'conversion':
      return step?.expect?.conversion?.template;
    default:
      return step?.template;
  }
}

/** Where the last line of each address stands; attempts that failed say nothing of it. */
function spansOf(journal: string, wanted: ReadonlySet<string>): ReadonlyMap<string, LineSpan> {
  const spans = new Map<string, LineSpan>();
  scanJournal(journal, (address, span, line) => {
    if (wanted.has(address) && kindOf(address, line) !== 'attempt') spans.set(address, span);
  });
  return spans;
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
