/**
 * Texts on their way to be embedded. Each has an address, a hash and a journal line of its own; that several travel in
 * one request is a matter of transport, and which ones do changes nothing. A batch leaves when a slot is free for it, so that
 * a busy service gets full ones and an idle one is not kept waiting.
 */
import type { Embeddings } from '../endpoints/embeddings.ts';
import type { Answer } from '../endpoints/endpoint.ts';
import { EndpointError } from '../errors.ts';
import { canonicalJson, type JsonObject } from '../record/json.ts';
import type { Place } from '../record/key.ts';
import type { Asked } from '../steps/step.ts';
import { textBound, type TokenCount } from '../transport/around.ts';
import type { Connection } from '../transport/connect.ts';
import { createPlaceHeap } from '../transport/placeHeap.ts';
import type { AskCounters } from './answerStore.ts';
import { type JournalWriter } from './journal.ts';
import { attemptLine, chargeMember, journalLine } from './journalLine.ts';
import { StoppingError } from './stopping.ts';

/** Texts with the same of all of these may share a request. */
export interface EmbedLane {
  readonly connection: Connection;
  readonly model: string;
  readonly extra: JsonObject;
  readonly batchSize: number;
}

/** A text that waits. */
export interface EmbedEntry {
  readonly address: string;
  readonly text: string;
  /** Members of its journal line that are known before it is asked. */
  readonly members: string;
  readonly place: Place;
  readonly counters: AskCounters;
}

export interface EmbedQueueDeps {
  readonly writer: JournalWriter;
  /** Aborts what is in flight. */
  readonly signal: AbortSignal;
  /** Nothing more is sent. */
  readonly admission: AbortSignal;
}

interface Waiting {
  readonly entry: EmbedEntry;
  readonly resolve: (asked: Asked) => void;
  readonly reject: (error: unknown) => void;
}

interface LaneState {
  readonly lane: EmbedLane;
  readonly waiting: ReturnType<typeof createPlaceHeap<Waiting>>;
  underWay: number;
  called: boolean;
}

/** Failures that may be the fault of one text in a batch: the others are sent without it. */
const ONE_AT_FAULT: ReadonlySet<string> = new Set(['rejected', 'unreadable']);

export class EmbedQueue {
  readonly #deps: EmbedQueueDeps;
  readonly #lanes = new Map<string, LaneState>();

  constructor(deps: EmbedQueueDeps) {
    this.#deps = deps;
  }

  /** Resolves once the vector (or the failure, which is final) is in the journal. */
  ask(lane: EmbedLane, entry: EmbedEntry): Promise<Asked> {
    const name = canonicalJson([lane.connection.name, lane.model, lane.batchSize, lane.extra]);
    let state = this.#lanes.get(name);
    if (state === undefined) {
      state = { lane, waiting: createPlaceHeap(), underWay: 0, called: false };
      this.#lanes.set(name, state);
    }
    const { waiting } = state;
    const asked = new Promise<Asked>((resolve, reject) => {
      waiting.push(entry.place, { entry, resolve, reject });
    });
    this.#call(state);
    return asked;
  }

