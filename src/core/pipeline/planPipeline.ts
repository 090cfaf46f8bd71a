import { dirname, resolve } from 'node:path';
import { unknownName } from '../files/checkValue.ts';
import type { Diagnostic } from '../errors.ts';
import type { JsonObject } from '../record/json.ts';
import { partiesOf, templateOf } from './asking.ts';
import { filesDrawn } from './drawPlan.ts';
import { expandRecipe, outputFields } from './expandRecipe.ts';
import type { Budget, Plan, PlanOutput, PlanStep, Target } from './plan.ts';
import { pipelineDefaults, planAsk } from './planAsk.ts';
import type { PlanContext, Planning } from './planContext.ts';
import { answerDefaults, CONVERSION } from './planGenerate.ts';
import { hashPlan } from './planHash.ts';
import { pipelineName, planOutputs } from './planOutputs.ts';
import { planSteps, takesTemplate } from './planSteps.ts';
import { Problems } from './problems.ts';
import { readPipeline, type StepDraft } from './readPipeline.ts';
import type { Recipe } from './recipeLibrary.ts';
import { everyStep } from './unrollSteps.ts';
import { resolveParameters } from './recipeParameters.ts';
import { linkSteps } from './stepGraph.ts';

export { SAMPLE_PROFILE, type PlanContext, type PlanDefaults, type PlanOverrides } from './planContext.ts';

/** A pipeline file: its absolute path and its text, which need not be saved. */
export interface PipelineText {
  readonly file: string;
  readonly text: string;
}

/**
 * Reads and checks a pipeline, finds everything it names, and makes the plan of a run. Sends and writes nothing.
 *
 * @throws InvalidInputError with everything that is wrong, each with file, line and column
 */
export async function planPipeline(
  input: PipelineText,
  context: PlanContext,
): Promise<{ readonly plan: Plan; readonly warnings: readonly Diagnostic[] }> {
  const problems = new Problems();
  const plan = await makePlan(input, context, problems);
  problems.throwIfAny();
  if (plan === null) throw new Error('A pipeline without a plan has a problem that was not told');
  return { plan, warnings: problems.warnings };
}

/**
 * Everything that is wrong or odd in a pipeline, for its editor: all positions are in the file itself, also where the
 * mistake is in another file that it names.
 */
export async function validatePipeline(input: PipelineText, context: PlanContext): Promise<readonly Diagnostic[]> {
  const problems = new Problems();
  await makePlan(input, context, problems);
  return problems.inFile(resolve(input.file));
}

/** @returns null when there is a mistake, which has been told */
async function makePlan(input: PipelineText, context: PlanContext, problems: Problems): Promise<Plan | null> {
  const file = resolve(input.file);
  const pipeline = readPipeline(file, input.text, problems);
  if (pipeline === null) return null;
  const overrides = context.overrides ?? {};
  const planning: Planning = { file, folder: dirname(file), pipeline, context, overrides, problems };
  checkTogether(planning);
  const steps = await settleSteps(planning);
  if (steps === null) return null;
  checkPrompts(steps.promptIds, planning);

  const graph = linkSteps(steps.drafts, steps.parameters, problems);
  const { until } = overrides;
  if (until !== undefined && !graph.steps.some(({ draft }) => draft.id === until)) {
    const ids = graph.steps.map(({ draft }) => draft.id);
    problems.error('unknown-step', `--until: ${unknownName(until, ids, 'a step')}`);
    return null;
  }
  const planned = await planSteps(graph.steps, answerDefaults(steps.parameters), planning);
  context.onFields?.(planned.fields);
  const last = steps.outputFrom ?? graph.last;
  const outputs = await planOutputs(
    {
      fields: planned.fields,
      steps: planned.steps,
      leftOut: graph.leftOut,
      usual: { from: last, fields: steps.outputFields },
      inputs: inputFiles(planned.steps, planning),
    },
    planning,
  );
  if (problems.hasErrors) return null;
  const needed = neededSteps(planned.steps, outputs);
  if (until === undefined) warnOfNeedless(planned.steps, needed, steps.drafts, planning);
  return {
    file,
    name: pipelineName(file),
    recipe: steps.recipe?.id ?? null,
    parameters: steps.parameters,
    steps: needed,
    outputs,
    budget: mergeBudgets(context.defaults?.budget ?? {}, pipeline.input.budget ?? {}, overrides.budget ?? {}),
    ...(pipeline.input.target === undefined ? {} : { target: planTarget(pipeline.input.target) }),
    ...(pipeline.input.reuse === false ? { reuse: false } : {}),
    endpoints: endpointsOf(needed),
    hash: hashPlan(needed, outputs, context.root),
  };
}

