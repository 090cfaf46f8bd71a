import type { FilePosition } from '../errors.ts';
import { countsTokens, type Refinement } from '../curate/refinement.ts';
import { DEFAULT_ENCODING } from '../curate/encodings.ts';
import type { DataPath } from '../files/checkValue.ts';
import { mayHaveField, unknownField, type KnownFields } from './knownFields.ts';
import type { AnswerRefinement, GenerateStep, Segments } from './plan.ts';
import type { Planning } from './planContext.ts';
import type { StepInput } from './pipelineSchema.ts';
import { REFINEMENT_KEYS } from './refineSchema.ts';

type GenerateInput = NonNullable<StepInput['generate']>;
type RefineInput = NonNullable<GenerateInput['refine']>[number];
type Places = (path: DataPath, part: 'key' | 'value') => FilePosition;

/** Stands between joined answers unless something else is said. */
const SEPARATOR = '\n';
/** Field that holds the document when neither `segments` nor the refinement names one. */
const DOCUMENT_FIELD = 'text';
const MAX_PAIRS = 8;

/** Settles the segments and refinements of a `generate` step. @param choices answers to each request */
export function planRefine(
  generate: GenerateInput,
  choices: number,
  fields: KnownFields,
  locate: Places,
  planning: Planning,
): Pick<GenerateStep, 'segments' | 'refinement' | 'encoding'> {
  const { problems } = planning;
  checkFit(generate, choices, locate, planning);
  const field = generate.segments?.field;
  if (field !== undefined && fields !== null && !mayHaveField(fields, field)) {
    problems.error('unknown-field', unknownField(field, fields), locate(['segments', 'field'], 'value'));
  }
  const segments = generate.segments === undefined ? undefined : planSegments(generate.segments);
  const refinement =
    generate.refine === undefined ? undefined : planRefinement(generate.refine, { field, fields, locate }, planning);
  const counts =
    segments !== undefined || [...(refinement?.each ?? []), ...(refinement?.joined ?? [])].some(countsTokens);
  if (!counts && generate.encoding !== undefined) {
    problems.error('needless-key', '`encoding` has no effect where no tokens are counted', locate(['encoding'], 'key'));
  }
  return {
    ...(segments === undefined ? {} : { segments }),
    ...(refinement === undefined ? {} : { refinement }),
    ...(counts ? { encoding: generate.encoding ?? DEFAULT_ENCODING } : {}),
  };
}

/** Segments and refinements are for answers that are texts; a segment has one answer. */
function checkFit(generate: GenerateInput, choices: number, locate: Places, { problems }: Planning): void {
  const { expect = {} } = generate;
  for (const key of ['segments', 'refine'] as const) {
    const form = (['list', 'label', 'pairs', 'json'] as const).find((key) => expect[key] !== undefined);
    if (generate[key] === undefined || form === undefined) continue;
    const found = { list: 'a list', label: 'a label', pairs: 'pairs', json: 'JSON' }[form];
    problems.error('conflicting-keys', `\`${key}\` needs an answer that is a text, not ${found}`, locate([key], 'key'));
  }
  if (generate.segments === undefined || choices === 1) return;
  const message = `each segment has one answer, and \`generation\` asks for n: ${choices}`;
  problems.error('conflicting-keys', message, locate(['segments'], 'key'));
}

function planSegments(input: NonNullable<GenerateInput['segments']>): Segments {
  return {
    field: input.field,
    minDocumentTokens: input.min_document_tokens ?? 0,
    minTokens: input.min_tokens ?? 0,
    maxInputTokens: input.max_input_tokens,
  };
}

function planRefinement(
  inputs: readonly RefineInput[],
  {
    field,
    fields,
    locate,
  }: { readonly field: string | undefined; readonly fields: KnownFields; readonly locate: Places },
  { problems }: Planning,
): AnswerRefinement {
  const each: Refinement[] = [];
  const joined: Refinement[] = [];
  let separator: string | null = null;
  inputs.forEach((input, index) => {
    const at = locate(['refine', index], 'value');
    const join = input === 'join' ? SEPARATOR : typeof input === 'string' ? undefined : input.join;
    const keys = typeof input === 'string' ? [input] : REFINEMENT_KEYS.filter((key) => input[key] !== undefined);
    if (keys.length !== 1) {
      problems.error('conflicting-keys', `an entry does exactly one of ${REFINEMENT_KEYS.join(', ')}`, at);
    } else if (join === undefined) {
      const refinement = planOne(input, field ?? DOCUMENT_FIELD);
      if (refinement?.kind === 'diverse_qa' && fields !== null && !mayHaveField(fields, refinement.document)) {
        problems.error('unknown-field', unknownField(refinement.document, fields), at);
      }
      if (refinement !== undefined) (separator === null ? each : joined).push(refinement);
    } else if (separator !== null) problems.error('conflicting-keys', 'answers are joined once', at);
    else {
      separator = join;
      if (field === undefined) problems.error('needless-key', '`join` has no effect without `segments`', at);
    }
  });
  return { each, separator, joined };
}

function planOne(input: RefineInput, document: string): Refinement | undefined {
  if (typeof input === 'string') return input === 'join' ? undefined : { kind: input };
  const { min_tokens: least, max_tokens: most, prefix, diverse_qa: pairs } = input;
  if (least !== undefined) return { kind: 'min_tokens', tokens: least };
  if (most !== undefined) return { kind: 'max_tokens', tokens: most };
  if (prefix !== undefined) return { kind: 'prefix', text: prefix };
  if (pairs === undefined) return undefined;
  const { announcement, max_pairs: maxPairs = MAX_PAIRS, seed = 0 } = pairs;
  return { kind: 'diverse_qa', document: pairs.document ?? document, announcement, maxPairs, seed };
}
