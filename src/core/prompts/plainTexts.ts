/** Templates as a folder of plain texts: `NAME.txt`, and `NAME.system.txt` where there is a system message. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { InvalidInputError } from '../errors.ts';
import { IMPORTED_PREFIX } from './curatorConstants.ts';
import { replaceText, type WriteOutcome } from './writeImport.ts';
import type { ImportedTemplate, SkippedConstant } from './importTemplates.ts';
import { parseTemplate } from './parseTemplate.ts';
import type { Template } from './template.ts';

const ENDING = '.txt';
const SYSTEM_ENDING = '.system.txt';

/** A text that was written, or left alone. */
export interface WrittenText {
  readonly path: string;
  readonly outcome: WriteOutcome;
}

/**
 * Writes templates as plain texts, in template syntax. Descriptions, `expects` and samples have no place in them.
 *
 * @param force replaces files that say something else
 */
export async function writePlainTexts(
  templates: readonly Template[],
  folder: string,
  { force = false }: { readonly force?: boolean } = {},
): Promise<readonly WrittenText[]> {
  await mkdir(folder, { recursive: true });
  const texts = templates.flatMap(({ id, body, system }): [string, string][] => [
    [`${id}${ENDING}`, body],
    ...(system === undefined ? [] : [[`${id}${SYSTEM_ENDING}`, system] satisfies [string, string]]),
  ]);
  const written: WrittenText[] = [];
  for (const [name, text] of texts) {
    const path = join(folder, name);
    written.push({ path, outcome: await replaceText(path, `${text}\n`, force) });
  }
  return written;
}

export interface TextImport {
  readonly templates: readonly ImportedTemplate[];
  readonly skipped: readonly SkippedConstant[];
}

/**
 * Reads a folder of plain texts as templates; nothing is written. A text under the name of a built-in template takes the
 * built-in's description, `expects` and sample, and a name of its own.
 *
 * @throws InvalidInputError when the folder cannot be read
 */
export async function readPlainTexts(folder: string, builtIns: ReadonlyMap<string, Template>): Promise<TextImport> {
  const names = await readdir(folder).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw InvalidInputError.of('missing-folder', `the folder cannot be read (${reason})`, { file: folder });
  });
  const there = new Set(names);
  const templates: ImportedTemplate[] = [];
  const skipped: SkippedConstant[] = [];
  const taken = new Set<string>();
  for (const name of names.filter((file) => file.endsWith(ENDING)).sort()) {
    const stem = name.slice(0, -ENDING.length);
    const systemOf = name.endsWith(SYSTEM_ENDING) ? `${name.slice(0, -SYSTEM_ENDING.length)}${ENDING}` : undefined;
    // The system message of a template that is there is read along with it.
    if (systemOf !== undefined && there.has(systemOf)) continue;
    const systemName = `${stem}${SYSTEM_ENDING}`;
    const body = await readText(join(folder, name));
    const system = there.has(systemName) ? await readText(join(folder, systemName)) : undefined;
    if (body === undefined || (system === undefined && there.has(systemName))) {
      skipped.push({ constant: name, line: 1, reason: 'it is not a text in UTF-8' });
      continue;
    }
    const made = makeTemplate(name, stem, { body, system }, builtIns, taken);
    if ('reason' in made) skipped.push(made);
    else templates.push(made);
  }
  return { templates, skipped };
}

function makeTemplate(
  constant: string,
  stem: string,
  { body, system }: { readonly body: string; readonly system: string | undefined },
  builtIns: ReadonlyMap<string, Template>,
  taken: Set<string>,
): ImportedTemplate | SkippedConstant {
  const plain = idOf(stem);
  const purpose = plain.startsWith(IMPORTED_PREFIX) ? plain.slice(IMPORTED_PREFIX.length) : plain;
  const builtIn = builtIns.get(purpose);
  const id = builtIns.has(plain) ? `${IMPORTED_PREFIX}${plain}` : plain;
  if (plain === '') return { constant, line: 1, reason: 'its name has no letters or digits of the alphabet' };
  if (taken.has(id)) return { constant, line: 1, reason: `another file makes the template ${id}, too` };
  taken.add(id);
  const frontMatter = {
    ...(builtIn === undefined || builtIn.description === '' ? {} : { description: builtIn.description }),
    ...(system === undefined ? {} : { system }),
    ...(builtIn?.expects === undefined ? {} : { expects: builtIn.expects }),
    ...(builtIn === undefined || Object.keys(builtIn.sample).length === 0 ? {} : { sample: builtIn.sample }),
  };
  const head = Object.keys(frontMatter).length === 0 ? '' : `---\n${stringify(frontMatter, { lineWidth: 0 })}---\n\n`;
  // A text that begins like front matter is set apart from it by a front matter of its own.
  const text = `${head === '' && body.startsWith('---') ? '---\n---\n\n' : head}${body}\n`;
  try {
    const template = parseTemplate(text, { id, source: constant });
    const lacking = (builtIn?.placeholders ?? []).filter((name) => !template.placeholders.includes(name));
    const warnings = lacking.map(
      (name) => `it has no placeholder {${name}}, so that what belongs there never reaches the model`,
    );
    return { id, constant, line: 1, builtIn: builtIn?.id ?? null, system: null, text, warnings };
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const [first] = error.diagnostics;
    return { constant, line: 1, reason: first?.message ?? 'it is no template' };
  }
}

/** A file name in kebab-case: letters, digits and dashes. */
function idOf(stem: string): string {
  return stem
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-+|-+$/gu, '')
    .slice(0, 200);
}

/** Undefined when it is not UTF-8. The last newline is the file's, not the text's. */
async function readText(path: string): Promise<string | undefined> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path)).replaceAll('\r\n', '\n');
    return text.endsWith('\n') ? text.slice(0, -1) : text;
  } catch {
    return undefined;
  }
}