/** What must or must not stand together in the head of a pipeline. */
function checkTogether({ pipeline, overrides, problems }: Planning): void {
  const { source, has } = pipeline;
  if (has('recipe') && has('steps')) {
    const message = 'a pipeline has either a `recipe` or `steps` of its own';
    problems.error('conflicting-keys', message, source.positionOf(['steps'], 'key'));
  }
  if (!has('recipe') && !has('steps')) {
    const message = 'a pipeline needs a `recipe` or `steps` of its own';
    problems.error('missing-key', message, source.positionOf(['openline'], 'key'));
  }
  if (has('with') && !has('recipe')) {
    const message = '`with` gives the parameters of a `recipe`, and there is none';
    problems.error('needless-key', message, source.positionOf(['with'], 'key'));
  }
  if (has('output') && has('outputs')) {
    const message = 'there is either one `output` or a list of `outputs`';
    problems.error('conflicting-keys', message, source.positionOf(['output'], 'key'));
  }
  if (has('recipe') && overrides.read !== undefined) {
    const message = 'the files are given in the call, and a recipe reads its own; write `steps` instead';
    problems.error('conflicting-keys', message, source.positionOf(['recipe'], 'key'));
  }
  for (const name of has('recipe') ? [] : Object.keys(overrides.set ?? {})) {
    problems.error('unknown-parameter', `--set ${name}: only recipes have parameters, and this pipeline has steps`);
  }
}

interface SettledSteps {
  readonly recipe: Recipe | null;
  readonly parameters: JsonObject;
  readonly drafts: readonly StepDraft[];
  /** Keys that `prompts` may have. */
  readonly promptIds: readonly string[];
  readonly outputFrom: string | null;
  readonly outputFields: readonly string[] | null;
}

/** The steps of the recipe or of the file. @returns null when mistakes leave nothing to go on with */
async function settleSteps(planning: Planning): Promise<SettledSteps | null> {
  const { pipeline, problems } = planning;
  if (!pipeline.has('recipe')) {
    if (pipeline.steps.length === 0) return null;
    const generating = pipeline.steps.filter(({ step }) => step !== null && takesTemplate(step));
    return {
      recipe: null,
      parameters: {},
      drafts: withInput(planning),
      promptIds: [...generating.map(({ id }) => id), CONVERSION],
      outputFrom: null,
      outputFields: null,
    };
  }
  const recipeAt = pipeline.source.positionOf(['recipe'], 'value');
  const checkAsk = (): unknown => planAsk({}, pipelineDefaults(planning), () => recipeAt, planning);
  const recipe = findRecipe(planning);
  if (recipe === null) {
    checkAsk();
    return null;
  }
  const given = pipeline.input.with ?? {};
  const isWithSound = !pipeline.has('with') || pipeline.input.with !== undefined;
  const found = new Problems();
  const locateWith = pipeline.source.positionOf.bind(pipeline.source);
  const parameters = resolveParameters(
    recipe,
    {
      with: given,
      set: planning.overrides.set ?? {},
      locateWith: (path, part) => locateWith(['with', ...path], part),
      recipeAt,
    },
    found,
  );
  if (isWithSound) problems.add(found.inFile(planning.file));
  const promptIds = everyStep(recipe.steps).flatMap((step) =>
    ('generate' in step || 'dialogue' in step || 'judge' in step) && typeof step['id'] === 'string' ? step['id'] : [],
  );
  if (found.hasErrors || !isWithSound) {
    // Steps made of wrong parameters would only tell of consequences.
    checkPrompts([...promptIds, CONVERSION], planning);
    checkAsk();
    return null;
  }
  const parameterAt = (
    path: readonly (string | number)[],
    part: 'key' | 'value',
  ): ReturnType<typeof locateWith> | undefined =>
    Object.hasOwn(given, path[0] ?? '') ? locateWith(['with', ...path], part) : undefined;
  const fields = await outputFields(recipe, parameters, planning.folder);
  return {
    recipe,
    parameters,
    drafts: expandRecipe(recipe, parameters, { recipeAt, parameterAt }, problems),
    promptIds: [...promptIds, CONVERSION],
    outputFrom: recipe.output.from,
    outputFields: fields === null ? null : ['id', ...fields],
  };
}

