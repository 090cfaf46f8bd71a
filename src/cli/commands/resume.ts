import { join } from 'node:path';
import type { NamedProfile } from '../../core/endpoints/profile.ts';
import { partiesOf } from '../../core/pipeline/asking.ts';
import type { Plan } from '../../core/pipeline/plan.ts';
import { isJsonObject, parseJson } from '../../core/record/json.ts';
import { findRun } from '../../core/run/findRun.ts';
import { readRunFile, runPaths } from '../../core/run/runFolder.ts';
import { resumeRun, type ResumeOptions } from '../../core/run/runPipeline.ts';
import type { Result, Surroundings } from '../console.ts';
import type { Given, OptionName } from '../options.ts';
import { budgetOf } from '../plan.ts';
import { scriptsAllowed } from '../scripts.ts';
import { UsageError } from '../usage.ts';
import { currentRoot, readProfiles, withKeys } from '../workspace.ts';
import { finish, watched } from './run.ts';

export const RESUME_OPTIONS: readonly OptionName[] = [
  'base-url',
  'model',
  'api-key-env',
  'concurrency',
  'force',
  'allow-scripts',
  'retry-failed',
  'shard',
  'budget-requests',
  'budget-tokens',
  'budget-cost',
  'budget-minutes',
];

/** `openline resume RUN|latest`. */
export async function resumeCommand(given: Given, around: Surroundings): Promise<Result> {
  const concurrency = given.number('concurrency', 1);
  const shard = given.number('shard', 0);
  const budget = budgetOf(given);
  const ready = await readyToResume(given, around);
  const { summary } = await watched(around, given, (settings) =>
    resumeRun({
      ...settings,
      ...ready,
      retryFailed: given.flag('retry-failed'),
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(budget === undefined ? {} : { budget }),
      ...(shard === undefined ? {} : { shard }),
    }),
  );
  if (shard === undefined || summary.state !== 'done') return finish(summary, ready.folder, given, around);
  const next = `When all shards are through: openline resume ${summary.run ?? 'latest'}`;
  return finish(summary, ready.folder, given, around, [next]);
}

/**
 * The run that a command names, with what it takes to go on with it.
 *
 * @param options `keys: false` for a command that sends nothing
 */
export async function readyToResume(
  given: Given,
  around: Surroundings,
  options = { keys: true },
): Promise<
  Pick<ResumeOptions, 'folder' | 'profiles'> &
    Required<Pick<ResumeOptions, 'allowScripts' | 'force' | 'allowCode' | 'allowOutside'>>
> {
  const folder = await namedRun(given.positionals[0], around);
  const root = join(folder, '..', '..', '..');
  const file = await readRunFile(runPaths(folder));
  const plan = parseJson(file.plan) as unknown as Plan;
  checkSameModel(given, plan);
  const known = await profilesOf(root, given, file.endpoints, around);
  const profiles = options.keys ? await withKeys(known, plan.endpoints, given, around) : known;
  return {
    folder,
    profiles,
    allowScripts: await scriptsAllowed(plan, given, around),
    force: given.flag('force'),
    allowCode: given.flag('allow-scripts'),
    allowOutside: given.flag('force'),
  };
}

/** The folder of the run that a command names, in the workspace of the current folder. */
export async function namedRun(
  name: string | undefined,
  around: Surroundings,
  of: 'unfinished' | 'any' = 'unfinished',
): Promise<string> {
  if (name === undefined) throw new UsageError('Which run? Give its id, or `latest`');
  return findRun(await currentRoot(around), name, of);
}

/** A run without a profile is resumed at the same address; `--base-url` needs not be given again unless a key goes with it. */
async function profilesOf(
  root: string,
  given: Given,
  used: Readonly<Record<string, unknown>>,
  around: Surroundings,
): Promise<readonly NamedProfile[]> {
  const { profiles } = await readProfiles(root, given, around);
  const stored = used['command-line'];
  const baseUrl = isJsonObject(stored) ? stored['base_url'] : undefined;
  const again = given.text('base-url');
  if (typeof baseUrl !== 'string') {
    if (again !== undefined)
      throw new UsageError('--base-url: this run asks the endpoints of its pipeline; resume takes no other');
    return profiles;
  }
  if (again !== undefined && again !== baseUrl)
    throw new UsageError(`--base-url: this run asks ${baseUrl}; resume takes no other address`);
  if (again !== undefined) return profiles;
  if (given.text('api-key-env') !== undefined) {
    // The address stands in a file of the workspace: a key goes there only when the person has written it down.
    throw new UsageError(`--api-key-env goes with the address that the key is for: --base-url ${baseUrl}`);
  }
  const implied: Given = { ...given, text: (name) => (name === 'base-url' ? baseUrl : given.text(name)) };
  return (await readProfiles(root, implied, around)).profiles;
}

function checkSameModel(given: Given, plan: Plan): void {
  const model = given.text('model');
  if (model === undefined) return;
  const models = new Set(
    plan.steps
      .flatMap(partiesOf)
      .flatMap(({ role, ask }) => (role === 'conversion' || role === 'scorer' ? [] : [ask.model])),
  );
  if (!models.has(model))
    throw new UsageError(`--model: this run asks ${[...models].join(', ')}; resume takes no other model`);
}
