import type { DataPath } from '../files/checkValue.ts';
import { checkFieldExpression } from './fieldExpression.ts';
import { mayHaveField, unknownField, type KnownFields } from './knownFields.ts';
import type { PlanStep, SampleSize, SampleStep, ShuffleStep, SplitStep } from './plan.ts';
import type { Planning } from './planContext.ts';
import type { StepInput } from './pipelineSchema.ts';
import type { StepDraft } from './readPipeline.ts';

/** What every step has. */
export type StepBase = Pick<PlanStep, 'id' | 'from' | 'prefixesKeys'>;
export interface Planned<Step> {
  /** Absent after a mistake. */
  readonly step?: Step;
  readonly fields: KnownFields;
}

/** Field that takes the name of the part when a `split` names none. */
const SPLIT_FIELD = 'split';

export function planShuffle(
  { seed = 0 }: NonNullable<StepInput['shuffle']>,
  base: StepBase,
  fields: KnownFields,
): Planned<ShuffleStep> {
  return { step: { kind: 'shuffle', ...base, seed }, fields };
}

export function planSample(
  sample: NonNullable<StepInput['sample']>,
  base: StepBase,
  draft: StepDraft,
  fields: KnownFields,
  { problems }: Planning,
): Planned<SampleStep> {
  const { count, per, seed = 0, at_least: atLeast, target, rest, when } = sample;
  const size = sampleSize(sample);
  if (typeof size === 'string') {
    const sizes = 'a sample has a size: `count` records, `ratio`, a share of them, `quotas`, or `balanced: true`';
    const message = size === 'missing-key' ? sizes : `${sizes}; one of them (\`count\` may stand with \`quotas\`)`;
    problems.error(size, message, draft.locate(['sample'], 'key'));
    return { fields };
  }
  checkField(per, ['sample', 'per'], draft, fields, problems);
  for (const name of ['quotas', 'balanced'] as const) {
    if (sample[name] === undefined || per !== undefined) continue;
    const message = `\`${name}\` goes with \`per\`, the field that holds the values`;
    problems.error('missing-key', message, draft.locate(['sample', name], 'key'));
  }
  if (!('ratio' in size) && atLeast !== undefined) {
    const message = `\`at_least\` goes with \`ratio\`${count === undefined ? '' : '; `count` says how many'}`;
    problems.error('needless-key', message, draft.locate(['sample', 'at_least'], 'key'));
  }
  if (when !== undefined) checkFieldExpression(when, fields, draft.locate(['sample', 'when'], 'value'), problems);
  const options = {
    ...(per === undefined ? {} : { per }),
    ...(atLeast === undefined ? {} : { atLeast }),
    ...(when === undefined ? {} : { when }),
    ...(target === undefined ? {} : { target }),
    ...(rest === 'quiet' ? { rest } : {}),
  };
  return { step: { kind: 'sample', ...base, size, seed, ...options }, fields };
}

/** The size that was given, or what is wrong with it. */
function sampleSize({
  count,
  ratio,
  quotas,
  balanced,
}: NonNullable<StepInput['sample']>): SampleSize | 'missing-key' | 'conflicting-keys' {
  const ways = [quotas ?? count, ratio, balanced].filter((way) => way !== undefined).length;
  if (ways !== 1) return ways === 0 ? 'missing-key' : 'conflicting-keys';
  if (quotas !== undefined) return { quotas, others: count ?? 0 };
  if (balanced !== undefined) return { balanced };
  return count === undefined ? { ratio: ratio ?? 1 } : { count };
}

export function planSplit(
  { parts, by, stratify, into = SPLIT_FIELD, seed = 0 }: NonNullable<StepInput['split']>,
  base: StepBase,
  draft: StepDraft,
  fields: KnownFields,
  { problems }: Planning,
): Planned<SplitStep> {
  checkField(by, ['split', 'by'], draft, fields, problems);
  checkField(stratify, ['split', 'stratify'], draft, fields, problems);
  const shares = Object.entries(parts);
  if (shares.length < 2) {
    problems.error('missing-key', 'a split has two parts at least', draft.locate(['split', 'parts'], 'value'));
  }
  const whole = shares.reduce((sum, [, share]) => sum + share, 0);
  return {
    step: {
      kind: 'split',
      ...base,
      parts: shares.map(([name, share]) => ({ name, share: share / whole })),
      into,
      seed,
      ...(by === undefined ? {} : { by }),
      ...(stratify === undefined ? {} : { stratify }),
    },
    fields: fields === null ? null : new Set([...fields, into]),
  };
}

/** Tells of a field that the records cannot have. */
export function checkField(
  field: string | undefined,
  path: DataPath,
  { locate }: StepDraft,
  fields: KnownFields,
  problems: Planning['problems'],
): void {
  if (field === undefined || fields === null || mayHaveField(fields, field)) return;
  problems.error('unknown-field', unknownField(field, fields), locate(path, 'value'));
}