/** The steps of the file, behind the one that reads the files which the call names. */
function withInput({ pipeline, overrides, problems }: Planning): readonly StepDraft[] {
  const { read } = overrides;
  if (read === undefined) return pipeline.steps;
  for (const { step, id, locate } of pipeline.steps) {
    if (step?.read === undefined) continue;
    const message = `the files are given in the call; take the step ${id} out, or use \`run\``;
    problems.error('conflicting-source', message, locate(['read'], 'key'));
  }
  const ids = pipeline.steps.map((draft) => draft.id);
  const id = ['input', 'input_files'].find((name) => !ids.includes(name)) ?? '__input';
  const at = pipeline.source.positionOf(['steps'], 'key');
  const step = { id, read: { files: [...read], as: 'jsonl' as const } };
  return [{ id, step, fromRecipe: true, locate: () => at }, ...pipeline.steps];
}

function findRecipe({ pipeline, context, problems }: Planning): Recipe | null {
  const id = pipeline.input.recipe;
  if (id === undefined) return null;
  const recipe = context.recipes.get(id);
  if (recipe !== undefined) return recipe;
  const message = unknownName(id, [...context.recipes.keys()], 'a recipe');
  problems.error('unknown-recipe', message, pipeline.source.positionOf(['recipe'], 'value'));
  return null;
}

function checkPrompts(ids: readonly string[], { pipeline, problems }: Planning): void {
  for (const id of Object.keys(pipeline.input.prompts ?? {})) {
    if (ids.includes(id)) continue;
    const at = pipeline.source.positionOf(['prompts', id], 'key');
    problems.error('unknown-step', unknownName(id, ids, 'a step with a template'), at);
  }
}

function inputFiles(steps: readonly PlanStep[], { context }: Planning): ReadonlyMap<string, string> {
  const inputs = new Map<string, string>();
  for (const step of steps) {
    if (step.kind === 'read' && step.source.kind === 'files') {
      for (const { path } of step.source.files) if (path !== '') inputs.set(path, `read by the step ${step.id}`);
    }
    if (step.kind === 'draw') {
      for (const { path } of filesDrawn(step.drawing)) inputs.set(path, `read by the step ${step.id}`);
    }
    if (step.kind === 'script') {
      for (const { path } of step.files) inputs.set(resolve(context.root, path), `the script of the step ${step.id}`);
    }
    const template = templateOf(step);
    if (template !== undefined) {
      inputs.set(resolve(context.root, template.source), `the template of the step ${step.id}`);
    }
  }
  return inputs;
}

/** Steps that lead to an output; others would be paid for in vain. */
function neededSteps(steps: readonly PlanStep[], outputs: readonly PlanOutput[]): readonly PlanStep[] {
  const needed = new Set(outputs.map(({ from }) => from));
  for (const step of steps.toReversed()) {
    if (needed.has(step.id)) for (const { step: source } of step.from) needed.add(source);
  }
  return steps.filter(({ id }) => needed.has(id));
}

function warnOfNeedless(
  steps: readonly PlanStep[],
  needed: readonly PlanStep[],
  drafts: readonly StepDraft[],
  { problems }: Planning,
): void {
  for (const { id } of steps) {
    if (needed.some((step) => step.id === id)) continue;
    const at = drafts.find((draft) => draft.id === id)?.locate(['id'], 'value');
    problems.warning('unused-step', `the step ${id} leads to no output and is left out`, at);
  }
}

function endpointsOf(steps: readonly PlanStep[]): readonly string[] {
  const names = steps
    .flatMap(partiesOf)
    .flatMap(({ ask: { endpoint, fallback = [] } }) => [endpoint, ...fallback.map((next) => next.endpoint)]);
  return [...new Set(names)];
}

function planTarget(target: { readonly records: number; readonly max_requests?: number }): Target {
  const { records, max_requests: maxRequests } = target;
  return maxRequests === undefined ? { records } : { records, maxRequests };
}

/** Limit by limit, the later ones before the earlier; 0 is no limit, whoever says it. */
function mergeBudgets(usual: Budget, file: Budget, override: Budget): Budget {
  const limits = Object.entries({ ...usual, ...file, ...override }).filter(([, limit]) => limit !== 0);
  return Object.fromEntries(limits);
}
