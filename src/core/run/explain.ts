/** How a record came to be: every step it went through, with template, request and answer. */
import * as z from 'zod';
import { InvalidInputError } from '../errors.ts';
import { parseJson, type Json, type JsonObject } from '../record/json.ts';
import { JournalReader, kindOf, scanJournal, type LineSpan } from './journal.ts';
import { lineageOfId, type Stage } from './lineage.ts';
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
  /** Who has put this answer in the place of the service's own, and why; null: nobody. */
  readonly amended: Json;
}

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
  const history = await lineageOfId(folder, key);
  if (history === undefined) {
    throw InvalidInputError.of(
      'unknown-record',
      `Run ${file.run} has no record ${key}; its records are in ${paths.lineage}`,
    );
  }
  return explainStages(folder, history.stages);
}

/**
 * Explains the stages of a record or a reject, with what was asked and answered at each.
 *
 * @throws InvalidInputError when there is no run in the folder
 */
export async function explainStages(folder: string, history: readonly Stage[]): Promise<readonly ExplainedStep[]> {
  const paths = runPaths(folder);
  const file = await readRunFile(paths);
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
          amended: line?.['amended'] ?? null,
        };
      });
    });
  } finally {
    reader.close();
  }
}

/** The line of a run's journal with an address, as it stands there; of several the one that counts. Null: there is none. */
export function journalLineAt(folder: string, at: string): JsonObject | null {
  const { journal } = runPaths(folder);
  const span = spansOf(journal, new Set([at])).get(at);
  if (span === undefined) return null;
  const reader = new JournalReader(journal);
  try {
    return reader.read(span) ?? null;
  } finally {
    reader.close();
  }
}

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
