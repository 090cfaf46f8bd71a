import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { InvalidInputError, type FilePosition } from '../errors.ts';
import { unknownName } from '../files/checkValue.ts';
import { createTemplate, parseTemplate } from '../prompts/parseTemplate.ts';
import type { Template } from '../prompts/template.ts';
import { TEMPLATE_FILE_ENDING } from '../prompts/templateLibrary.ts';
import type { Planning } from './planContext.ts';
import type { PromptInput } from './pipelineSchema.ts';
import type { Problems } from './problems.ts';

/**
 * Finds and reads the template that a pipeline names: a path (it has a slash or ends in .md), relative to the pipeline;
 * a name, which is looked for among the built-in templates, then in `.openline/prompts`, then in the user's folders;
 * or one written in place.
 *
 * @param owner step it is for, or `conversion`
 * @param at where it is named
 * @returns null after a mistake, which has been told
 */
export async function planTemplate(
  prompt: PromptInput,
  owner: string,
  at: FilePosition,
  planning: Planning,
): Promise<Template | null> {
  if (typeof prompt !== 'string') return inlineTemplate(prompt, owner, at, planning);
  if (/[\\/]|\.md$/u.test(prompt)) {
    const path = resolve(planning.folder, prompt);
    const text = await readText(path, planning);
    if (text !== undefined) return readTemplateFile(text, prompt, path, at, planning);
    planning.problems.error('missing-file', `there is no template ${prompt}, or it cannot be read`, at);
    return null;
  }
  const builtIn = planning.context.templates.get(prompt);
  if (builtIn !== undefined) return builtIn;
  const folders = templateFolders(planning);
  for (const folder of folders) {
    const path = join(folder, `${prompt}${TEMPLATE_FILE_ENDING}`);
    const text = await readText(path, planning);
    if (text !== undefined) return readTemplateFile(text, prompt, path, at, planning);
  }
  const names = [...planning.context.templates.keys(), ...(await Promise.all(folders.map(namesIn))).flat()];
  planning.problems.error('unknown-template', unknownName(prompt, names, 'a template'), at);
  return null;
}

/** A template with another system message. @returns null when there is no template, or the message is none */
export function withSystem(
  template: Template | null,
  system: string | undefined,
  at: () => FilePosition,
  { file, problems }: Planning,
): Template | null {
  if (template === null || system === undefined) return template;
  const { id, source, ...parts } = template;
  return checked(() => createTemplate({ ...parts, system }, { id, source, file }), at(), problems);
}

/** A system message that stands by itself. @returns null after a mistake, which has been told */
export function planSystem(
  text: string,
  owner: string,
  at: FilePosition,
  { file, problems }: Planning,
): Template | null {
  const name = `inline:${owner}.system`;
  return checked(() => createTemplate({ body: text }, { id: name, source: name, file }), at, problems);
}

/** Places within a text are not those of the pipeline's file: its mistakes are told where the text is given. */
function checked(make: () => Template, at: FilePosition, problems: Problems): Template | null {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    problems.add(error.diagnostics.map((diagnostic) => ({ ...diagnostic, position: at })));
    return null;
  }
}

function inlineTemplate(
  { text, system }: { readonly text: string; readonly system?: string },
  owner: string,
  at: FilePosition,
  { file, problems }: Planning,
): Template | null {
  const name = `inline:${owner}`;
  const parts = { body: text, ...(system === undefined ? {} : { system }) };
  return checked(() => createTemplate(parts, { id: name, source: name, file }), at, problems);
}

function readTemplateFile(
  text: string,
  id: string,
  path: string,
  at: FilePosition,
  { context, problems }: Planning,
): Template | null {
  const way = relative(context.root, path);
  const source = (way.startsWith('..') || isAbsolute(way) ? path : way).split(sep).join('/');
  try {
    return parseTemplate(text, { id, source, file: path });
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    problems.add(error.diagnostics, at);
    return null;
  }
}

function templateFolders({ context }: Planning): readonly string[] {
  return [join(context.root, '.openline', 'prompts'), ...(context.userTemplatesFolders ?? [])];
}

async function readText(path: string, { context }: Planning): Promise<string | undefined> {
  return context.textOf?.(path) ?? readFile(path, 'utf8').catch(() => undefined);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith(TEMPLATE_FILE_ENDING))
    .map((name) => name.slice(0, -TEMPLATE_FILE_ENDING.length));
}
