/** Has a model put records and answers right: asked side by side, each answer kept in `repairs.jsonl` before it is used. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readChoice } from '../answers/readChoice.ts';
import { readJson } from '../answers/readJson.ts';
import type { TokenCounter } from '../curate/tokens.ts';
import type { ChatRequest } from '../endpoints/endpoint.ts';
import type { EndpointProfile } from '../endpoints/profile.ts';
import { InvalidInputError } from '../errors.ts';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../record/json.ts';
import { createLatencyHistogram } from '../transport/latency.ts';
import type { Connection } from '../transport/connect.ts';
import { AnswerStore, STOP_GRACE_MS, StoppingError, type AskCounters } from './answerStore.ts';
import { JournalReader, JournalWriter } from './journal.ts';
import { openJournal } from './journalUsage.ts';
import { LockedError, takeLock } from './lock.ts';
import { Pace } from './pace.ts';
import { readTargets, type RepairTarget, type RepairTargets } from './repairTargets.ts';
import { readRunFile, runPaths } from './runFolder.ts';

/** Questions under way at once beyond what the slots take: enough to fill them. */
const AHEAD = 64;
/** Records that can be put right in one go; more are a pipeline's work. */
export const MOST_REPAIRS = 10_000;
/** Tokens that a chat puts around each message. */
const FRAME_TOKENS = 3;

export interface RepairOrder {
  /** The run's folder. */
  readonly folder: string;
  readonly targets: RepairTargets;
  readonly instruction: string;
  /** Name of the endpoint. */
  readonly endpoint: string;
  readonly model: string;
}

/** What a model proposes for one record or answer. */
export interface Proposal {
  readonly kind: 'record' | 'reject';
  readonly line: number;
  readonly id: string;
  /** Address of the answer that is corrected; null: it is the record's fields that are. */
  readonly at: string | null;
  /** What it is about as it was: the record, or the answer. */
  readonly before: JsonObject | string;
  /** What it would be; null where there is a problem. */
  readonly after: JsonObject | string | null;
  /** Why there is no proposal, in a sentence; null: there is one. */
  readonly problem: string | null;
}

export interface RepairProgress {
  readonly done: number;
  readonly failed: number;
}

export interface RepairReport {
  readonly proposals: readonly Proposal[];
  /** Questions that a service answered now. */
  readonly requests: number;
  /** Answers that had been paid for already. */
  readonly reused: number;
  readonly tokens: { readonly prompt: number; readonly completion: number };
  /** Null without prices. */
  readonly cost: number | null;
  /** Whether it was stopped before all were asked. */
  readonly isStopped: boolean;
}

/** What putting right would take, counted before anything is sent. */
export interface RepairEstimate {
  readonly requests: number;
  readonly promptTokens: number;
  /** As many as what is put right has now. */
  readonly completionTokens: number;
  readonly cost: number | null;
}

/**
 * Asks for every target, and reads the answers as proposals; nothing of the run is changed.
 *
 * @param stop nothing more is asked; what is in flight is waited for (`STOP_GRACE_MS`) and kept, then given up
 * @throws InvalidInputError when there are too many, or another window is at it; JournalError
 */
export async function repair(
  order: RepairOrder,
  connection: Connection,
  stop: AbortSignal,
  onProgress: (progress: RepairProgress) => void,
): Promise<RepairReport> {
  const paths = runPaths(order.folder);
  const { run } = await readRunFile(paths);
  const lock = await takeLock(join(order.folder, 'repairs.lock'), run).catch((error: unknown) => {
    if (!(error instanceof LockedError)) throw error;
    throw InvalidInputError.of('run-locked', `Records of run ${run} are being put right by another process`);
  });
  try {
    return await ask(order, connection, stop, onProgress);
  } finally {
    await lock.release();
  }
}