  /** Those that come in the same turn of the event loop travel together. */
  #call(state: LaneState): void {
    if (state.called) return;
    state.called = true;
    setImmediate(() => {
      state.called = false;
      this.#leave(state);
    });
  }

  #leave(state: LaneState): void {
    const { lane, waiting } = state;
    while (waiting.size > 0 && state.underWay < Math.max(1, lane.connection.stats().slots)) {
      const batch: Waiting[] = [];
      while (batch.length < lane.batchSize) {
        const next = waiting.pop();
        if (next === undefined) break;
        batch.push(next);
      }
      state.underWay += 1;
      void this.#travel(lane, batch).finally(() => {
        state.underWay -= 1;
        this.#call(state);
      });
    }
  }

  /** Never rejects: those who wait are told. */
  async #travel(lane: EmbedLane, batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#send(lane, batch);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /** @throws when the run is stopping or the journal cannot be written */
  async #send(lane: EmbedLane, batch: readonly Waiting[]): Promise<void> {
    const { writer, signal, admission } = this.#deps;
    const { connection, model, extra } = lane;
    const [first] = batch;
    if (first === undefined) return;
    if (admission.aborted) throw new StoppingError();
    const { place, counters } = first.entry;
    const begun = performance.now();
    const onFailed = (charged: TokenCount): void => {
      // A journal that takes no more lets the next answer fail; that is where it is told.
      writer.append(attemptLine(first.entry.address, connection.name, charged)).catch(() => undefined);
    };
    const onWire = (isOnWire: boolean): void => {
      counters.inFlight += isOnWire ? 1 : -1;
    };
    const texts = batch.map(({ entry }) => entry.text);
    let vectors: Embeddings;
    try {
      vectors = await connection.embed(model, texts, { signal, admission, place, extra, onFailed, onWire });
    } catch (error) {
      if (!(error instanceof EndpointError) || error.stopsEndpoint) throw error;
      counters.requests += 1;
      if (batch.length === 1 || !ONE_AT_FAULT.has(error.failure)) return this.#fail(batch, error);
      const middle = Math.ceil(batch.length / 2);
      await this.#send(lane, batch.slice(0, middle));
      await this.#send(lane, batch.slice(middle));
      return;
    }
    const milliseconds = performance.now() - begun;
    counters.requests += 1;
    counters.latency.add(milliseconds);
    await this.#keep(batch, vectors, model, milliseconds);
  }

  async #keep(batch: readonly Waiting[], vectors: Embeddings, model: string, milliseconds: number): Promise<void> {
    const usage = vectors.usage ?? null;
    const shares = shareTokens(
      usage?.prompt ?? 0,
      batch.map(({ entry }) => entry.text.length),
    );
    const answers = batch.map((_, index): Answer => {
      const vector = vectors[index] ?? [];
      const own = usage === null ? null : { prompt: shares[index] ?? 0, completion: 0 };
      // The usage stands at the end of the line, where it is looked for.
      return { choices: [], model, vector, usage: own };
    });
    const told = `,"ms":${Math.round(milliseconds)},"answer":`;
    // Where nobody counted, the budget is charged the most it can have been; a later process must know.
    const prompt = textBound(batch.map(({ entry }) => entry.text));
    const charge = usage === null ? `,${chargeMember({ prompt, completion: 0 })}` : '';
    await Promise.all(
      batch.map(({ entry: { address, members } }, index) => {
        const [kind, charged] = index === 0 ? (['answer', charge] as const) : (['batched', ''] as const);
        const line = members + told + JSON.stringify(answers[index]) + charged;
        return this.#deps.writer.append(journalLine(address, kind, line));
      }),
    );
    batch.forEach(({ entry: { address, counters }, resolve }, index) => {
      const answer = answers[index];
      if (answer === undefined) return;
      counters.promptTokens += answer.usage?.prompt ?? 0;
      resolve({ answer, address });
    });
  }

  async #fail(batch: readonly Waiting[], { failure: reason, message }: EndpointError): Promise<void> {
    const told = `,"reason":${JSON.stringify(reason)},"message":${JSON.stringify(message)}`;
    await Promise.all(
      batch.map(({ entry: { address, members } }) =>
        this.#deps.writer.append(journalLine(address, 'failure', members + told)),
      ),
    );
    for (const { entry, resolve } of batch) resolve({ answer: null, address: entry.address, reason, message });
  }
}

/** Whole shares of a sum, about as large as the weights, that add up to it. */
function shareTokens(sum: number, weights: readonly number[]): readonly number[] {
  const whole = weights.reduce((total, weight) => total + weight, 0);
  let [before, given] = [0, 0];
  return weights.map((weight) => {
    before += weight;
    const share = (whole === 0 ? 0 : Math.round((sum * before) / whole)) - given;
    given += share;
    return share;
  });
}
