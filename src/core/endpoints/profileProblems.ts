import { unknownName } from '../files/checkValue.ts';
import { ENDPOINT_PRESETS } from './presets.ts';
import type { EndpointKind, EndpointProfile } from './profile.ts';
import { SAMPLE_NAME } from './sampleProfile.ts';

/** Something about a profile that no single field can tell. */
export interface ProfileProblem {
  /** The field that is wrong; null: the profile as a whole, where a field is missing. */
  readonly field: keyof EndpointProfile | null;
  /** Stable, kebab-case, as in diagnostics. */
  readonly code: 'reserved-name' | 'missing-key' | 'unknown-key' | 'invalid-value' | 'unknown-endpoint';
  /** Names profile and field. */
  readonly message: string;
}

const REACHED_BY_ADDRESS: ReadonlySet<EndpointKind> = new Set(['openai', 'openai-completions', 'nemo-deploy']);
const BATCHED: ReadonlySet<EndpointKind> = new Set(['openai', 'openai-completions']);
const FORMATTING: ReadonlySet<EndpointKind> = new Set(['openai-completions', 'nemo-deploy']);

/** What is wrong with a profile whose fields are right one by one. */
export function profileProblems(name: string, profile: EndpointProfile): readonly ProfileProblem[] {
  const { kind } = profile;
  const problems: ProfileProblem[] = [];
  const missing = (message: string): void => {
    problems.push({ field: null, code: 'missing-key', message: `the endpoint ${name} ${message}` });
  };
  const misplaced = (field: keyof EndpointProfile, owner: string): void => {
    problems.push({
      field,
      code: 'unknown-key',
      message: `\`${field}\` of the endpoint ${name} belongs to ${owner} only`,
    });
  };
  if (name === SAMPLE_NAME) {
    const message = `\`${name}\` is the name of the built-in endpoint; give this one another`;
    problems.push({ field: null, code: 'reserved-name', message });
  }
  if (REACHED_BY_ADDRESS.has(kind) && profile.base_url === undefined) {
    const example = kind === 'nemo-deploy' ? 'http://localhost:8000' : 'http://localhost:8000/v1';
    missing(`needs a \`base_url\`, such as ${example}`);
  }
  if (FORMATTING.has(kind) && profile.formatter === undefined) {
    missing(
      `needs a \`formatter\` (mixtral-8x7b, nemotron, none, strings of its own, or a tokenizer): the kind ${kind} sends one text`,
    );
  }
  if (!FORMATTING.has(kind) && profile.formatter !== undefined && profile.formatter !== 'none') {
    misplaced('formatter', 'the kinds openai-completions and nemo-deploy');
  }
  if (kind !== 'nemo-deploy' && profile.tensors !== 'auto') misplaced('tensors', 'the kind nemo-deploy');
  if (kind !== 'sample' && profile.sample !== undefined) misplaced('sample', 'the kind sample');
  if (kind !== 'pool' && profile.replicas !== undefined) misplaced('replicas', 'the kind pool');
  if (profile.mode === 'batch' && !BATCHED.has(kind)) {
    const message = `\`mode: batch\` of the endpoint ${name} needs OpenAI’s Batch API, which the kind ${kind} does not have; it belongs to the kinds openai and openai-completions`;
    problems.push({ field: 'mode', code: 'invalid-value', message });
  }
  if (kind === 'pool') problems.push(...poolProblems(name, profile));
  const ids = ENDPOINT_PRESETS.map(({ id }) => id);
  if (profile.preset !== undefined && !ids.includes(profile.preset)) {
    const message = `\`preset\` of the endpoint ${name}: ${unknownName(profile.preset, ids, 'a preset')}`;
    problems.push({ field: 'preset', code: 'invalid-value', message });
  }
  return problems;
}

function poolProblems(name: string, profile: EndpointProfile): ProfileProblem[] {
  const problems: ProfileProblem[] = [];
  const { replicas } = profile;
  if (replicas === undefined) {
    const message = `the endpoint ${name} is a pool and needs \`replicas\`: the names of the profiles that share the work`;
    problems.push({ field: null, code: 'missing-key', message });
  }
  if (replicas?.includes(name) === true) {
    problems.push({
      field: 'replicas',
      code: 'invalid-value',
      message: `the pool ${name} cannot be a replica of itself`,
    });
  }
  const twice = replicas?.find((replica, index) => replicas.indexOf(replica) !== index);
  if (twice !== undefined) {
    problems.push({
      field: 'replicas',
      code: 'invalid-value',
      message: `the pool ${name} names the replica ${twice} twice`,
    });
  }
  for (const field of ['base_url', 'api_key_env'] as const) {
    if (profile[field] === undefined) continue;
    const message = `\`${field}\` of the pool ${name} has no effect; it belongs to the replicas’ own profiles`;
    problems.push({ field, code: 'unknown-key', message });
  }
  return problems;
}