async function ask(
  { folder, targets, instruction, endpoint, model }: RepairOrder,
  connection: Connection,
  stop: AbortSignal,
  onProgress: (progress: RepairProgress) => void,
): Promise<RepairReport> {
  const path = join(folder, 'repairs.jsonl');
  const { spans, intactBytes } = openJournal(path);
  const writer = await JournalWriter.open(path, intactBytes);
  const reader = spans.size === 0 ? null : new JournalReader(path, { isChecked: true });
  const hard = new AbortController();
  const answers = new AnswerStore({
    connections: new Map([[endpoint, connection]]),
    ...{ journalled: spans, reader, writer, reuse: null, retryFailed: true, turns: null, gatherer: null },
    signal: hard.signal,
    pace: new Pace(() => false),
  });
  let grace: NodeJS.Timeout | undefined;
  const onStop = (): void => {
    answers.stop();
    grace = setTimeout(() => hard.abort(new StoppingError()), STOP_GRACE_MS);
  };
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  const counters: AskCounters = {
    ...{ requests: 0, reused: 0, replayed: 0, inFlight: 0, promptTokens: 0, completionTokens: 0 },
    latency: createLatencyHistogram(),
  };
  /** By the place of the target; those that were not asked any more are missing. */
  const proposals = new Map<number, Proposal>();
  let [placed, failed] = [0, 0];
  const one = async (target: RepairTarget, place: number): Promise<void> => {
    const request: ChatRequest = { model, messages: target.messages(instruction), generation: {} };
    const address = `repair/${digest(endpoint, request)}/0`;
    const asked = await answers.ask(address, [{ endpoint, request }], { place: [place], counters });
    const proposal = asked.answer === null ? without(target, asked.message) : read(target, asked.answer.choices[0]);
    if (proposal.problem !== null) failed += 1;
    proposals.set(place, proposal);
    onProgress({ done: proposals.size, failed });
  };
  let isStopped: boolean;
  try {
    const underWay = new Set<Promise<void>>();
    for await (const target of readTargets(folder, targets)) {
      if (stop.aborted) break;
      if (placed >= MOST_REPAIRS) throw tooMany();
      const work = one(target, placed).finally(() => underWay.delete(work));
      underWay.add(work);
      placed += 1;
      if (underWay.size >= AHEAD) await Promise.race(underWay);
    }
    await Promise.all(underWay);
    isStopped = stop.aborted;
  } catch (error) {
    if (!(error instanceof StoppingError)) throw error;
    isStopped = true;
  } finally {
    stop.removeEventListener('abort', onStop);
    answers.stop();
    await answers.settled();
    clearTimeout(grace);
    await writer.close();
    reader?.close();
  }
  const { requests, replayed, promptTokens: prompt, completionTokens: completion } = counters;
  return {
    proposals: [...proposals].sort(([one], [other]) => one - other).map(([, proposal]) => proposal),
    ...{ requests, reused: replayed, tokens: { prompt, completion }, cost: connection.stats().cost, isStopped },
  };
}

/** Counts what it would take; nothing is sent. @throws InvalidInputError when there are too many */
export async function estimateRepair(
  { folder, targets, instruction }: Pick<RepairOrder, 'folder' | 'targets' | 'instruction'>,
  { count }: TokenCounter,
  prices: EndpointProfile['prices'],
): Promise<RepairEstimate> {
  let [requests, promptTokens, completionTokens] = [0, 0, 0];
  for await (const target of readTargets(folder, targets)) {
    requests += 1;
    if (requests > MOST_REPAIRS) throw tooMany();
    for (const { content } of target.messages(instruction)) promptTokens += count(content) + FRAME_TOKENS;
    completionTokens += count(target.said ?? JSON.stringify(target.fields));
  }
  const cost =
    prices === undefined ? null : (promptTokens * prices.prompt + completionTokens * prices.completion) / 1_000_000;
  return { requests, promptTokens, completionTokens, cost };
}

function tooMany(): InvalidInputError {
  return InvalidInputError.of(
    'too-many',
    `More than ${MOST_REPAIRS} records are not put right one by one; change the step's template and run the pipeline again`,
  );
}

/** The same question has the same address, whoever asks it again: it is not paid for twice. */
function digest(endpoint: string, { model, messages }: ChatRequest): string {
  const question = canonicalJson({
    endpoint,
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
  });
  return createHash('sha256').update(question).digest('hex').slice(0, 32);
}

function without(target: RepairTarget, problem: string): Proposal {
  const { kind, line, id, at, fields, said } = target;
  return { kind, line, id, at, before: at === null ? fields : (said ?? ''), after: null, problem };
}

function read(target: RepairTarget, choice: Parameters<typeof readChoice>[0] | undefined): Proposal {
  if (choice === undefined) return without(target, 'there is no answer');
  const { text, problem } = readChoice(choice);
  if (problem !== undefined) return without(target, problem.message);
  const nothing = without(target, '');
  if (target.at !== null) return { ...nothing, after: text, problem: null };
  const reading = readJson(text, 'object');
  const edit = 'value' in reading && isJsonObject(reading.value) ? reading.value : undefined;
  if (edit === undefined) return without(target, `the answer is no JSON object: ${text.slice(0, 200)}`);
  return { ...nothing, after: merged(target.fields, edit), problem: null };
}

/** The record with what the model has changed; its key stays. */
function merged(fields: JsonObject, edit: JsonObject): JsonObject {
  const keys = ['id', 'openline_id'];
  const changed = Object.entries(edit).filter(([name]) => !keys.includes(name) || !Object.hasOwn(fields, name));
  return { ...fields, ...Object.fromEntries(changed) };
}

/** The fields in which two records differ, with their new values; null where one has gone: an edit of a decision. */
export function editBetween(before: JsonObject, after: JsonObject): Readonly<Record<string, Json>> {
  const edit: Record<string, Json> = {};
  for (const [name, value] of Object.entries(after)) {
    if (canonicalJson(before[name] ?? null) !== canonicalJson(value) || !Object.hasOwn(before, name))
      edit[name] = value;
  }
  for (const name of Object.keys(before)) if (!Object.hasOwn(after, name)) edit[name] = null;
  return edit;
}
