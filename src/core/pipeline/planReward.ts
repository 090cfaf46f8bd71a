import type { KnownFields } from './knownFields.ts';
import type { RewardStep } from './plan.ts';
import type { Planning } from './planContext.ts';
import type { AnswerDefaults } from './planGenerate.ts';
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

/** Fields that are looked at when the step names none. */
const MESSAGES_FIELD = 'messages';
const PROMPT_FIELD = 'prompt';
const RESPONSE_FIELD = 'response';
const REWARD_FIELD = 'reward';

const REWARD: Scorer = {
  kind: 'reward',
  sampleModel: 'sample-reward',
  lacking: {
    'nemo-deploy': 'NeMo Deploy has no reward models; give the step an `endpoint` that speaks OpenAI’s protocol',
    'openai-completions':
      'it takes plain text, and a reward model takes a conversation; give the step another `endpoint`',
  },
};

export function planReward(
  reward: NonNullable<StepInput['reward']>,
  base: Base,
  draft: StepDraft,
  incoming: KnownFields,
  defaults: AnswerDefaults,
  planning: Planning,
): Planned<RewardStep> {
  const locate: Places = (path, part) => draft.locate(['reward', ...path], part);
  const { problems } = planning;
  const { messages, prompt, response, into = REWARD_FIELD } = reward;
  const fields = withField(incoming, into);
  if (messages !== undefined && (prompt ?? response) !== undefined) {
    const message = 'what is scored is either a conversation (`messages`) or a `prompt` with its `response`';
    problems.error('conflicting-keys', message, locate([prompt === undefined ? 'response' : 'prompt'], 'key'));
    return { fields };
  }
  const hasConversation = incoming?.has(MESSAGES_FIELD) === true;
  const isPair =
    (prompt ?? response) !== undefined || (messages === undefined && incoming !== null && !hasConversation);
  const source = isPair
    ? { prompt: prompt ?? PROMPT_FIELD, response: response ?? RESPONSE_FIELD }
    : { messages: messages ?? MESSAGES_FIELD };
  for (const [name, path] of Object.entries(source)) checkField(path, locate([name], 'value'), incoming, problems);
  const ask = planScorerAsk(reward, REWARD, locate, planning);
  if (ask === null) return { fields };
  const onUnreadable = reward.on_unreadable ?? defaults.on_unreadable ?? 'discard';
  return { step: { kind: 'reward', ...base, source, into, ask, onUnreadable }, fields };
}
