import type { KnownFields } from './knownFields.ts';
import type { EmbedStep } from './plan.ts';
import type { Planning } from './planContext.ts';
import {
  checkField,
  planScorerAsk,
  withField,
  type Base,
  type Places,
  type Planned,
  type Scorer,
} from './planScorer.ts';
import type { StepInput } from './pipelineSchema.ts';
import type { StepDraft } from './readPipeline.ts';

const EMBEDDING_FIELD = 'embedding';
const BATCH_SIZE = 32;

const EMBED: Scorer = {
  kind: 'embed',
  sampleModel: 'sample-embedding',
  lacking: {
    'nemo-deploy': 'NeMo Deploy has no embeddings; give the step an `endpoint` that speaks OpenAI’s protocol',
    'vscode-lm': 'the models of VS Code give no embeddings; give the step an `endpoint` that speaks OpenAI’s protocol',
  },
};

export function planEmbed(
  embed: NonNullable<StepInput['embed']>,
  base: Base,
  draft: StepDraft,
  incoming: KnownFields,
  planning: Planning,
): Planned<EmbedStep> {
  const locate: Places = (path, part) => draft.locate(['embed', ...path], part);
  const { field, into = EMBEDDING_FIELD, batch_size: batchSize = BATCH_SIZE, extra = {} } = embed;
  const fields = withField(incoming, into);
  checkField(field, locate(['field'], 'value'), incoming, planning.problems);
  const { endpoint, model } = embed;
  const ask = planScorerAsk({ endpoint, model }, EMBED, locate, planning);
  if (ask === null) return { fields };
  return { step: { kind: 'embed', ...base, field, into, ask, batchSize, extra }, fields };
}
