/** How a record came to be, or what was turned down: every step it went through, with template, request and answer. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { InvalidInputError } from '../errors.ts';
import { parseJson, type Json } from '../record/json.ts';
import { stepOfAddress } from './address.ts';
import { JournalReader, scanJournal, type LineSpan } from './journal.ts';
import { kindOf } from './journalLine.ts';
import { lineageSchema, rejectSchema, stagesOfReject, type Reject, type Stage } from './lineage.ts';
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
  /** Why it failed for good, where there is no answer; else null. */
  readonly failure: string | null;
  /** Who has put this answer in the place of the service's own, and why; null: nobody. */
  readonly amended: Json;
}

/** What is to be explained: a record that came out, one that a step turned down, or a single question. */
export type ExplainTarget =
  | { readonly of: 'record'; readonly id: string }
  /** Of several rejects of a record the first with the reason. */
  | { readonly of: 'reject'; readonly id: string; readonly step: string; readonly reason?: string | undefined }
  /** @property at its address in the journal */
  | { readonly of: 'question'; readonly at: string };

export interface Explanation {
  readonly steps: readonly ExplainedStep[];
  /** Why it was turned down; null where it was not. */
  readonly rejection: { readonly step: string; readonly reason: string; readonly message: string } | null;
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
 * Explains what a run made, first step first.
 *
 * @throws InvalidInputError when the run has no such record, reject or question
 */
export async function explain(folder: string, target: ExplainTarget): Promise<Explanation> {
  const paths = runPaths(folder);
  const file = await readRunFile(paths);
  switch (target.of) {
    case 'record': {
      const found = await findLine(paths.lineage, `"id":"${target.id}"`, lineageSchema, ({ id }) => id === target.id);
      if (found === undefined) {
        throw InvalidInputError.of(
          'unknown-record',
          `Run ${file.run} has no record ${target.id}; its records are in ${paths.lineage}`,
        );
      }
      return { steps: explainStages(paths.journal, file.plan, found.steps), rejection: null };
    }
    case 'reject': {
      const { id, step, reason } = target;
      const isIt = (line: Reject): boolean =>
        line.id === id && line.step === step && (reason === undefined || line.reason === reason);
      const found = await findLine(paths.rejects, `"id":"${id}"`, rejectSchema, isIt);
      if (found === undefined) {
        throw InvalidInputError.of(
          'unknown-record',
          `Step ${step} of run ${file.run} turned down no record ${id}; what it turned down is in ${paths.rejects}`,
        );
      }
      return {
        steps: explainStages(paths.journal, file.plan, stagesOfReject(found)),
        rejection: { step, reason: found.reason, message: found.message },
      };
    }
    case 'question': {
      const { at } = target;
      const steps = explainStages(paths.journal, file.plan, [
        { step: stepOfAddress(at), key: at.split('/')[1] ?? '', at },
      ]);
      if (steps.every(({ request }) => request === null)) {
        throw InvalidInputError.of('unknown-question', `Run ${file.run} has not asked ${at}; see ${paths.journal}`);
      }
      return { steps, rejection: null };
    }
  }
}

/**
 * Explains a record of a run, first step first.
 *
 * @param key the record's id
 * @throws InvalidInputError when the run has no such record
 */
export async function explainRecord(folder: string, key: string): Promise<readonly ExplainedStep[]> {
  return (await explain(folder, { of: 'record', id: key })).steps;
}

/**
 * Explains the stages of a record or a reject, with what was asked and answered at each.
 *
 * @param journal path of the run's journal
 * @param plan the run's plan as `run.json` has it
 */
export function explainStages(journal: string, plan: string, history: readonly Stage[]): readonly ExplainedStep[] {
  const templates = new Map(
    templatesSchema.safeParse(parseJson(plan)).data?.steps.map((step) => [step.id, step]) ?? [],
  );
  const spans = spansOf(journal, new Set(history.flatMap(questionsBehind)));
  // A run that asks nothing has no journal.
  const reader = spans.size === 0 ? undefined : new JournalReader(journal);
  try {
    return history.flatMap((stage): ExplainedStep[] => {
      const { step, key: own } = stage;
      // Mostly no conversion was needed.
      const asked = questionsBehind(stage).filter((at) => at === stage.at || spans.has(at));
      if (asked.length === 0) asked.push('');
      return asked.map((at) => {
        const span = spans.get(at);
        const line = span === undefined ? undefined : reader?.read(span);
        const used = templateOf(templates.get(step), at);
        const { endpoint, message } = line ?? {};
        return {
          step,
          key: own,
          template: used === undefined ? null : { source: used.source, sha256: used.hash },
          at: at === '' ? null : at,
          endpoint: typeof endpoint === 'string' ? endpoint : '',
          request: line?.['request'] ?? null,
          answer: line?.['answer'] ?? null,
          from: line?.['from'] ?? null,
          milliseconds: line?.['ms'] ?? null,
          failure: typeof message === 'string' ? message : null,
          amended: line?.['amended'] ?? null,
        };
      });
    });
  } finally {
    reader?.close();
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

/** The first line of a file that is looked for; undefined when there is none, or no file yet. @param needle text that it holds */
async function findLine<Line>(
  path: string,
  needle: string,
  schema: z.ZodType<Line>,
  isIt: (line: Line) => boolean,
): Promise<Line | undefined> {
  const stream = createReadStream(path);
  try {
    for await (const line of createInterface({ input: stream })) {
      if (!line.includes(needle)) continue;
      const entry = schema.safeParse(parseJson(line));
      if (entry.success && isIt(entry.data)) return entry.data;
    }
    return undefined;
  } catch {
    // A run that has not come so far has no such file yet.
    return undefined;
  } finally {
    stream.destroy();
  }
}
