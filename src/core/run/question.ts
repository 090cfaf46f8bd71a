/** What is asked, of whom, and who is asked next. */
import type { ChatRequest } from '../endpoints/endpoint.ts';
import { canonicalJson, type JsonObject } from '../record/json.ts';
import type { Connection } from '../transport/connect.ts';
import { requestHash } from './answer.ts';

/** Somebody who may be asked, and what. */
export interface Candidate {
  readonly endpoint: string;
  readonly request: ChatRequest;
  /** What is asked instead by a service that rejects the request for a wish in it (`response_format`). */
  readonly plain?: ChatRequest;
}

/** A text to embed, and by whom. */
export interface EmbedCandidate {
  readonly endpoint: string;
  readonly model: string;
  readonly text: string;
  readonly extra: JsonObject;
  /** Texts in a request at the most. */
  readonly batchSize: number;
}

/** What is asked, in the form in which it is journalled. */
export interface Prepared {
  readonly hash: string;
  /** Canonical text of the body. */
  readonly request: string;
  /** Members of its journal line that are known before it is asked. */
  readonly members: string;
}

export interface Question extends Prepared {
  readonly connection: Connection;
  readonly chat: ChatRequest;
  /** Which of the candidates is asked. */
  readonly candidate: number;
  /** `wished`: the same without the wish follows in the list. `plain`: it is that one. */
  readonly form: 'only' | 'wished' | 'plain';
}

function prepare(connection: Connection, endpoint: string, body: JsonObject): Prepared {
  const request = canonicalJson(body);
  const hash = requestHash(connection.identity, request);
  return { hash, request, members: `"hash":"${hash}","endpoint":${JSON.stringify(endpoint)},"request":${request}` };
}

/** What may be asked of the candidates, in order. @param connections by the names of endpoints */
export function questionsTo(
  candidates: readonly Candidate[],
  connections: ReadonlyMap<string, Connection>,
): readonly Question[] {
  return candidates.flatMap(({ endpoint, request, plain }, candidate) => {
    const connection = connectionOf(endpoint, connections);
    const question = (chat: ChatRequest, form: Question['form']): Question => ({
      ...prepare(connection, endpoint, connection.body(chat)),
      connection,
      chat,
      candidate,
      form,
    });
    if (plain === undefined) return [question(request, 'only')];
    return [question(request, 'wished'), question(plain, 'plain')];
  });
}

/** The question for a vector. @param connections by the names of endpoints */
export function embedQuestion(
  { endpoint, model, text, extra }: EmbedCandidate,
  connections: ReadonlyMap<string, Connection>,
): Prepared & { readonly connection: Connection } {
  const connection = connectionOf(endpoint, connections);
  return { ...prepare(connection, endpoint, { model, input: text, ...extra }), connection };
}

function connectionOf(endpoint: string, connections: ReadonlyMap<string, Connection>): Connection {
  const connection = connections.get(endpoint);
  if (connection === undefined) throw new Error(`no connection for endpoint ${endpoint}`);
  return connection;
}

/** The question at a number and the one behind it that goes to the same candidate: either may have been answered before. */
export function sameCandidate(questions: readonly Question[], number: number): readonly Question[] {
  const { candidate } = questions[number] ?? {};
  return questions.slice(number).filter((question) => question.candidate === candidate);
}

/** Which question follows one that failed: without its wish where that was rejected, else the next candidate's. */
export function nextAfter(
  questions: readonly (Prepared | Question)[],
  number: number,
  reason: string,
): number | undefined {
  const failed = questions[number];
  if (failed === undefined || !('form' in failed)) return undefined;
  if (failed.form === 'wished' && reason === 'rejected') return number + 1;
  const next = questions.findIndex((question) => 'form' in question && question.candidate > failed.candidate);
  return next === -1 ? undefined : next;
}

export function serviceOf({ connection, chat }: Question): string {
  return `${connection.name}\n${chat.model}`;
}
