import { commonFields, type KnownFields } from './knownFields.ts';
import type { PlanStep } from './plan.ts';
import type { Planning } from './planContext.ts';
import { planDraw } from './planDraw.ts';
import { planBlend } from './planBlend.ts';
import { planDedup } from './planDedup.ts';
import { MESSAGES_FIELD, planDialogue } from './planDialogue.ts';
import { planEmbed } from './planEmbed.ts';
import { planFilter } from './planFilter.ts';
import { fieldsAfter, planGenerate, type AnswerDefaults } from './planGenerate.ts';
import { planJoin } from './planJoin.ts';
import { planJudge } from './planJudge.ts';
import { planModify } from './planModify.ts';
import { planSample, planShuffle, planSplit } from './planOrdered.ts';
import { planRank } from './planRank.ts';
import { planRead } from './planRead.ts';
import { planReward } from './planReward.ts';
import { planScript } from './planScript.ts';
import { planReview } from './planReview.ts';
import { STEP_KINDS, type StepInput } from './pipelineSchema.ts';
import type { StepDraft } from './readPipeline.ts';
import type { LinkedStep } from './stepGraph.ts';

/** The steps of a plan, and what is known of the records of each. */
export interface PlannedSteps {
  /** Those without a mistake. */
  readonly steps: readonly PlanStep[];
  /** Fields of the records of each step, broken ones included, in the plan's order. */
  readonly fields: ReadonlyMap<string, KnownFields>;
}

/**
 * Plans the steps one after the other, each with what is known of the records that come in.
 *
 * @param steps each after the ones it reads from
 */
export async function planSteps(
  steps: readonly LinkedStep[],
  defaults: AnswerDefaults,
  planning: Planning,
): Promise<PlannedSteps> {
  const planned: PlanStep[] = [];
  const fields = new Map<string, KnownFields>();
  const usedValues = new Set<string>();
  for (const linked of steps) {
    const sources = linked.from.map(({ step }) => fields.get(step) ?? null);
    const incoming = linked.unsound ? null : commonFields(sources);
    const result = await planStep(linked, sources, incoming, defaults, usedValues, planning);
    if (result?.step !== undefined) planned.push(result.step);
    fields.set(linked.draft.id, result?.fields ?? null);
  }
  warnOfUnusedValues(usedValues, steps, planning);
  return { steps: planned, fields };
}

interface PlannedStep {
  /** Absent after a mistake. */
  readonly step?: PlanStep;
  readonly fields: KnownFields;
}

async function planStep(
  { draft, from, prefixesKeys, unsound }: LinkedStep,
  sources: readonly KnownFields[],
  incoming: KnownFields,
  defaults: AnswerDefaults,
  usedValues: Set<string>,
  planning: Planning,
): Promise<PlannedStep | null> {
  const { step, id } = draft;
  if (step === null || !hasOneKind(step, draft, planning)) return null;
  const base = { id, from, prefixesKeys };
  if (step.read !== undefined) {
    const read = await planRead(step.read, draft, planning);
    return read === null ? null : { step: { kind: 'read', ...base, ...read.parts }, fields: read.fields };
  }
  if (step.generate !== undefined) {
    const parts = await planGenerate(step.generate, draft, incoming, defaults, usedValues, planning);
    const fields = fieldsAfter(incoming, step.generate.expect, parts?.expect);
    return parts === null ? { fields } : { step: { kind: 'generate', ...base, ...parts }, fields };
  }
  if (from.length === 0 && !unsound) {
    const message = `the step ${id} has nothing to work on; a step that reads or generates must stand before it`;
    planning.problems.error('missing-source', message, draft.locate(['id'], 'value'));
    return null;
  }
  if (step.dialogue !== undefined) {
    const parts = await planDialogue(step.dialogue, draft, incoming, defaults, usedValues, planning);
    const fields = incoming === null ? null : new Set([...incoming, step.dialogue.into ?? MESSAGES_FIELD]);
    return parts === null ? { fields } : { step: { kind: 'dialogue', ...base, ...parts }, fields };
  }
  if (step.modify !== undefined) {
    const { parts, fields } = await planModify(step.modify, draft, incoming, planning);
    return { step: { kind: 'modify', ...base, ...parts }, fields };
  }
  if (step.filter !== undefined) {
    const { parts, fields } = await planFilter(step.filter, draft, incoming, planning);
    return { step: { kind: 'filter', ...base, ...parts }, fields };
  }
  if (step.draw !== undefined) {
    const { drawing, fields } = await planDraw(step.draw, draft, incoming, planning);
    return { step: { kind: 'draw', ...base, drawing }, fields };
  }
  if (step.blend !== undefined) return planBlend(step.blend, base, draft, incoming, planning);
  if (step.dedup !== undefined) return planDedup(step.dedup, base, draft, incoming, planning);
  if (step.review !== undefined) return planReview(step.review, base, draft, incoming, planning);
  if (step.sample !== undefined) return planSample(step.sample, base, draft, incoming, planning);
  if (step.shuffle !== undefined) return planShuffle(step.shuffle, base, incoming);
  if (step.split !== undefined) return planSplit(step.split, base, draft, incoming, planning);
  if (step.reward !== undefined) return planReward(step.reward, base, draft, incoming, defaults, planning);
  if (step.judge !== undefined) {
    return planJudge(step.judge, base, draft, incoming, defaults, usedValues, planning);
  }
  if (step.embed !== undefined) return planEmbed(step.embed, base, draft, incoming, planning);
  if (step.rank !== undefined) return planRank(step.rank, base, draft, incoming, planning);
  if (step.join !== undefined) return planJoin(step.join, base, draft, sources, planning);
  if (step.script !== undefined) {
    const parts = await planScript(step.script, (path, part) => draft.locate(['script', ...path], part), planning);
    return { step: { kind: 'script', ...base, ...parts }, fields: null };
  }
  return null;
}

function hasOneKind(step: StepInput, { locate }: StepDraft, { problems }: Planning): boolean {
  const kinds = STEP_KINDS.filter((kind) => step[kind] !== undefined);
  if (kinds.length === 1) return true;
  const list = STEP_KINDS.join(', ');
  if (kinds.length === 0) {
    problems.error(
      'missing-kind',
      `the step ${step.id} does nothing: it needs one of ${list}`,
      locate(['id'], 'value'),
    );
  }
  for (const kind of kinds.slice(1)) {
    problems.error('conflicting-keys', `a step does exactly one thing: one of ${list}`, locate([kind], 'key'));
  }
  return false;
}

/** Whether a step asks with a template. */
export function takesTemplate({ generate, dialogue, judge }: StepInput): boolean {
  return [generate, dialogue, judge].some((part) => part !== undefined);
}

function warnOfUnusedValues(
  used: ReadonlySet<string>,
  steps: readonly LinkedStep[],
  { pipeline, problems }: Planning,
): void {
  if (!steps.some(({ draft: { step } }) => step !== null && takesTemplate(step))) return;
  for (const name of Object.keys(pipeline.input.values ?? {})) {
    if (used.has(name)) continue;
    const at = pipeline.source.positionOf(['values', name], 'key');
    problems.warning('unused-value', `no template has a placeholder {${name}}`, at);
  }
}
