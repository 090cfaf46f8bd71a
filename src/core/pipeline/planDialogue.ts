import type { FilePosition } from '../errors.ts';
import type { DataPath } from '../files/checkValue.ts';
import type { Template } from '../prompts/template.ts';
import { HISTORY_PLACEHOLDER } from './asking.ts';
import { mayHaveField, unknownField, type KnownFields } from './knownFields.ts';
import type { DialogueStep } from './plan.ts';
import { pipelineDefaults, planAsk } from './planAsk.ts';
import type { Planning } from './planContext.ts';
import { fillPlaceholders, type AnswerDefaults } from './planGenerate.ts';
import { planSystem, planTemplate, withSystem } from './planTemplate.ts';
import type { StepInput } from './pipelineSchema.ts';
import type { StepDraft } from './readPipeline.ts';

type DialogueInput = NonNullable<StepInput['dialogue']>;
type Places = (path: DataPath, part: 'key' | 'value') => FilePosition;

/** What a `dialogue` step adds to its id and sources. */
export type DialogueParts = Omit<DialogueStep, 'kind' | 'id' | 'from' | 'prefixesKeys'>;

/** Field that takes the turns when the step names none. */
export const MESSAGES_FIELD = 'messages';
const USER_TURN_TEMPLATE = 'dialogue-normal-user-turn';
const USER_TURNS = 3;
const ATTEMPTS = 2;

/**
 * Settles who speaks in a dialogue, how long it is and what the user model is shown.
 *
 * @param fields what the records that come in have
 * @param usedValues gathers the names of the pipeline's `values` that a template takes
 * @returns null after a mistake, which has been told
 */
export async function planDialogue(
  dialogue: DialogueInput,
  draft: StepDraft,
  fields: KnownFields,
  defaults: AnswerDefaults,
  usedValues: Set<string>,
  planning: Planning,
): Promise<DialogueParts | null> {
  const locate: Places = (path, part) => draft.locate(['dialogue', ...path], part);
  const { openline, user_turns: userTurns = USER_TURNS, ends_with: endsWith = 'assistant' } = dialogue;
  const { problems } = planning;
  if (fields !== null && !mayHaveField(fields, openline)) {
    problems.error('unknown-field', unknownField(openline, fields), locate(['openline'], 'value'));
  }
  if (endsWith === 'user' && userTurns < 2) {
    const message = 'with one user turn that is not answered there is nothing to ask: `user_turns` must be 2 at least';
    problems.error('out-of-range', message, locate(['user_turns'], 'value'));
  }
  for (const part of ['bind', 'values'] as const) {
    if (!Object.hasOwn(dialogue[part] ?? {}, HISTORY_PLACEHOLDER)) continue;
    const message = `{${HISTORY_PLACEHOLDER}} is filled in with the conversation so far and takes no other value`;
    problems.error('needless-key', message, locate([part, HISTORY_PLACEHOLDER], 'key'));
  }
  const templates = await planTemplates(dialogue, draft, locate, planning);
  const user = planSide(dialogue.user, 'user', locate, planning);
  const assistant = planSide(dialogue.assistant, 'assistant', locate, planning);
  if (templates === null) return null;
  const places = { fields, promptAt: templates.promptAt, locate, usedValues };
  const filled = fillPlaceholders(templates.both, dialogue, draft, places, planning);
  if (user === null || assistant === null) return null;
  return {
    openline,
    into: dialogue.into ?? MESSAGES_FIELD,
    userTurns,
    endsWith,
    template: templates.user,
    ...(templates.assistant === undefined ? {} : { assistantSystem: templates.assistant }),
    ...filled,
    user,
    assistant,
    attempts: dialogue.attempts ?? defaults.attempts ?? ATTEMPTS,
    onUnreadable: dialogue.on_unreadable ?? defaults.on_unreadable ?? 'discard',
    keepTruncated: dialogue.keep_truncated ?? defaults.keep_truncated ?? false,
  };
}

function planSide(
  side: DialogueInput['user'],
  name: 'user' | 'assistant',
  locate: Places,
  planning: Planning,
): DialogueStep['user'] | null {
  return planAsk(side ?? {}, pipelineDefaults(planning), (path, part) => locate([name, ...path], part), planning);
}

interface DialogueTemplates {
  /** The user turn's, with the system message of the user's side. */
  readonly user: Template;
  readonly assistant?: Template;
  /** The user turn's, with the placeholders of both that are filled in from records and values. */
  readonly both: Template;
  readonly promptAt: FilePosition;
}

async function planTemplates(
  dialogue: DialogueInput,
  draft: StepDraft,
  locate: Places,
  planning: Planning,
): Promise<DialogueTemplates | null> {
  const { pipeline, problems } = planning;
  const key = draft.templateKey ?? draft.id;
  const replaced = pipeline.input.prompts?.[key];
  const promptAt =
    replaced === undefined
      ? locate(dialogue.prompt === undefined ? [] : ['prompt'], dialogue.prompt === undefined ? 'key' : 'value')
      : pipeline.source.positionOf(['prompts', key], 'value');
  const found = await planTemplate(replaced ?? dialogue.prompt ?? USER_TURN_TEMPLATE, draft.id, promptAt, planning);
  const user = withSystem(found, dialogue.user?.system, () => locate(['user', 'system'], 'value'), planning);
  const said = dialogue.assistant?.system;
  const assistant =
    said === undefined
      ? undefined
      : planSystem(said, `${draft.id}.assistant`, locate(['assistant', 'system'], 'value'), planning);
  if (user === null || assistant === null) return null;
  if (!user.placeholders.includes(HISTORY_PLACEHOLDER)) {
    const message = `the template of a user turn needs the placeholder {${HISTORY_PLACEHOLDER}}: without it the user does not know what was said`;
    problems.error('missing-placeholder', message, promptAt);
  }
  if (assistant?.placeholders.includes(HISTORY_PLACEHOLDER) === true) {
    const message = `the assistant is sent the conversation itself; {${HISTORY_PLACEHOLDER}} is for the user's template`;
    problems.error('unknown-placeholder', message, locate(['assistant', 'system'], 'value'));
  }
  const names = new Set([...user.placeholders, ...(assistant?.placeholders ?? [])]);
  names.delete(HISTORY_PLACEHOLDER);
  const both = { ...user, placeholders: [...names] };
  return { user, ...(assistant === undefined ? {} : { assistant }), both, promptAt };
}
