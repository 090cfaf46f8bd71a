import type { Answer, ChatMessage } from '../endpoints/endpoint.ts';
import { OpenlineError } from '../errors.ts';
import type { Ask } from '../pipeline/plan.ts';
import type { Json, JsonObject } from '../record/json.ts';
import type { Item } from '../record/record.ts';

/** A record or an answer that was turned down, with its reason: a short kebab-case word, and a sentence. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
  /** Address of the answer it was read from, where there is one. */
  readonly address?: string;
  /** What was turned down, where it is not the step's input itself (a surplus list element …). */
  readonly fields?: JsonObject;
  /** What was measured, where a filter turned it down. */
  readonly score?: JsonObject[string];
}

/** A record that a step yields. `index` is appended to key and place; null where a step yields one at the most. */
export interface Yielded {
  readonly fields: JsonObject;
  readonly index: number | null;
  readonly address?: string;
  /** Addresses of all the answers it was made from, where there are several. */
  readonly addresses?: readonly string[];
}

/** What became of one record in one step. */
export interface Outcome {
  readonly records: readonly Yielded[];
  readonly rejections: readonly Rejection[];
}

/** What came of a question: an answer, or a failure that is final for this record. Both are in the journal. */
export type Asked =
  | { readonly answer: Answer; readonly address: string }
  | { readonly answer: null; readonly address: string; readonly reason: string; readonly message: string };

/**
 * What a question is for: part of its address, so that each question about a record has an answer of its own. Turns of a
 * dialogue count from 1 for either side; the dots keep them in order where addresses are compared.
 */
export type Purpose = 'generate' | 'conversion' | `user.${number}` | `assistant.${number}`;

/** The wish for an answer that is JSON. */
export interface JsonWish {
  /** JSON Schema it should conform to. */
  readonly schema: JsonObject;
  /** The messages show the schema already. */
  readonly shown: boolean;
}

/** What a step may use while it works on one record. */
export interface StepContext {
  readonly onAskedAgain?: AskedAgainListener;
  /**
   * Asks a model; resolves once the answer is in the journal.
   *
   * @param attempt counts from 0
   * @param part which part of the record it is about, appended to its key in the address; absent: the record as a whole
   * @param json the answer is to be JSON: told in the way the service understands
   * @throws when the run is stopping (cancelled, out of budget, endpoint stopped); steps let that pass
   */
  ask(
    purpose: Purpose,
    attempt: number,
    ask: Ask,
    messages: readonly ChatMessage[],
    part?: number,
    json?: JsonWish,
  ): Promise<Asked>;
  /**
   * Asks for the vector of a text, which is in the `vector` of the answer. Texts travel in batches, each is journalled by
   * itself. Absent where only chats are answered.
   *
   * @throws as `ask`
   */
  embed?(ask: Ask, text: string, options: { readonly batchSize: number; readonly extra: JsonObject }): Promise<Asked>;
}

/** Told of an answer that could not be read and is asked for once more, with the reason. */
export type AskedAgainListener = (reason: string) => void;

/** A step that treats each record by itself: many are under way at the same time, in any order. */
export interface StepRunner {
  run(item: Item, context: StepContext): Outcome | Promise<Outcome>;
  /** What the person should know once all records have been through; null: nothing. */
  remark?(): string | null;
  /** Why nothing that came of the records may become an output, once all of them have been through; null: it may. */
  refusal?(): { readonly reason: string; readonly message: string } | null;
  /** Ends what the step has started; nothing is run behind it. @throws StepFailedError where it did not end well */
  close?(): Promise<void>;
}

/** A step met something that the pipeline says must fail the run. */
export class StepFailedError extends OpenlineError {
  readonly step: string;
  /** Null: it is about all records together. */
  readonly key: string | null;
  readonly reason: string;

  constructor(step: string, key: string | null, reason: string, message: string) {
    super(`Step ${step}${key === null ? '' : `, record ${key}`}: ${message}`);
    this.step = step;
    this.key = key;
    this.reason = reason;
  }
}

/** Value of a dotted path in a record; undefined where there is none. A field whose own name holds the dots wins. */
export function fieldAt(fields: JsonObject, path: string): JsonObject[string] | undefined {
  const direct = ownField(fields, path);
  if (direct !== undefined || !path.includes('.')) return direct;
  let value: JsonObject[string] | undefined = fields;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Array.isArray(value)
      ? (value as readonly JsonObject[string][])[Number(name)]
      : ownField(value as JsonObject, name);
    if (value === undefined) return undefined;
  }
  return value;
}

/** A record has what was put into it, not what every object inherits (`constructor` …). */
function ownField(fields: JsonObject, name: string): JsonObject[string] | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Whether a value is a number that can be compared. JSON knows larger ones than there are here: 1e999 is read as infinite. */
export function isNumber(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Tells of a value that is none, with the field it stands in. */
export function noNumber(path: string, value: Json): string {
  return `${path} is ${typeof value === 'number' ? 'too large a number' : `${JSON.stringify(value)}, not a number`}`;
}
