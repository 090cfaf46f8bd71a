import { stringify } from 'yaml';
import { InvalidInputError } from '../errors.ts';
import {
  IMPORTED_PREFIX,
  SYSTEM_CONSTANTS,
  SYSTEM_ENDING,
  TEMPLATE_CONSTANTS,
  TEMPLATE_ENDING,
} from './curatorConstants.ts';
import { parseTemplate } from './parseTemplate.ts';
import { readPythonConstants, type PythonConstant, type PythonModule } from './pythonConstants.ts';
import { scanTemplate } from './scanTemplate.ts';
import type { Template } from './template.ts';

/** A template that a Python file holds, as it will stand in the workspace. */
export interface ImportedTemplate {
  /** The file's name without its ending; a name that no built-in template has, so that pipelines find it. */
  readonly id: string;
  /** Name of the Python constant. */
  readonly constant: string;
  /** Its line, from 1. */
  readonly line: number;
  /** Id of the built-in template of the same purpose; null: a template of the file's own. */
  readonly builtIn: string | null;
  /** Name of the constant that its system message comes from; null: none of the file's. */
  readonly system: string | null;
  /** The whole `*.prompt.md` file. */
  readonly text: string;
  /** What to know before it is used, one sentence each. */
  readonly warnings: readonly string[];
}

/** A constant that would have been imported, and why it was not. */
export interface SkippedConstant {
  readonly constant: string;
  /** Line of what is in the way, from 1. */
  readonly line: number;
  /** A clause. */
  readonly reason: string;
}

export interface TemplateImport {
  /** In the order of the file. */
  readonly templates: readonly ImportedTemplate[];
  readonly skipped: readonly SkippedConstant[];
  /** What is wrong with the Python file itself. */
  readonly mistakes: PythonModule['mistakes'];
}

/**
 * Finds the prompt templates of a Python file; nothing of the file is run, nothing is written.
 *
 * A known constant becomes a template with the id `curator-<id of the built-in one>` and the built-in's description,
 * `expects` and sample; any other that ends in `_PROMPT_TEMPLATE` one of its own name. A system message comes from
 * `X_SYSTEM_PROMPT` beside `X_PROMPT_TEMPLATE`, else from the constant of the whole group, else from the built-in.
 *
 * @param source text of the Python file
 * @param builtIns the built-in templates by id
 */
export function readImport(source: string, builtIns: ReadonlyMap<string, Template>): TemplateImport {
  const module = readPythonConstants(source);
  const texts = new Map(module.constants.map((constant) => [constant.name, constant]));
  const templates: ImportedTemplate[] = [];
  const skipped: SkippedConstant[] = module.unread
    .filter(({ name }) => isTemplateName(name) || isSystemName(name, texts))
    .map(({ name, reason, reasonLine }) => ({ constant: name, line: reasonLine, reason }));
  const usedSystems = new Set<string>();
  const taken = new Set(Object.values(TEMPLATE_CONSTANTS).map((id) => IMPORTED_PREFIX + id));
  for (const constant of module.constants) {
    if (!isTemplateName(constant.name)) continue;
    const known = knownTemplate(constant.name);
    const id = known === undefined ? ownId(constant.name, builtIns, taken) : `${IMPORTED_PREFIX}${known}`;
    const builtIn = known === undefined ? undefined : builtIns.get(known);
    const system = findSystem(constant.name, known, texts);
    if (system !== undefined) usedSystems.add(system.name);
    const made = makeTemplate(constant, id, builtIn, system);
    if ('reason' in made) skipped.push({ constant: constant.name, line: constant.line, reason: made.reason });
    else {
      const { name, line } = constant;
      templates.push({ id, constant: name, line, builtIn: builtIn?.id ?? null, system: system?.name ?? null, ...made });
    }
  }
  for (const { name, line } of module.constants) {
    if (!isSystemName(name, texts) || usedSystems.has(name)) continue;
    skipped.push({ constant: name, line, reason: 'it is a system message, and no template of the file goes with it' });
  }
  return { templates, skipped: skipped.sort((a, b) => a.line - b.line), mistakes: module.mistakes };
}

/** Constants are written in capitals; what is not ASCII would not make a portable file name. */
function isTemplateName(name: string): boolean {
  return name.endsWith(TEMPLATE_ENDING) && /^[A-Z0-9_]+$/u.test(name) && name.replace(TEMPLATE_ENDING, '') !== '';
}

