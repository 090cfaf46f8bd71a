/** What the steps of a run ask: of services (answerStore.ts), or of what is known already (rehearsedAnswers.ts). */
import type { Place } from '../record/key.ts';
import type { Origin } from '../record/record.ts';
import type { Asked } from '../steps/step.ts';
import type { AskCounters } from './answerStore.ts';
import type { Candidate, EmbedCandidate } from './question.ts';

/** Where a question stands, and who wants to know of it. */
export interface Standing {
  readonly place: Place;
  /** How the record came to be that it is about. */
  readonly origin: Origin | undefined;
  readonly counters: AskCounters;
  /** Told when the answer does not come any more in this pass of the run. */
  readonly onHeld?: () => void;
}

export interface Answers {
  /** Whether answers that are there already wait to be looked up: those who have them need no new records to go on. */
  readonly isReplaying: boolean;
  /** Whether anybody waits for an answer that comes in this pass. */
  readonly isBusy: boolean;
  /** Whether there are questions whose answers do not come in this pass. */
  readonly gathers: boolean;
  /**
   * Finds or gets the answer for an address.
   *
   * @param candidates whom to ask: the first, and those that take over when the one before has failed for good
   * @throws EndpointError when the last candidate's endpoint is stopped; BudgetReachedError, JournalError, StoppingError,
   *   the signal's reason
   */
  ask(address: string, candidates: readonly Candidate[], standing: Standing): Promise<Asked>;
  /** Finds or gets the vector of a text. @throws as `ask` */
  embed(address: string, candidate: EmbedCandidate, standing: Standing): Promise<Asked>;
}
