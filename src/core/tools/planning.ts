/** A pipeline as tools plan it: with the profiles around it, inside the open folders. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { findProfile } from '../endpoints/pool/findProfile.ts';
import type { EndpointProfile, NamedProfile } from '../endpoints/profile.ts';
import { InvalidInputError, type Diagnostic } from '../errors.ts';
import { partiesOf } from '../pipeline/asking.ts';
import type { Plan } from '../pipeline/plan.ts';
import { planPipeline, type PlanOverrides } from '../pipeline/planPipeline.ts';
import { budgetSchema } from '../pipeline/pipelineSchema.ts';
import { findWorkspaceRoot } from '../pipeline/workspaceRoot.ts';
import type { RunChoices } from '../run/childProtocol.ts';
import { estimateRun, type Estimate } from '../run/estimate.ts';
import { measuredSteps } from '../run/measured.ts';
import { checkPlanInside, pipelineInside, shownPath } from './places.ts';
import type { ToolContext } from './tool.ts';
import type { RunQuestion } from './toolQuestion.ts';

/** How a pipeline is run, as far as a model may say. */
export const choicesInput = z.object({
  set: z
    .record(z.string(), z.string())
    .optional()
    .describe('Parameters of the recipe, as they would stand in YAML: {"n_openlines": "5"}'),
  endpoint: z.string().optional().describe('Asks this endpoint profile instead of the one in the pipeline'),
  model: z.string().optional().describe('Asks this model'),
});
export type ChoicesInput = z.output<typeof choicesInput>;

export const pipelineInput = z.object({
  pipeline: z.string().describe('Path of the pipeline file (NAME.openline.yaml) in the open folder'),
});

export const budgetInput = budgetSchema
  .optional()
  .describe('The run pauses before it uses more: {"requests": 100}, and tokens, cost, minutes');

export interface PlannedForTool {
  /** Absolute. */
  readonly file: string;
  readonly text: string;
  /** Folder that holds `.openline`. */
  readonly root: string;
  readonly plan: Plan;
  readonly warnings: readonly Diagnostic[];
  readonly profiles: readonly NamedProfile[];
}

/** Plans the text of a pipeline that need not be on the disk. @throws InvalidInputError */
export async function planText(
  file: string,
  text: string,
  overrides: PlanOverrides,
  context: ToolContext,
): Promise<PlannedForTool> {
  const root = await findWorkspaceRoot(file);
  const { profiles, defaults } = await context.profilesOf(root);
  const { userTemplatesFolders } = context;
  const around = { ...(await context.library()), profiles, defaults, root, userTemplatesFolders, overrides };
  const { plan, warnings } = await planPipeline({ file, text }, around);
  await checkPlanInside(plan, root, context);
  return { file, text, root, plan, warnings, profiles };
}

/** Plans a pipeline file. @throws InvalidInputError when there is none, it is wrong, or it leads outside */
export async function planFile(
  { pipeline, ...choices }: z.output<typeof pipelineInput> & ChoicesInput,
  context: ToolContext,
): Promise<PlannedForTool> {
  const file = await pipelineInside(pipeline, context);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined)
    throw InvalidInputError.of('missing-file', 'there is no such file, or it cannot be read', { file: pipeline });
  return planText(file, text, overridesOf(choices), context);
}

/** What a model says of a run, as the run takes it. */
export function overridesOf({ set, endpoint, model }: ChoicesInput): Pick<RunChoices, 'set' | 'endpoint' | 'model'> {
  return {
    ...(set === undefined ? {} : { set }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(model === undefined ? {} : { model }),
  };
}

/** What a plan is expected to take. */
export async function estimateOf({ plan, profiles, root }: PlannedForTool): Promise<Estimate> {
  return estimateRun(plan, profiles, await measuredSteps(plan, root));
}

/** What a person has to know before a plan is run. */
export async function runQuestion(
  kind: 'run' | 'preview',
  planned: PlannedForTool,
  budget: Plan['budget'],
  context: ToolContext,
): Promise<RunQuestion> {
  const { plan, file, text } = planned;
  const { requests, promptTokens, completionTokens, cost, seconds } = await estimateOf(planned);
  return {
    kind,
    pipeline: shownPath(file, context),
    run: null,
    endpoints: endpointsAsked(plan, planned.profiles),
    requests,
    tokens: promptTokens.likely + completionTokens.likely,
    cost,
    seconds: seconds.likely,
    budget: { ...plan.budget, ...budget },
    outputs: kind === 'preview' ? [] : plan.outputs.map(({ path }) => shownPath(path, context)),
    programs: plan.steps.flatMap((step) => (step.kind === 'script' ? [step.command.join(' ')] : [])),
    sha256: createHash('sha256').update(text).digest('hex'),
  };
}

/** Who a plan asks: each endpoint once, with its models. */
export function endpointsAsked(plan: Plan, profiles: readonly NamedProfile[]): RunQuestion['endpoints'] {
  const models = new Map<string, Set<string>>();
  for (const { ask } of plan.steps.flatMap(partiesOf)) {
    for (const { endpoint, model } of [ask, ...(ask.fallback ?? [])]) {
      models.set(endpoint, (models.get(endpoint) ?? new Set()).add(model));
    }
  }
  return [...models].map(([name, asked]) => ({
    name,
    where: placeOf(findProfile(profiles, name)?.profile),
    models: [...asked],
  }));
}

/** Where a service is, in a few words. */
export function placeOf(profile: EndpointProfile | undefined): string {
  if (profile === undefined) return 'unknown';
  if (profile.kind === 'sample') return 'built in, no network';
  if (profile.kind === 'vscode-lm') return 'models of VS Code';
  return profile.base_url ?? profile.replicas?.join(', ') ?? profile.kind;
}
