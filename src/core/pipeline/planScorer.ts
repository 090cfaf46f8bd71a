/** What planning the steps that score and measure has in common. */
import type { FilePosition } from '../errors.ts';
import type { DataPath } from '../files/checkValue.ts';
import { mayHaveField, unknownField, type KnownFields } from './knownFields.ts';
import type { Ask, PlanStep } from './plan.ts';
import { profileNamed, pipelineDefaults, planAsk, type AskInput } from './planAsk.ts';
import type { Planning } from './planContext.ts';
import type { Problems } from './problems.ts';

export type Places = (path: DataPath, part: 'key' | 'value') => FilePosition;
export type Base = Pick<PlanStep, 'id' | 'from' | 'prefixesKeys'>;

/** A step that was planned; absent after a mistake, which has been told. */
export interface Planned<Step> {
  readonly step?: Step;
  readonly fields: KnownFields;
}

/** Tells of a field that no record can have. */
export function checkField(path: string, at: FilePosition, fields: KnownFields, problems: Problems): void {
  if (fields === null || mayHaveField(fields, path)) return;
  problems.error('unknown-field', unknownField(path, fields), at);
}

export function withField(fields: KnownFields, name: string): KnownFields {
  return fields === null ? null : new Set([...fields, name]);
}

/** A service that does one thing only, which the model that answers prompts cannot do. */
export interface Scorer {
  /** Such as `reward`. */
  readonly kind: string;
  /** The sample endpoint's model for it. */
  readonly sampleModel: string;
  /** Kinds of endpoint that have no such models, with what to say of them. */
  readonly lacking: Readonly<Record<string, string>>;
}

/**
 * Whom a scorer asks: its own endpoint and model. The pipeline's endpoint is taken where it names none, the pipeline's
 * model, parameters and fallbacks never: they are for writing.
 */
export function planScorerAsk(own: AskInput, scorer: Scorer, locate: Places, planning: Planning): Ask | null {
  const defaults = pipelineDefaults(planning);
  const { context, problems } = planning;
  const name = own.endpoint ?? defaults.endpoint;
  const profile = profileNamed(context.profiles, name)?.profile;
  const lack = profile === undefined ? undefined : scorer.lacking[profile.kind];
  if (lack !== undefined) {
    const at = own.endpoint === undefined ? defaults.at : locate(['endpoint'], 'value');
    problems.error('no-such-models', `the endpoint ${name ?? ''} is of the kind ${profile?.kind ?? ''}: ${lack}`, at);
    return null;
  }
  const isSample = profile?.kind === 'sample';
  const model = own.model ?? (isSample ? scorer.sampleModel : undefined);
  if (model === undefined && own.endpoint === undefined && profile !== undefined) {
    const message = `\`${scorer.kind}\` needs a \`model\`, or an \`endpoint\` of its own with one: the model of the pipeline writes answers`;
    problems.error('missing-model', message, locate([], 'key'));
    return null;
  }
  const { endpoint, at } = defaults;
  return planAsk({ ...own, model }, { endpoint, model: undefined, generation: {}, at }, locate, planning);
}
