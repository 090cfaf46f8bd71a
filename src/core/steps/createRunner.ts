import type { CheckServices } from '../curate/checks/check.ts';
import type { PlanStep, ScriptStep } from '../pipeline/plan.ts';
import { createDialogueRunner } from './dialogue.ts';
import { createDrawRunner } from './draw.ts';
import { createEmbedRunner } from './embed.ts';
import { createFilterRunner } from './filter.ts';
import { createGenerateRunner } from './generate.ts';
import { createJudgeRunner } from './judge.ts';
import { createModifyRunner } from './modify.ts';
import { createRefineRunner } from './refine.ts';
import { createRewardRunner } from './reward.ts';
import { createReviewRunner } from './review.ts';
import type { StepRunner } from './step.ts';

/**
 * The runner of a step that needs nothing of the run but answers; undefined for sources, which are read instead of run,
 * and for steps that see their records in order (createOrderedRunner.ts). Scripts have a runner of their own (script.ts).
 */
export function createRunner(step: Exclude<PlanStep, ScriptStep>, services?: CheckServices): StepRunner | undefined {
  switch (step.kind) {
    case 'read':
    case 'blend':
    case 'dedup':
    case 'sample':
    case 'shuffle':
    case 'split':
    case 'rank':
    case 'join':
      return undefined;
    case 'generate':
      return step.segments === undefined && step.refinement === undefined
        ? createGenerateRunner(step)
        : createRefineRunner(step);
    case 'dialogue':
      return createDialogueRunner(step);
    case 'modify':
      return createModifyRunner(step);
    case 'review':
      return createReviewRunner(step);
    case 'filter':
      return createFilterRunner(step, services);
    case 'draw':
      return createDrawRunner(step);
    case 'reward':
      return createRewardRunner(step);
    case 'judge':
      return createJudgeRunner(step);
    case 'embed':
      return createEmbedRunner(step);
  }
}
