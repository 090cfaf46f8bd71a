import {
  IMPORTED_PREFIX,
  SYSTEM_CONSTANTS,
  SYSTEM_ENDING,
  TEMPLATE_CONSTANTS,
  TEMPLATE_ENDING,
} from './curatorConstants.ts';
import { writePythonString } from './pythonString.ts';
import { scanTemplate } from './scanTemplate.ts';
import type { Template } from './template.ts';
import { loadTemplateLibrary } from './templateLibrary.ts';

/**
 * Writes the templates of a folder as a Python file of constants, the way back from an import: `curator-macro-topics`
 * (or `macro-topics`) becomes DEFAULT_MACRO_TOPICS_PROMPT_TEMPLATE, `my-own` becomes MY_OWN_PROMPT_TEMPLATE. Importing
 * the file gives the same texts; descriptions, `expects` and samples have no place in it.
 *
 * @param folder folder of `*.prompt.md` files, such as `.openline/prompts`
 * @returns the Python file's text
 * @throws InvalidInputError with the mistakes of all templates, or when the folder cannot be read
 */
export async function exportTemplates(folder: string): Promise<string> {
  return writePythonTemplates([...(await loadTemplateLibrary(folder)).values()]);
}

/** The same for templates at hand. Two of one purpose: the imported one has the known constant, the other its own. */
export function writePythonTemplates(templates: readonly Template[]): string {
  const named = nameConstants(templates);
  const systems = sharedSystems(named);
  const lines = ['"""Prompt templates, exported from Openline."""', ''];
  for (const [constant, system] of systems) {
    lines.push(`${constant} = ${writePythonString(literalText(system) ?? system)}`, '');
  }
  for (const [template, constant] of named) {
    const group = groupConstant(constant);
    const inherited = group === undefined ? undefined : systems.get(group);
    if (template.system !== inherited || (group !== undefined && template.system === undefined)) {
      const own = constant.slice(0, -TEMPLATE_ENDING.length) + SYSTEM_ENDING;
      // An empty one keeps the group's from being taken.
      lines.push(`${own} = ${writePythonString(template.system ?? '')}`, '');
    }
    lines.push(`${constant} = ${writePythonString(template.body)}`, '');
  }
  return lines.join('\n');
}

/** Every template's constant, each once; the known ones are given out first. */
function nameConstants(templates: readonly Template[]): ReadonlyMap<Template, string> {
  const constants = new Map(Object.entries(TEMPLATE_CONSTANTS).map(([constant, id]) => [id, constant]));
  const taken = new Map<string, Template>();
  const give = (template: Template, constant: string | undefined): void => {
    if (constant !== undefined && !taken.has(constant)) taken.set(constant, template);
  };
  for (const template of templates) {
    if (template.id.startsWith(IMPORTED_PREFIX)) {
      give(template, constants.get(template.id.slice(IMPORTED_PREFIX.length)));
    }
  }
  for (const template of templates) give(template, constants.get(template.id));
  const names = new Map([...taken].map(([constant, template]) => [template, constant]));
  return new Map(
    templates.map((template) => {
      const constant = names.get(template) ?? ownConstant(template.id, taken);
      taken.set(constant, template);
      return [template, constant];
    }),
  );
}

function ownConstant(id: string, taken: ReadonlyMap<string, Template>): string {
  const words = id.toUpperCase().replace(/[^A-Z0-9]+/gu, '_');
  const stem = /^[A-Z]/u.test(words) ? words : `TEMPLATE_${words}`;
  let constant = `${stem}${TEMPLATE_ENDING}`;
  const isKnown = (name: string): boolean => Object.hasOwn(TEMPLATE_CONSTANTS, name);
  for (let number = 2; taken.has(constant) || isKnown(constant); number += 1) {
    constant = `${stem}_${number}${TEMPLATE_ENDING}`;
  }
  return constant;
}

/** The constant that holds the system message of all templates like this one. */
function groupConstant(constant: string): string | undefined {
  const purpose = Object.hasOwn(TEMPLATE_CONSTANTS, constant) ? TEMPLATE_CONSTANTS[constant] : undefined;
  if (purpose === undefined) return undefined;
  return Object.entries(SYSTEM_CONSTANTS).find(([, purposes]) => purposes.includes(purpose))?.[0];
}

/** The system messages that fit the groups' constants: of each group the first one without a placeholder. */
function sharedSystems(named: ReadonlyMap<Template, string>): ReadonlyMap<string, string> {
  const systems = new Map<string, string>();
  for (const [{ system }, constant] of named) {
    const group = groupConstant(constant);
    if (group === undefined || system === undefined || systems.has(group)) continue;
    if (literalText(system) !== undefined) systems.set(group, system);
  }
  return systems;
}

/** What a text in template syntax says; undefined when it has placeholders. */
function literalText(text: string): string | undefined {
  const { segments, placeholders } = scanTemplate(text);
  if (placeholders.length > 0) return undefined;
  return segments.map((segment) => (segment.kind === 'placeholder' ? '' : segment.text)).join('');
}
