/** The names by which a pipeline's text refers to templates: what has to change when a template gets another name. */
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { isMap, isScalar, isSeq, parseDocument, type Node } from 'yaml';
import { TEMPLATE_FILE_ENDING } from '../prompts/templateLibrary.ts';

/** A name or path of a template, as it stands in a pipeline's text (offsets, end exclusive, quotes included). */
export interface TemplateReference {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Every place of a pipeline that names a template: the values under `prompts`, and `prompt` in its steps. */
export function findTemplateReferences(text: string): readonly TemplateReference[] {
  const { contents } = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const found: TemplateReference[] = [];
  const add = (node: unknown): void => {
    if (!isScalar(node) || typeof node.value !== 'string' || node.range == null) return;
    found.push({ name: node.value, start: node.range[0], end: node.range[1] });
  };
  const walk = (node: unknown): void => {
    if (isSeq<Node>(node)) node.items.forEach(walk);
    if (!isMap<Node, Node | null>(node)) return;
    for (const { key, value } of node.items) {
      if (isScalar(key) && key.value === 'prompt') add(value);
      else walk(value);
    }
  };
  if (!isMap<Node, Node | null>(contents)) return found;
  const prompts: unknown = contents.get('prompts', true);
  if (isMap<Node, Node | null>(prompts)) for (const { value } of prompts.items) add(value);
  walk(contents.get('steps', true));
  return found;
}

/** Where names of templates are looked up. */
export interface NamePlaces {
  /** Folder of the pipeline. */
  readonly folder: string;
  /** Folders whose templates are found by their names: the workspace's, then the user's. */
  readonly libraries: readonly string[];
  readonly isBuiltIn: (name: string) => boolean;
}

/** Whether a name can mean the template file at `path`. A name of a built-in template never does. */
export function refersTo(name: string, path: string, { folder, libraries, isBuiltIn }: NamePlaces): boolean {
  if (isPath(name)) return resolve(folder, name) === path;
  return !isBuiltIn(name) && libraries.some((library) => join(library, `${name}${TEMPLATE_FILE_ENDING}`) === path);
}

/** How a pipeline names the template file at `path`, in the manner in which it named it before: by name or by path. */
export function nameFor(path: string, before: string, { folder, libraries, isBuiltIn }: NamePlaces): string {
  const name = basename(path, TEMPLATE_FILE_ENDING);
  if (!isPath(before) && libraries.includes(dirname(path)) && !isBuiltIn(name)) return name;
  const way = relative(folder, path).split(sep).join('/');
  return way.includes('/') ? way : `./${way}`;
}

function isPath(name: string): boolean {
  return /[\\/]|\.md$/u.test(name);
}

/** A name as it can stand in YAML, in quotes where it has to or where it was before. */
export function writeReference(name: string, before: string): string {
  const isPlain = /^[\w.][\w./-]*$/u.test(name) && !/^(?:true|false|null|yes|no|on|off|~|\.|[\d._]+)$/iu.test(name);
  return isPlain && !/^["']/u.test(before) ? name : JSON.stringify(name);
}
