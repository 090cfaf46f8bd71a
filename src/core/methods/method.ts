/** What the functions of the library that ask a model have in common. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChatMessage, GenerationParameters } from '../endpoints/endpoint.ts';
import { InvalidInputError } from '../errors.ts';
import { libraryFolder } from '../libraryFolder.ts';
import { createTemplate, parseTemplate } from '../prompts/parseTemplate.ts';
import { renderTemplate, type TemplateValues } from '../prompts/renderTemplate.ts';
import type { Template } from '../prompts/template.ts';
import { TEMPLATE_FILE_ENDING } from '../prompts/templateLibrary.ts';
import { withClient, type Client, type ConnectionOptions } from './client.ts';

/** A template in place of the usual one: its text, or the id of a built-in one. */
export type TemplateChoice = string | { readonly builtin: string };

/** What every method takes besides what it is about. */
export interface MethodOptions {
  /** A connection that is open (openClient), or what to open one with, for this call. */
  readonly endpoint: ConnectionOptions | Client;
  /** Default: the endpoint's own. */
  readonly model?: string;
  /** The user message, with `{placeholders}`; default: the method's own template. */
  readonly template?: TemplateChoice;
  /** The system message, with `{placeholders}`; default: that of the template, which mostly has none. */
  readonly system?: string;
  /** Values of further placeholders; they go before those that the method supplies. */
  readonly values?: TemplateValues;
  /** How the model answers; nothing is sent but what is set. */
  readonly generation?: GenerationParameters;
  readonly signal?: AbortSignal;
}

/**
 * Fills in a template and asks the model once.
 *
 * @param builtin id of the method's own template
 * @param supplied the values of its placeholders
 * @returns the answers as they are, one for each choice
 * @throws InvalidInputError naming the placeholder that has no value, or the template that is none; EndpointError
 */
export async function askMethod(
  builtin: string,
  supplied: TemplateValues,
  options: MethodOptions,
): Promise<readonly string[]> {
  const { endpoint, model, generation, signal } = options;
  const messages = await methodMessages(builtin, supplied, options);
  return withClient(endpoint, (client) => client.query({ model, messages, generation, signal }));
}

/** The messages of a method: a system message, where there is one, and a user message. */
export async function methodMessages(
  builtin: string,
  supplied: TemplateValues,
  { template, system, values }: Pick<MethodOptions, 'template' | 'system' | 'values'>,
): Promise<readonly ChatMessage[]> {
  const { body, system: usual } = await chooseTemplate(template ?? { builtin });
  const filled = { ...supplied, ...values };
  const message: ChatMessage = { role: 'user', content: renderTemplate(body, filled) };
  const before = system ?? usual;
  return before === undefined ? [message] : [{ role: 'system', content: renderTemplate(before, filled) }, message];
}

/** @throws InvalidInputError for an unknown id, or a text that is no template */
export async function chooseTemplate(choice: TemplateChoice): Promise<Template> {
  if (typeof choice === 'string') return createTemplate({ body: choice }, { id: 'inline', source: 'inline:template' });
  const id = choice.builtin;
  const file = join(libraryFolder(), 'prompts', `${id}${TEMPLATE_FILE_ENDING}`);
  const text = /^[a-z][a-z0-9-]*$/u.test(id) ? await readFile(file, 'utf8').catch(() => undefined) : undefined;
  if (text === undefined) throw InvalidInputError.of('unknown-template', `there is no built-in template ${id}`);
  return parseTemplate(text, { id, source: `builtin:${id}`, file });
}
