/**
 * Answers of a run that is only rehearsed: those of earlier runs that it would take over, by the hash of the request as the
 * run itself does. Nobody is asked for the others; they are counted, and the answer that a former run had at the same
 * address stands in for them, so that what follows can be counted, too.
 */
import type { Answer } from '../../endpoints/endpoint.ts';
import type { Json } from '../../record/json.ts';
import type { Place } from '../../record/key.ts';
import type { Origin } from '../../record/record.ts';
import type { Asked } from '../../steps/step.ts';
import type { Connection } from '../../transport/connect.ts';
import { stepOfAddress } from '../address.ts';
import { readAnswer } from '../answer.ts';
import type { Answers, Standing } from '../answers.ts';
import type { JournalReader, LineSpan } from '../journal.ts';
import { Pace } from '../pace.ts';
import { embedQuestion, questionsTo, sameCandidate, type Candidate, type EmbedCandidate } from '../question.ts';
import type { ReuseIndex } from '../reuse.ts';

/** What a step would ask of an endpoint. */
export interface RehearsedStep {
  readonly step: string;
  readonly endpoint: string;
  /** Questions that are asked whatever comes of others. */
  certain: number;
  /** Questions about what comes of others: as many as there were when the former run asked. */
  following: number;
  /** Of all of them those that the former run did not have: what comes of these nobody knows. */
  unknown: number;
  reused: number;
  /** Tokens of the questions that the former run had, as the services counted them, and how many of them were counted. */
  promptTokens: number;
  completionTokens: number;
  counted: number;
}

export interface RehearsedDeps {
  readonly connections: ReadonlyMap<string, Connection>;
  readonly reuse: ReuseIndex;
  /** The journal whose answers stand in; null: none do. */
  readonly former: { readonly spans: ReadonlyMap<string, LineSpan>; readonly reader: JournalReader } | null;
}

export class RehearsedAnswers implements Answers {
  readonly gathers = true;
  readonly #deps: RehearsedDeps;
  readonly #pace = new Pace(() => false);
  readonly #steps = new Map<string, RehearsedStep>();
  /** Addresses that are asked anew. */
  readonly #asked = new Set<string>();
  /** Step and key of what is asked anew: later turns of a dialogue and conversions build on it. */
  readonly #begun = new Set<string>();
  #looking = 0;

  constructor(deps: RehearsedDeps) {
    this.#deps = deps;
  }

  get isReplaying(): boolean {
    return this.#pace.isBusy;
  }

  get isBusy(): boolean {
    return this.#looking > 0;
  }

  /** What would be asked, in the order in which it was met. */
  get steps(): readonly RehearsedStep[] {
    return [...this.#steps.values()];
  }

  /** Whether a record comes of an answer that is asked anew. */
  isAnew(origin: Origin | undefined): boolean {
    for (let at = origin; at !== undefined; at = at.parent) {
      if (at.address !== undefined && this.#asked.has(at.address)) return true;
      if (at.addresses?.some((address) => this.#asked.has(address)) === true) return true;
    }
    return false;
  }

  ask(address: string, candidates: readonly Candidate[], standing: Standing): Promise<Asked> {
    const hashes = (): readonly string[] => {
      const questions = questionsTo(candidates, this.#deps.connections);
      return sameCandidate(questions, 0).map(({ hash }) => hash);
    };
    return this.#find(address, candidates[0]?.endpoint ?? '', hashes, standing);
  }

  embed(address: string, candidate: EmbedCandidate, standing: Standing): Promise<Asked> {
    const hashes = (): readonly string[] => [embedQuestion(candidate, this.#deps.connections).hash];
    return this.#find(address, candidate.endpoint, hashes, standing);
  }

  async #find(
    address: string,
    endpoint: string,
    hashes: () => readonly string[],
    { place, origin, onHeld }: Standing,
  ): Promise<Asked> {
    await this.#inPlaceOrder(place);
    const counts = this.#stepOf(stepOfAddress(address), endpoint);
    const follows = this.#begun.has(subjectOf(address)) || this.isAnew(origin);
    if (!follows) {
      for (const hash of hashes()) {
        const earlier = this.#deps.reuse.claim(hash, address);
        if (earlier === undefined) continue;
        counts.reused += 1;
        return { answer: earlier.answer, address };
      }
    }
    this.#asked.add(address);
    this.#begun.add(subjectOf(address));
    if (follows) counts.following += 1;
    else counts.certain += 1;
    const former = this.#former(address);
    if (former === undefined) {
      counts.unknown += 1;
      onHeld?.();
      return new Promise(() => undefined);
    }
    const usage = former.answer?.usage ?? null;
    if (usage !== null) {
      counts.promptTokens += usage.prompt;
      counts.completionTokens += usage.completion;
      counts.counted += 1;
    }
    return former;
  }

  async #inPlaceOrder(place: Place): Promise<void> {
    this.#looking += 1;
    try {
      await this.#pace.pass(place);
    } finally {
      this.#looking -= 1;
    }
  }

  #stepOf(step: string, endpoint: string): RehearsedStep {
    const name = `${step}\n${endpoint}`;
    const known = this.#steps.get(name);
    if (known !== undefined) return known;
    const none = { certain: 0, following: 0, unknown: 0, reused: 0, promptTokens: 0, completionTokens: 0, counted: 0 };
    const counts = { step, endpoint, ...none };
    this.#steps.set(name, counts);
    return counts;
  }

  /** What the former run had at an address: an answer, or a failure. */
  #former(address: string): Asked | undefined {
    const { former } = this.#deps;
    const span = former?.spans.get(address);
    const line = span === undefined ? undefined : former?.reader.read(span);
    if (line === undefined) return undefined;
    const answer: Answer | undefined = readAnswer(line['answer']);
    if (answer !== undefined) return { answer, address };
    const { reason, message } = line;
    return { answer: null, address, reason: textOf(reason), message: textOf(message) };
  }
}

/** What an address is about, whatever is asked of it and how often. */
function subjectOf(address: string): string {
  return `${stepOfAddress(address)}/${address.split('/')[1] ?? ''}`;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
