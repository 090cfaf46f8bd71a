/** What a run has used up so far, read from its journal: true even after a kill that left no time for writing totals. */
import { stepOfAddress } from './address.ts';
import { scanJournal, type LineSpan } from './journal.ts';
import { kindOf, readLine } from './journalLine.ts';
import { originOf, type AnswerOrigin } from './reuse.ts';

/** Requests and tokens of one step at one endpoint. */
export interface StepUsage {
  readonly step: string;
  readonly endpoint: string;
  requests: number;
  failures: number;
  reused: number;
  /** Tokens as the services counted them. */
  prompt: number;
  completion: number;
  /** Requests that went out, every attempt counted: what a budget of requests is charged. */
  sent: number;
  /** Tokens that a budget is charged: those counted, and the most a request could take where nobody counted. */
  chargedPrompt: number;
  chargedCompletion: number;
}

/** A journal as it was found. */
export interface OpenedJournal {
  readonly spans: ReadonlyMap<string, LineSpan>;
  /** Answers of earlier runs that this run has taken. */
  readonly claimed: readonly AnswerOrigin[];
  readonly usage: readonly StepUsage[];
  /** Parts of batches in which the question of an address had no answer; none where it has one by now. */
  readonly tries: ReadonlyMap<string, ReadonlySet<number>>;
  readonly intactBytes: number;
  /** Lines that were harmed. */
  readonly harmed: number;
}

/** The end of a line: what a service counted, or what the budget was charged where nothing was counted. */
const COUNTED = /"(?<by>usage|charge)":\{"prompt":(?<prompt>\d+),"completion":(?<completion>\d+)\}\}{1,2}$/u;
const ENDPOINT = '"endpoint":"';
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What is counted stands within so many bytes of the line's end. */
const TAIL_BYTES = 80;

/** Goes through a journal once: where each answer stands, what was used up, what was taken over. */
export function openJournal(path: string): OpenedJournal {
  const spans = new Map<string, LineSpan>();
  const claimed: AnswerOrigin[] = [];
  const usage = new Map<string, Map<string, StepUsage>>();
  const tries = new Map<string, Set<number>>();
  const { intactBytes, harmed } = scanJournal(path, (address, span, line) => {
    const kind = kindOf(address, line);
    const entry = entryOf(usage, stepOfAddress(address), endpointOf(line));
    if (kind !== 'attempt') spans.set(address, span);
    // Nobody was asked for it: what it stands for was counted where it was.
    if (kind === 'amended') return;
    if (kind === 'reused') {
      entry.reused += 1;
      const origin = originOf(readLine(line)?.['from']);
      if (origin !== undefined) claimed.push(origin);
      return;
    }
    if (kind === 'failure' || kind === 'fallback') {
      entry.requests += 1;
      entry.failures += 1;
      return;
    }
    const { by, prompt, completion } = countedIn(line);
    if (kind !== 'batched') entry.sent += 1;
    entry.chargedPrompt += prompt;
    entry.chargedCompletion += completion;
    if (kind === 'attempt') {
      noteTry(tries, address, line);
      return;
    }
    tries.delete(address);
    if (kind !== 'batched') entry.requests += 1;
    if (by !== 'usage') return;
    entry.prompt += prompt;
    entry.completion += completion;
  });
  const entries = [...usage.values()].flatMap((steps) => [...steps.values()]);
  return { spans, claimed, usage: entries, tries, intactBytes, harmed };
}

/** Only what travelled in a batch says in which. */
const PART = /"part":(?<part>\d+),/u;

function noteTry(tries: Map<string, Set<number>>, address: string, line: Buffer): void {
  const part = PART.exec(line.toString('latin1'))?.groups?.['part'];
  if (part === undefined) return;
  const known = tries.get(address);
  if (known === undefined) tries.set(address, new Set([Number(part)]));
  else known.add(Number(part));
}

function entryOf(usage: Map<string, Map<string, StepUsage>>, step: string, endpoint: string): StepUsage {
  let endpoints = usage.get(step);
  if (endpoints === undefined) usage.set(step, (endpoints = new Map<string, StepUsage>()));
  let entry = endpoints.get(endpoint);
  if (entry === undefined) {
    const nothing = { requests: 0, failures: 0, reused: 0, prompt: 0, completion: 0 };
    entry = { step, endpoint, ...nothing, sent: 0, chargedPrompt: 0, chargedCompletion: 0 };
    endpoints.set(endpoint, entry);
  }
  return entry;
}

function countedIn(line: Buffer): { by: string | undefined; prompt: number; completion: number } {
  const counted = COUNTED.exec(line.toString('latin1', Math.max(0, line.length - TAIL_BYTES)))?.groups;
  return {
    by: counted?.['by'],
    prompt: Number(counted?.['prompt'] ?? 0),
    completion: Number(counted?.['completion'] ?? 0),
  };
}

/** The endpoint stands before the request, so that its first mention is it. */
function endpointOf(line: Buffer): string {
  const start = line.indexOf(ENDPOINT) + ENDPOINT.length;
  const end = line.indexOf(QUOTE, start);
  if (start < ENDPOINT.length || end === -1) return '';
  const text = line.toString('utf8', start, end);
  if (line.subarray(start, end).includes(BACKSLASH)) {
    const endpoint = readLine(line)?.['endpoint'];
    return typeof endpoint === 'string' ? endpoint : '';
  }
  return text;
}
