/** What a run has used up so far, read from its journal: true even after a kill that left no time for writing totals. */
import { stepOfAddress } from './address.ts';
import { kindOf, scanJournal, type LineSpan } from './journal.ts';
import { isJsonObject, parseJson } from '../record/json.ts';
import { originOf, type AnswerOrigin } from './reuse.ts';

/** Requests and tokens of one step at one endpoint. */
export interface StepUsage {
  readonly step: string;
  readonly endpoint: string;
  requests: number;
  failures: number;
  reused: number;
  prompt: number;
  completion: number;
}

/** A journal as it was found. */
export interface OpenedJournal {
  readonly spans: ReadonlyMap<string, LineSpan>;
  /** Answers of earlier runs that this run has taken. */
  readonly claimed: readonly AnswerOrigin[];
  readonly usage: readonly StepUsage[];
  readonly intactBytes: number;
  /** Lines that were harmed. */
  readonly harmed: number;
}

const USAGE = /"usage":\{"prompt":(?<prompt>\d+),"completion":(?<completion>\d+)\}\}\}$/u;
const ENDPOINT = '"endpoint":';
const REQUEST = ',"request":';
/** The usage stands within so many bytes of the line's end. */
const TAIL_BYTES = 80;

/** Goes through a journal once: where each answer stands, what was used up, what was taken over. */
export function openJournal(path: string): OpenedJournal {
  const spans = new Map<string, LineSpan>();
  const claimed: AnswerOrigin[] = [];
  const usage = new Map<string, StepUsage>();
  const { intactBytes, harmed } = scanJournal(path, (address, span, line) => {
    spans.set(address, span);
    const kind = kindOf(address, line);
    const endpoint = endpointOf(line);
    const step = stepOfAddress(address);
    const id = `${step}\n${endpoint}`;
    const entry = usage.get(id) ?? { step, endpoint, requests: 0, failures: 0, reused: 0, prompt: 0, completion: 0 };
    usage.set(id, entry);
    if (kind === 'reused') {
      entry.reused += 1;
      const value = parseJson(line.toString());
      const origin = isJsonObject(value) ? originOf(value['from']) : undefined;
      if (origin !== undefined) claimed.push(origin);
      return;
    }
    if (kind !== 'batched') entry.requests += 1;
    if (kind === 'failure' || kind === 'fallback') entry.failures += 1;
    const counted = USAGE.exec(line.toString('latin1', Math.max(0, line.length - TAIL_BYTES)))?.groups;
    entry.prompt += Number(counted?.['prompt'] ?? 0);
    entry.completion += Number(counted?.['completion'] ?? 0);
  });
  return { spans, claimed, usage: [...usage.values()], intactBytes, harmed };
}

function endpointOf(line: Buffer): string {
  const start = line.indexOf(ENDPOINT) + ENDPOINT.length;
  const end = line.indexOf(REQUEST, start);
  const value = end === -1 ? undefined : parseJson(line.toString('utf8', start, end));
  return typeof value === 'string' ? value : '';
}
