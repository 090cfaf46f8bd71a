import type { ChatMessage, GenerationParameters } from '../endpoints/endpoint.ts';
import { InvalidInputError, OpenlineError } from '../errors.ts';
import { HISTORY_PLACEHOLDER } from '../pipeline/asking.ts';
import type { DialogueStep } from '../pipeline/plan.ts';
import { createTemplate } from '../prompts/parseTemplate.ts';
import type { TemplateValues } from '../prompts/renderTemplate.ts';
import { createDialogueRunner } from '../steps/dialogue.ts';
import { withClient, type Client, type ConnectionOptions } from './client.ts';
import { chooseTemplate, type TemplateChoice } from './method.ts';

/** Who speaks on one side. */
export interface Speaker {
  /** Default: the endpoint of the dialogue. */
  readonly endpoint?: ConnectionOptions | Client;
  /** Default: the endpoint's own. */
  readonly model?: string;
  readonly generation?: GenerationParameters;
  /** Who it is to be, with `{placeholders}`; no part of the dialogue. */
  readonly system?: string;
}

export interface DialogueOptions {
  readonly endpoint: ConnectionOptions | Client;
  /** The first user turn. */
  readonly openline: string;
  readonly user?: Speaker;
  readonly assistant?: Speaker;
  /** Asks for the next user turn, with `{conversation_history}`; default: `dialogue-normal-user-turn`. */
  readonly template?: TemplateChoice;
  /** Values of further placeholders, of the template and the system messages. */
  readonly values?: TemplateValues;
  /** How often an empty answer is asked for in all. Default 2. */
  readonly attempts?: number;
  readonly signal?: AbortSignal;
}

/** A turn of a dialogue could not be had. */
export class DialogueError extends OpenlineError {
  /** A short kebab-case word: empty, truncated, refused … */
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * A dialogue that begins with an openline: the assistant answers the conversation, the user model is shown it as one text
 * and says what comes next. Every user turn is answered.
 *
 * @param options `n_user_turns`: with the openline; default 3
 * @returns `2 · n_user_turns` messages, without system messages
 * @throws DialogueError, EndpointError, InvalidInputError
 */
export function generateDialogue(
  options: DialogueOptions & { readonly n_user_turns?: number },
): Promise<readonly ChatMessage[]> {
  return converse(options, options.n_user_turns ?? 3, 'assistant');
}

/** An openline, its answer and what the user says next: 3 messages, the last of which can be answered several times. */
export function generateTwoTurnPrompt(options: DialogueOptions): Promise<readonly ChatMessage[]> {
  return converse(options, 2, 'user');
}

async function converse(
  options: DialogueOptions,
  userTurns: number,
  endsWith: 'assistant' | 'user',
): Promise<readonly ChatMessage[]> {
  if (!Number.isInteger(userTurns) || userTurns < 1) {
    throw InvalidInputError.of('out-of-range', `a dialogue has a whole number of user turns from 1, not ${userTurns}`);
  }
  const { endpoint, user = {}, assistant = {}, signal } = options;
  const step = await dialogueStep(options, userTurns, endsWith);
  return withClient(endpoint, (shared) =>
    withClient(user.endpoint ?? shared, (userClient) =>
      withClient(assistant.endpoint ?? shared, async (assistantClient) => {
        const outcome = await createDialogueRunner(step).run(
          { key: [0], place: [0], fields: { openline: options.openline } },
          {
            async ask(purpose, _attempt, { endpoint: side, generation }, messages) {
              const speaker = side === 'user' ? user : assistant;
              const client = side === 'user' ? userClient : assistantClient;
              const answer = await client.chat({ model: speaker.model, messages, generation, signal });
              return { answer, address: purpose };
            },
          },
        );
        const [record] = outcome.records;
        if (record !== undefined) return record.fields['messages'] as unknown as readonly ChatMessage[];
        const [rejection] = outcome.rejections;
        throw new DialogueError(rejection?.reason ?? 'empty', rejection?.message ?? 'nothing was said');
      }),
    ),
  );
}

async function dialogueStep(
  { template: choice, values = {}, user = {}, assistant = {}, attempts = 2 }: DialogueOptions,
  userTurns: number,
  endsWith: 'assistant' | 'user',
): Promise<DialogueStep> {
  const found = await chooseTemplate(choice ?? { builtin: 'dialogue-normal-user-turn' });
  const { body } = found;
  const system = user.system ?? found.system;
  const template = createTemplate({ body, ...(system === undefined ? {} : { system }) }, found);
  if (!template.placeholders.includes(HISTORY_PLACEHOLDER)) {
    const message = `the template of a user turn needs the placeholder {${HISTORY_PLACEHOLDER}}: without it the user does not know what was said`;
    throw InvalidInputError.of('missing-placeholder', message);
  }
  const side = (name: string, { model = '', generation = {} }: Speaker): DialogueStep['user'] => ({
    endpoint: name,
    model,
    generation,
  });
  const assistantSystem =
    assistant.system === undefined
      ? undefined
      : createTemplate({ body: assistant.system }, { id: 'assistant', source: 'inline:assistant' });
  for (const name of [...template.placeholders, ...(assistantSystem?.placeholders ?? [])]) {
    if (name === HISTORY_PLACEHOLDER || Object.hasOwn(values, name)) continue;
    throw InvalidInputError.of('missing-value', `the placeholder {${name}} has no value; give it in \`values\``);
  }
  return {
    kind: 'dialogue',
    id: 'dialogue',
    from: [],
    prefixesKeys: false,
    openline: 'openline',
    into: 'messages',
    userTurns,
    endsWith,
    template,
    ...(assistantSystem === undefined ? {} : { assistantSystem }),
    bind: {},
    values,
    user: side('user', user),
    assistant: side('assistant', assistant),
    attempts,
    onUnreadable: 'discard',
    keepTruncated: false,
  };
}
