import type { PlanStep } from '../pipeline/plan.ts';
import type { OrderedRunner } from './ordered.ts';
import { createBlendRunner } from './blend.ts';
import { createDedupRunner } from './dedup.ts';
import { createJoinRunner } from './join.ts';
import { createRankRunner } from './rank.ts';
import { createSampleRunner } from './sample.ts';
import { createShuffleRunner } from './shuffle.ts';
import { createSplitRunner } from './split.ts';

/** The runner of a step that sees its records in place order; undefined for all other steps. */
export function createOrderedRunner(step: PlanStep): OrderedRunner | undefined {
  switch (step.kind) {
    case 'blend':
      return createBlendRunner(step);
    case 'dedup':
      return createDedupRunner(step);
    case 'shuffle':
      return createShuffleRunner(step);
    case 'sample':
      return createSampleRunner(step);
    case 'split':
      return createSplitRunner(step);
    case 'join':
      return createJoinRunner(step);
    case 'rank':
      return createRankRunner(step);
    default:
      return undefined;
  }
}