function isSystemName(name: string, texts: ReadonlyMap<string, PythonConstant>): boolean {
  if (Object.hasOwn(SYSTEM_CONSTANTS, name)) return true;
  return name.endsWith(SYSTEM_ENDING) && texts.has(name.slice(0, -SYSTEM_ENDING.length) + TEMPLATE_ENDING);
}

function knownTemplate(name: string): string | undefined {
  return Object.hasOwn(TEMPLATE_CONSTANTS, name) ? TEMPLATE_CONSTANTS[name] : undefined;
}

/** Names that Windows keeps for devices. */
const DEVICES = /^(?:aux|con|nul|prn|com\d|lpt\d)$/u;
/** Leaves room for a prefix, a number and the ending in the 255 bytes that file systems allow. */
const LONGEST_ID = 200;

/** A kebab-case id of a constant's own, which is then taken. */
function ownId(name: string, builtIns: ReadonlyMap<string, Template>, taken: Set<string>): string {
  const words = name.slice(0, -TEMPLATE_ENDING.length).toLowerCase().split('_').filter(Boolean);
  const plain = words.join('-').slice(0, LONGEST_ID) || 'template';
  const base = builtIns.has(plain) || DEVICES.test(plain) ? `${IMPORTED_PREFIX}${plain}` : plain;
  let id = base;
  for (let number = 2; taken.has(id); number += 1) id = `${base}-${number}`;
  taken.add(id);
  return id;
}

function findSystem(
  name: string,
  known: string | undefined,
  texts: ReadonlyMap<string, PythonConstant>,
): PythonConstant | undefined {
  const own = texts.get(name.slice(0, -TEMPLATE_ENDING.length) + SYSTEM_ENDING);
  if (own !== undefined || known === undefined) return own;
  const group = Object.entries(SYSTEM_CONSTANTS).find(([, ids]) => ids.includes(known))?.[0];
  return group === undefined ? undefined : texts.get(group);
}

function makeTemplate(
  { name, value }: PythonConstant,
  id: string,
  builtIn: Template | undefined,
  given: PythonConstant | undefined,
): { text: string; warnings: readonly string[] } | { reason: string } {
  const system = given === undefined ? builtIn?.system : systemText(given);
  const { placeholders } = scanTemplate(`${value}\n${system ?? ''}`);
  const sample = Object.fromEntries(
    Object.entries(builtIn?.sample ?? {}).filter(([placeholder]) => placeholders.includes(placeholder)),
  );
  const text = templateFile(
    {
      description: builtIn?.description ?? `Imported: ${name}`,
      ...(system === undefined ? {} : { system }),
      ...(builtIn?.expects === undefined ? {} : { expects: builtIn.expects }),
      ...(Object.keys(sample).length === 0 ? {} : { sample }),
    },
    value,
  );
  try {
    const template = parseTemplate(text, { id, source: id });
    return { text, warnings: warningsOf(template, value, builtIn, given) };
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    // Lines and columns of a file that is never written would only mislead.
    return { reason: error.diagnostics.map(({ message }) => message).join('; ') };
  }
}

/**
 * A system message in template syntax. The group's constants are sent as they are, so that braces in them are braces; one
 * that belongs to a single template may have placeholders, if it reads as a template at all.
 */
function systemText({ name, value }: PythonConstant): string | undefined {
  // An empty one says that there shall be none.
  if (value === '') return undefined;
  const literal = Object.hasOwn(SYSTEM_CONSTANTS, name) || scanTemplate(value).problems.length > 0;
  return literal ? value.replace(/[{}]/gu, '$&$&') : value;
}

function templateFile(frontMatter: Readonly<Record<string, unknown>>, body: string): string {
  return `---\n${stringify(frontMatter, { lineWidth: 0 })}---\n\n${body}\n`;
}

function warningsOf(
  template: Template,
  value: string,
  builtIn: Template | undefined,
  given: PythonConstant | undefined,
): string[] {
  const warnings: string[] = [];
  if (value.includes('\r\n')) warnings.push('its line ends are \\r\\n, which a template file turns into \\n');
  if (builtIn === undefined) return warnings;
  for (const name of builtIn.placeholders) {
    if (template.placeholders.includes(name)) continue;
    warnings.push(`it has no placeholder {${name}}, so that what belongs there never reaches the model`);
  }
  for (const name of template.placeholders) {
    if (builtIn.placeholders.includes(name)) continue;
    warnings.push(`its placeholder {${name}} has no value in the recipes; give it one under \`values:\``);
  }
  if (builtIn.system !== undefined && given === undefined) {
    warnings.push("the file has no system message for it, so that the built-in template's is used");
  }
  return warnings;
}
