/** What all runs of one session may use together. */
import type { Budget } from '../../core/pipeline/plan.ts';
import { UsageError } from '../usage.ts';

/** The limits that can be counted after a run; minutes hold for each run. */
const COUNTED = ['requests', 'tokens', 'cost'] as const;
type Counted = (typeof COUNTED)[number];

export type Used = Readonly<Record<Counted, number>>;

/** Counts what the runs of a session use, and what is promised to those that go on. */
export class SessionBudget {
  readonly #whole: Budget;
  readonly #spent = { requests: 0, tokens: 0, cost: 0 };
  readonly #promised = new Set<Budget>();

  constructor(whole: Budget) {
    this.#whole = whole;
  }

  /** Whether there is any limit. */
  get isLimited(): boolean {
    return Object.values(this.#whole).some((limit) => limit > 0);
  }

  /**
   * Promises a run its share: all that is left, or what it asks for where that is less.
   *
   * @param wanted its own limits; 0 is none
   * @param before what an earlier part of the run has used already, which its limit counts, too
   * @throws UsageError when nothing is left
   */
  promise(wanted: Budget, before: Used = { requests: 0, tokens: 0, cost: 0 }): Promised {
    const share: { -readonly [Limit in keyof Budget]: Budget[Limit] } = { ...wanted };
    const promised: { -readonly [Limit in keyof Budget]: Budget[Limit] } = {};
    for (const limit of COUNTED) {
      const whole = this.#whole[limit] ?? 0;
      if (whole === 0) continue;
      const taken = [...this.#promised].reduce((sum, budget) => sum + (budget[limit] ?? 0), this.#spent[limit]);
      const left = whole - taken;
      if (left <= 0) {
        throw new UsageError(
          `The budget of this session (--budget-${limit} ${whole}) is used up; start \`openline mcp\` with a larger one`,
        );
      }
      const own = wanted[limit] ?? 0;
      promised[limit] = own === 0 ? left : Math.min(left, Math.max(0, own - before[limit]));
      share[limit] = before[limit] + promised[limit];
    }
    const { minutes = 0 } = this.#whole;
    if (minutes > 0) share.minutes = Math.min(minutes, wanted.minutes === 0 ? minutes : (wanted.minutes ?? minutes));
    this.#promised.add(promised);
    return {
      budget: share,
      settle: (used) => {
        this.#promised.delete(promised);
        for (const limit of COUNTED) this.#spent[limit] += used[limit];
      },
    };
  }
}

export interface Promised {
  /** The limits of the run. */
  readonly budget: Budget;
  /** Tells what it has used in the end. */
  settle(used: Used): void;
}
