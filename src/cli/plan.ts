import { planPipeline, type PlanOverrides } from '../core/pipeline/planPipeline.ts';
import type { NamedProfile } from '../core/endpoints/profile.ts';
import type { Diagnostic } from '../core/errors.ts';
import type { Budget, Plan } from '../core/pipeline/plan.ts';
import type { Surroundings } from './console.ts';
import type { Given } from './options.ts';
import { UsageError } from './usage.ts';
import {
  COMMAND_LINE_ENDPOINT,
  openWorkspace,
  readDefaults,
  readProfiles,
  userTemplates,
  withKeys,
  type Workspace,
} from './workspace.ts';
import { resolve } from 'node:path';

/** A pipeline that is ready to be run: its plan, and the profiles with their keys. */
export interface Planned {
  readonly workspace: Workspace;
  readonly plan: Plan;
  readonly warnings: readonly Diagnostic[];
  readonly profiles: readonly NamedProfile[];
}

/**
 * Reads, checks and plans the pipeline that a command names.
 *
 * @param options `keys: false` for a command that sends nothing and needs no key
 * @throws InvalidInputError, UsageError
 */
export async function planCommand(given: Given, around: Surroundings, options = { keys: true }): Promise<Planned> {
  const workspace = await openWorkspace(given.positionals[0], around);
  if (given.positionals.length > 1)
    throw new UsageError(`One pipeline at a time; what is ${given.positionals[1] ?? ''}?`);
  return planWorkspace(workspace, given, around, options);
}

/** Plans a pipeline that has been opened. @param extra what the command adds to what its options ask for */
export async function planWorkspace(
  workspace: Workspace,
  given: Given,
  around: Surroundings,
  options = { keys: true },
  extra: PlanOverrides = {},
): Promise<Planned> {
  const { profiles, broken } = await readProfiles(workspace.root, given, around);
  const { plan, warnings } = await planPipeline(
    { file: workspace.file, text: workspace.text },
    {
      templates: workspace.templates,
      recipes: workspace.recipes,
      profiles,
      broken,
      root: workspace.root,
      userTemplatesFolders: [userTemplates(around.env)],
      overrides: { ...overridesOf(given, around), ...extra },
      defaults: around.known?.defaults ?? (await readDefaults(workspace.root)),
    },
  );
  return {
    workspace,
    plan,
    warnings,
    profiles: options.keys ? await withKeys(profiles, plan.endpoints, given, around) : profiles,
  };
}

function overridesOf(given: Given, around: Surroundings): PlanOverrides {
  const endpoint = given.text('base-url') === undefined ? given.text('endpoint') : COMMAND_LINE_ENDPOINT;
  const output = given.text('output');
  const set: Record<string, string> = {};
  for (const entry of given.list('set')) {
    const split = entry.indexOf('=');
    if (split < 1) throw new UsageError(`--set takes key=value, not ${JSON.stringify(entry)}`);
    set[entry.slice(0, split)] = entry.slice(split + 1);
  }
  const model = given.text('model');
  const until = given.text('until');
  const budget = budgetOf(given);
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(model === undefined ? {} : { model }),
    ...(until === undefined ? {} : { until }),
    ...(output === undefined ? {} : { output: resolve(around.cwd, output) }),
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(budget === undefined ? {} : { budget }),
  };
}

/** The budget given on the command line; undefined where none is. */
export function budgetOf(given: Given): Budget | undefined {
  const requests = given.number('budget-requests', 1);
  const tokens = given.number('budget-tokens', 1);
  const cost = given.number('budget-cost', 0, false);
  const minutes = given.number('budget-minutes', 0, false);
  const budget: Budget = {
    ...(requests === undefined ? {} : { requests }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(cost === undefined ? {} : { cost }),
    ...(minutes === undefined ? {} : { minutes }),
  };
  return Object.keys(budget).length === 0 ? undefined : budget;
}
