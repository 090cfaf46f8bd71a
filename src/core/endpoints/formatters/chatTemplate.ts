/** The chat template of a model's tokenizer, as Hugging Face's `transformers` writes it. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Template } from '@huggingface/jinja';
import * as z from 'zod';
import { OpenlineError } from '../../errors.ts';
import { parseJson } from '../../record/json.ts';
import { UnfitConversationError, type ConversationFormatter } from './conversationFormatter.ts';
import type { TokenizerLayout } from './formatterSchema.ts';

/** A tokenizer that cannot be used, in words that follow its path. */
export class TokenizerError extends OpenlineError {}

const CONFIG = 'tokenizer_config.json';
/** Newer tokenizers keep their template in a file beside it. */
const TEMPLATE_FILE = 'chat_template.jinja';

/** A special token stands as itself or with its properties. */
const token = z
  .union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content), z.null()])
  .optional();
const configSchema = z.looseObject({
  chat_template: z
    .union([z.string(), z.array(z.looseObject({ name: z.string(), template: z.string() })), z.null()])
    .optional(),
  bos_token: token,
  eos_token: token,
  pad_token: token,
  unk_token: token,
});
type TokenizerConfig = z.infer<typeof configSchema>;

/** @throws TokenizerError when there is no such file, it is none, or it has no such template */
export function createChatTemplate(layout: TokenizerLayout): ConversationFormatter {
  const path = configPath(layout.tokenizer);
  const config = readConfig(path);
  const template = compile(sourceOf(config, path, layout.template), path);
  const tokens = {
    bos_token: config.bos_token ?? '',
    eos_token: config.eos_token ?? '',
    pad_token: config.pad_token ?? '',
    unk_token: config.unk_token ?? '',
  };
  const stop = layout.stop ?? (tokens.eos_token === '' ? [] : [tokens.eos_token]);
  return {
    name: `chat template of ${path}`,
    stop,
    format(messages) {
      const given = { ...tokens, ...layout.variables, messages: messages.map((message) => ({ ...message })) };
      try {
        return template.render({ ...given, add_generation_prompt: true });
      } catch (error) {
        throw new UnfitConversationError(`it says: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}

function configPath(given: string): string {
  return statSync(given, { throwIfNoEntry: false })?.isDirectory() === true ? join(given, CONFIG) : given;
}

function readConfig(path: string): TokenizerConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new TokenizerError(
      `${path} cannot be read; \`formatter.tokenizer\` names a ${CONFIG} or the folder that holds it`,
    );
  }
  const read = configSchema.safeParse(parseJson(text));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new TokenizerError(`${path} is no ${CONFIG} (${placeOf(issue?.path ?? [])}: ${issue?.message ?? ''})`);
}

function placeOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'as a whole' : path.join('.');
}

function sourceOf({ chat_template: found }: TokenizerConfig, path: string, wanted: string | undefined): string {
  if (Array.isArray(found)) {
    const name = wanted ?? 'default';
    const one = found.find((candidate) => candidate.name === name);
    if (one !== undefined) return one.template;
    const names = found.map((candidate) => candidate.name).join(', ');
    throw new TokenizerError(`${path} has no chat template ${name}; there are ${names}`);
  }
  if (wanted !== undefined && wanted !== 'default') {
    throw new TokenizerError(`${path} has no named chat templates; leave \`template\` out`);
  }
  if (typeof found === 'string') return found;
  const beside = join(dirname(path), TEMPLATE_FILE);
  if (existsSync(beside)) return readFileSync(beside, 'utf8');
  throw new TokenizerError(`${path} has no \`chat_template\`, and no ${TEMPLATE_FILE} stands beside it`);
}

function compile(source: string, path: string): Template {
  try {
    return new Template(source);
  } catch (error) {
    throw new TokenizerError(
      `the chat template of ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
