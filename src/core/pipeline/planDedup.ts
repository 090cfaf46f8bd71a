import { unknownName } from '../files/checkValue.ts';
import type { KnownFields } from './knownFields.ts';
import type { DedupStep } from './plan.ts';
import type { Planning } from './planContext.ts';
import { checkField, type Planned, type StepBase } from './planOrdered.ts';
import type { StepInput } from './pipelineSchema.ts';
import type { StepDraft } from './readPipeline.ts';

type DedupInput = NonNullable<StepInput['dedup']>;
type Method = NonNullable<DedupInput['method']>;

const NORMALIZE = ['unicode', 'case', 'whitespace'] as const;
const PERMUTATIONS = 128;
const THRESHOLDS = { fuzzy: 0.8, semantic: 0.9, overlap: 0 } as const;
const NGRAMS = { fuzzy: { unit: 'characters', size: 5 }, overlap: { unit: 'words', size: 13 } } as const;
/** What each method can be told; besides `method` and `reference`. */
const OPTIONS: Readonly<Record<Method, readonly (keyof DedupInput)[]>> = {
  exact: ['fields', 'normalize'],
  fuzzy: ['fields', 'normalize', 'threshold', 'ngram', 'permutations'],
  overlap: ['fields', 'normalize', 'threshold', 'ngram'],
  semantic: ['embedding', 'threshold'],
};

/** Settles how records are compared, and with which. */
export function planDedup(
  dedup: DedupInput,
  base: StepBase,
  draft: StepDraft,
  fields: KnownFields,
  { problems }: Planning,
): Planned<DedupStep> {
  const { method = 'exact' } = dedup;
  for (const name of ['fields', 'embedding', 'threshold', 'normalize', 'ngram', 'permutations'] as const) {
    if (dedup[name] === undefined || OPTIONS[method].includes(name)) continue;
    const message = `\`${name}\` has no effect with the method ${method}`;
    problems.error('needless-key', message, draft.locate(['dedup', name], 'key'));
  }
  for (const [index, field] of (dedup.fields ?? []).entries()) {
    checkField(field, ['dedup', 'fields', index], draft, fields, problems);
  }
  checkField(dedup.embedding, ['dedup', 'embedding'], draft, fields, problems);
  const reference = planReference(dedup, base, draft, problems);
  const shared = { kind: 'dedup', ...base, reference } as const;
  if (method === 'semantic') {
    if (dedup.embedding === undefined) {
      const message = 'semantic de-duplication needs `embedding`, the field that an `embed` step has filled';
      problems.error('missing-key', message, draft.locate(['dedup'], 'key'));
      return { fields };
    }
    const { embedding, threshold = THRESHOLDS.semantic } = dedup;
    return { step: { ...shared, method, embedding, threshold }, fields };
  }
  if (dedup.fields === undefined) {
    const message = 'de-duplication needs `fields`, the fields that are compared';
    problems.error('missing-key', message, draft.locate(['dedup'], 'key'));
    return { fields };
  }
  if (method === 'overlap' && reference.length === 0) {
    const message = 'overlap compares with a `reference`: name the steps of `from` that are the test set';
    problems.error('missing-key', message, draft.locate(['dedup'], 'key'));
  }
  const text = { ...shared, fields: dedup.fields, normalize: dedup.normalize ?? NORMALIZE };
  if (method === 'exact') return { step: { ...text, method }, fields };
  const { threshold = THRESHOLDS[method], ngram = NGRAMS[method], permutations = PERMUTATIONS } = dedup;
  if (method === 'overlap') return { step: { ...text, method, threshold, ngram }, fields };
  if (threshold < 0.1) {
    const message = 'below 0.1 nearly everything is similar to everything; 0.5 to 0.9 is usual';
    problems.error('out-of-range', message, draft.locate(['dedup', 'threshold'], 'value'));
  }
  return { step: { ...text, method, threshold, ngram, permutations }, fields };
}

function planReference(
  { reference }: DedupInput,
  { from }: StepBase,
  draft: StepDraft,
  problems: Planning['problems'],
): readonly string[] {
  if (reference === undefined) return [];
  const names = typeof reference === 'string' ? [reference] : reference;
  const sources = from.map(({ step }) => step);
  for (const [index, name] of names.entries()) {
    if (sources.includes(name)) continue;
    const path = typeof reference === 'string' ? ['dedup', 'reference'] : ['dedup', 'reference', index];
    problems.error('unknown-step', unknownName(name, sources, 'a step of `from`'), draft.locate(path, 'value'));
  }
  const first = sources.findIndex((source) => !names.includes(source));
  if (first === -1) {
    const message = 'every step of `from` is a reference, so nothing would be left';
    problems.error('nothing-to-do', message, draft.locate(['dedup', 'reference'], 'value'));
  } else if (sources.slice(first).some((source) => names.includes(source))) {
    const message = 'a reference must stand in `from` before the steps that are compared with it';
    problems.error('wrong-order', message, draft.locate(['from'], 'value'));
  }
  return names;
}
