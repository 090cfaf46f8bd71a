import type { CheckServices } from '../curate/checks/check.ts';
import type { PlanStep } from '../pipeline/plan.ts';
import { createDialogueRunner } from './dialogue.ts';
import { createDrawRunner } from './draw.ts';
import { createFilterRunner } from './filter.ts';
import { createGenerateRunner } from './generate.ts';
import { createModifyRunner } from './modify.ts';
import { createRefineRunner } from './refine.ts';
import { createReviewRunner } from './review.ts';
import type { StepRunner } from './step.ts';

/**
 * The runner of a step; undefined for sources, which are read instead of run, and for steps that see their records in
 * order (createOrderedRunner.ts).
 */
export function createRunner(step: PlanStep, services?: CheckServices): StepRunner | undefined {
  switch (step.kind) {
    case 'read':
    case 'blend':
    case 'dedup':
    case 'sample':
    case 'shuffle':
    case 'split':
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
  }
}
