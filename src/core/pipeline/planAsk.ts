import { formatDiagnostic, type FilePosition } from '../errors.ts';
import type { BrokenProfile } from '../endpoints/profileFile.ts';
import { findProfile, replicaProblem } from '../endpoints/pool/findProfile.ts';
import type { NamedProfile } from '../endpoints/profile.ts';
import { unknownName, type DataPath } from '../files/checkValue.ts';
import type { GenerationParameters } from '../endpoints/endpoint.ts';
import type { Ask } from './plan.ts';
import { SAMPLE_PROFILE, type Planning } from './planContext.ts';

/** Place of a key or value of what is planned. */
type Locate = (path: DataPath, part: 'key' | 'value') => FilePosition;

/** Who is asked, as a file says it: each part may be left open. */
export interface AskInput {
  readonly endpoint?: string | undefined;
  readonly model?: string | undefined;
  readonly generation?: GenerationParameters | undefined;
  readonly fallback?: readonly Omit<AskInput, 'fallback'>[] | undefined;
}

/** Who is asked when a step says nothing of its own. */
export interface AskDefaults {
  readonly endpoint: string | undefined;
  /** Belongs to that endpoint. */
  readonly model: string | undefined;
  readonly generation: GenerationParameters;
  /** Who takes over, with the place of each. */
  readonly fallback?: readonly { readonly own: AskInput; readonly locate: Locate }[];
  /** Where the defaults are given, for mistakes in them. */
  readonly at: FilePosition;
}

/** What the head of a pipeline and the command line say. */
export function pipelineDefaults({ pipeline, overrides, context }: Planning): AskDefaults {
  const { input, source, has } = pipeline;
  const endpoint = overrides.endpoint ?? input.endpoint ?? context.defaults?.endpoint;
  // A model belongs to the endpoint it was written for; another one is asked for it only if it has none of its own.
  const isReplaced = overrides.endpoint !== undefined && overrides.endpoint !== input.endpoint;
  const replacement = isReplaced ? profileNamed(context.profiles, overrides.endpoint)?.profile.model : undefined;
  return {
    endpoint,
    model: overrides.model ?? replacement ?? input.model,
    generation: input.generation ?? {},
    // Who names an endpoint on the command line means that one and no other.
    fallback: (overrides.endpoint === undefined ? (input.fallback ?? []) : []).map((own, index) => ({
      own,
      locate: (path, part) => source.positionOf(['fallback', index, ...path], part),
    })),
    at: source.positionOf([has('endpoint') ? 'endpoint' : 'openline'], 'value'),
  };
}

/**
 * Settles who is asked. What cannot be settled is told, with how to set it.
 *
 * @param locate places of the keys of `own`
 * @returns null after a mistake
 */
export function planAsk(own: AskInput, defaults: AskDefaults, locate: Locate, planning: Planning): Ask | null {
  const { context, problems } = planning;
  const endpoint = own.endpoint ?? defaults.endpoint;
  const at = own.endpoint === undefined ? defaults.at : locate(['endpoint'], 'value');
  const names = [...new Set([...context.profiles.map(({ name }) => name), SAMPLE_PROFILE.name])];
  if (endpoint === undefined) {
    const message = `no endpoint is given: write \`endpoint: NAME\` (there are ${names.join(', ')}), set a default endpoint, or run it with --endpoint or --base-url`;
    problems.error('missing-endpoint', message, at);
    return null;
  }
  const named = profileNamed(context.profiles, endpoint);
  if (named === undefined) {
    const broken = context.broken?.find(({ name, isFile }) => name === endpoint && isFile !== true);
    const unreadable = (context.broken ?? []).filter(({ isFile }) => isFile === true).map(problemsOf);
    const message =
      broken === undefined
        ? [unknownName(endpoint, names, 'an endpoint known here'), ...unreadable].join(
            '; there may be more in a file that cannot be read: ',
          )
        : `the profile ${endpoint} cannot be used: ${problemsOf(broken)}`;
    const isUsual = own.endpoint === undefined && endpoint === context.defaults?.endpoint;
    problems.error('unknown-endpoint', isUsual ? `the default endpoint: ${message}` : message, at);
    return null;
  }
  const badPool = replicaProblem(named);
  if (badPool !== null) {
    problems.error('unknown-endpoint', badPool, at);
    return null;
  }
  const inherited = endpoint === defaults.endpoint ? defaults.model : undefined;
  const model =
    own.model ?? inherited ?? named.profile.model ?? (named.profile.kind === 'sample' ? 'sample' : undefined);
  if (model === undefined) {
    const message = `no model is given for the endpoint ${endpoint}: write \`model: NAME\` here or in its profile, or run it with --model`;
    problems.error('missing-model', message, at);
    return null;
  }
  const ask = { endpoint, model, generation: own.generation ?? defaults.generation };
  const written = own.fallback?.map((entry, index) => ({
    own: entry,
    locate: (path: DataPath, part: 'key' | 'value') => locate(['fallback', index, ...path], part),
  }));
  const fallback: Ask[] = [];
  for (const { own: entry, locate: within } of written ?? defaults.fallback ?? []) {
    const next = planAsk(entry, { ...ask, at: within([], 'value') }, within, planning);
    if (next === null) return null;
    fallback.push(next);
  }
  return fallback.length === 0 ? ask : { ...ask, fallback };
}

/** The profile of a name; the built-in one is always there. */
export function profileNamed(profiles: readonly NamedProfile[], name: string | undefined): NamedProfile | undefined {
  return findProfile([...profiles, SAMPLE_PROFILE], name);
}

function problemsOf({ diagnostics }: BrokenProfile): string {
  return diagnostics.map(formatDiagnostic).join('; ');
}
