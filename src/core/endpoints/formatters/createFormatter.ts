import { EndpointError } from '../../errors.ts';
import type { ChatMessage } from '../endpoint.ts';
import type { NamedProfile } from '../profile.ts';
import { createChatTemplate, TokenizerError } from './chatTemplate.ts';
import { UnfitConversationError, type ConversationFormatter } from './conversationFormatter.ts';
import { createCustomLayout } from './customLayout.ts';
import { FORMATTER_NAMES, type FormatterSetting } from './formatterSchema.ts';
import { NAMED_LAYOUTS } from './namedLayouts.ts';

/** A formatter whose errors name the profile. */
export interface ProfileFormatter {
  readonly stop: readonly string[];
  /** @throws EndpointError `rejected`, which names profile, formatter and turn */
  format(messages: readonly ChatMessage[]): string;
}

/**
 * The formatter that a profile asks for.
 *
 * @throws EndpointError when the profile has none, or its tokenizer cannot be used
 */
export function createFormatter({ name, profile }: NamedProfile): ProfileFormatter {
  if (profile.formatter === undefined) {
    throw unusable(
      name,
      `the kind ${profile.kind} needs a \`formatter\`, which makes one text of a conversation: ${FORMATTER_NAMES.join(', ')}, strings of your own, or { tokenizer: path }`,
    );
  }
  const formatter = make(name, profile.formatter);
  return {
    stop: formatter.stop,
    format(messages) {
      try {
        return formatter.format(messages);
      } catch (error) {
        if (!(error instanceof UnfitConversationError)) throw error;
        throw new EndpointError(
          name,
          'rejected',
          `Endpoint ${name}: the conversation does not fit the formatter (${formatter.name}): ${error.message}.`,
        );
      }
    },
  };
}

function make(name: string, setting: FormatterSetting): ConversationFormatter {
  if (typeof setting === 'string') return NAMED_LAYOUTS[setting];
  if (!('tokenizer' in setting)) return createCustomLayout(setting);
  try {
    return createChatTemplate(setting);
  } catch (error) {
    if (error instanceof TokenizerError) throw unusable(name, error.message);
    throw error;
  }
}

function unusable(name: string, message: string): EndpointError {
  return new EndpointError(name, 'rejected', `Endpoint ${name}: ${message}.`, { stopsEndpoint: true });
}
