import { createHash } from 'node:crypto';
import { type Diagnostic, type FilePosition, InvalidInputError } from '../errors.ts';
import { canonicalJson } from '../record/json.ts';
import { type FrontMatter, readFrontMatter, splitTemplateFile } from './frontMatter.ts';
import { nearestName } from '../files/nearestName.ts';
import { scanTemplate } from './scanTemplate.ts';
import type { Template } from './template.ts';

/** Where a template comes from. */
export interface TemplateOrigin {
  /** See Template.id. */
  readonly id: string;
  /** See Template.source. */
  readonly source: string;
  /** File that diagnostics point to; default: `source`. */
  readonly file?: string;
}

/** What a template consists of when it does not come as a file of its own (inline in a pipeline, imported …). */
export interface TemplateParts extends Partial<FrontMatter> {
  readonly body: string;
}

/**
 * Reads a template file, front matter and body.
 *
 * @throws InvalidInputError with every mistake in it, each with line and column in the file
 */
export function parseTemplate(text: string, origin: TemplateOrigin): Template {
  const { template, diagnostics } = readTemplate(text, origin);
  if (template === undefined) {
    throw new InvalidInputError(diagnostics.filter(({ severity }) => severity === 'error'));
  }
  return template;
}

/**
 * Reads a template file for an editor: everything there is to say about it, warnings as well (a sample value for a
 * placeholder that does not occur, a placeholder without one), and the template unless there is an error.
 */
export function readTemplate(
  text: string,
  origin: TemplateOrigin,
): { readonly template: Template | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const parts = splitTemplateFile(text);
  const lineStarts = findLineStarts(parts.text);
  const diagnostics: Diagnostic[] = [];
  const report = (
    severity: Diagnostic['severity'],
    code: string,
    message: string,
    start: number,
    end: number,
  ): void => {
    const position = positionOf(origin.file ?? origin.source, lineStarts, start, end);
    diagnostics.push({ severity, code, message, position });
  };

  if (parts.unclosed) {
    report('error', 'unclosed-front-matter', 'the front matter that starts here has no closing --- line', 0, 3);
    return { template: undefined, diagnostics };
  }
  const yamlStart = parts.yaml?.start ?? 0;
  const { values, problems, rangeOf } = readFrontMatter(parts.yaml?.text ?? '');
  for (const { code, message, start, end } of problems) {
    report('error', code, message, yamlStart + start, yamlStart + end);
  }
  const systemRange = rangeOf('system');
  const system = scanTemplate(values.system ?? '');
  for (const { code, message } of system.problems) {
    // Folding and escapes move the offsets inside a YAML text, so the whole value is marked.
    report('error', code, `in system: ${message}`, yamlStart + systemRange.start, yamlStart + systemRange.end);
  }
  const body = scanTemplate(parts.body);
  for (const { code, message, start, end } of body.problems) {
    report('error', code, message, parts.bodyStart + start, parts.bodyStart + end);
  }
  if (parts.body.trim() === '') {
    report('error', 'empty-template', 'the template has no text', parts.bodyStart, parts.text.length);
  }
  if (diagnostics.length > 0) return { template: undefined, diagnostics };

  const template = assemble({ ...values, body: parts.body }, [...body.placeholders, ...system.placeholders], origin);
  if (parts.yaml !== undefined) {
    const sampleRange = rangeOf('sample');
    for (const message of sampleMismatches(template)) {
      report('warning', 'sample-mismatch', message, yamlStart + sampleRange.start, yamlStart + sampleRange.end);
    }
  }
  return { template, diagnostics };
}

/**
 * Makes a template of parts. Nothing in `body` is front matter, and it is taken as it is, apart from CRLF line ends.
 *
 * @throws InvalidInputError with every mistake; lines and columns count within the body
 */
export function createTemplate(parts: TemplateParts, origin: TemplateOrigin): Template {
  const normalised = { ...parts, body: parts.body.replaceAll('\r\n', '\n') };
  const body = scanTemplate(normalised.body);
  const system = scanTemplate(parts.system ?? '');
  const file = origin.file ?? origin.source;
  const lineStarts = findLineStarts(normalised.body);
  const diagnostics: Diagnostic[] = [
    ...system.problems.map(({ code, message }): Diagnostic => ({
      severity: 'error',
      code,
      message: `in system: ${message}`,
      position: { file },
    })),
    ...body.problems.map(({ code, message, start, end }): Diagnostic => ({
      severity: 'error',
      code,
      message,
      position: positionOf(file, lineStarts, start, end),
    })),
  ];
  if (normalised.body.trim() === '') {
    diagnostics.push({
      severity: 'error',
      code: 'empty-template',
      message: 'the template has no text',
      position: { file },
    });
  }
  if (diagnostics.length > 0) throw new InvalidInputError(diagnostics);
  return assemble(normalised, [...body.placeholders, ...system.placeholders], origin);
}

function assemble(parts: TemplateParts, placeholders: readonly string[], origin: TemplateOrigin): Template {
  const { body, system, expects, description, sample } = parts;
  return {
    id: origin.id,
    source: origin.source,
    description: description ?? '',
    body,
    ...(system === undefined ? {} : { system }),
    ...(expects === undefined ? {} : { expects }),
    sample: sample ?? {},
    placeholders: [...new Set(placeholders)],
    // A list, so that no text can move from one part into the other without changing the hash.
    hash: createHash('sha256')
      .update(canonicalJson([body, system ?? null]))
      .digest('hex'),
  };
}

function sampleMismatches(template: Template): string[] {
  const names = Object.keys(template.sample);
  if (names.length === 0) return [];
  const unknown = names
    .filter((name) => !template.placeholders.includes(name))
    .map((name) => {
      const nearest = nearestName(name, template.placeholders);
      const there = template.placeholders.length === 0 ? 'none' : template.placeholders.join(', ');
      return `sample has a value for ${name}, which is no placeholder${
        nearest === undefined ? '' : ` (did you mean ${nearest}?)`
      }; the placeholders are ${there}`;
    });
  const missing = template.placeholders
    .filter((name) => !Object.hasOwn(template.sample, name))
    .map((name) => `sample has no value for {${name}}, so the preview cannot fill it in`);
  return [...unknown, ...missing];
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function positionOf(file: string, lineStarts: readonly number[], start: number, end: number): FilePosition {
  const from = lineAndColumn(lineStarts, start);
  const to = lineAndColumn(lineStarts, end);
  return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}

function lineAndColumn(lineStarts: readonly number[], offset: number): { line: number; column: number } {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 };
}
