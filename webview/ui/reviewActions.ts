import type { DecisionChange, ViewRecord } from '../../src/protocol/dataset.ts';

export interface ReviewActionsOptions {
  /** The open record; opens the one that the keys stand at, where none is. Undefined: there is none to decide about. */
  readonly record: () => Promise<ViewRecord | undefined>;
  /** Keeps a decision, and shows it. Rejects when it was not kept; that has been told then. */
  readonly decide: (line: number, change: DecisionChange) => Promise<void>;
  /** Goes on to the next record. Done when that is open. */
  readonly moveOn: () => Promise<void>;
}

/** What the buttons and keys of a review do. */
export class ReviewActions {
  readonly #options: ReviewActionsOptions;

  constructor(options: ReviewActionsOptions) {
    this.#options = options;
  }

  /** The same verdict again takes it back; a new one goes on to the next record. */
  async verdict(verdict: 'accept' | 'reject'): Promise<void> {
    await this.#with(async ({ line, decision, isChanged }) => {
      const isSame = decision?.verdict === verdict && !isChanged;
      await this.#options.decide(line, { verdict: isSame ? null : verdict });
      if (!isSame) await this.#options.moveOn();
    });
  }

  /** The same rating again, or 0, takes it back. */
  async rate(rating: number): Promise<void> {
    await this.#with(({ line, decision }) =>
      this.#options.decide(line, { rating: rating === 0 || rating === decision?.rating ? null : rating }),
    );
  }

  async change(change: DecisionChange): Promise<void> {
    await this.#with(({ line }) => this.#options.decide(line, change));
  }

  async #with(action: (record: ViewRecord) => Promise<void>): Promise<void> {
    const record = await this.#options.record();
    if (record?.broken !== null) return;
    // What was not kept has been told.
    await action(record).catch(() => undefined);
  }
}
