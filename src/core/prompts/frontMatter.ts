import { isCollection, isMap, isScalar, parseDocument, type Document, type Node } from 'yaml';
import * as z from 'zod';
import { nearestName } from '../files/nearestName.ts';
import { describeYamlSlip } from '../files/yamlSlips.ts';
import type { Expects } from './template.ts';

/** Every value of `Expects`. */
export const EXPECTS = ['list', 'text', 'yes-no', 'qa-pairs', 'json'] as const satisfies readonly Expects[];

/** What may stand in a template's front matter. Everything is optional. */
export const frontMatterSchema = z.strictObject({
  description: z.string().default('').describe('What the template is for, in one line'),
  system: z.string().optional().describe('System message that goes before the prompt; may hold placeholders'),
  expects: z.enum(EXPECTS).optional().describe('What the answer is expected to be'),
  sample: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .default({})
    .describe('Values of the placeholders for the live preview'),
});
export type FrontMatter = z.infer<typeof frontMatterSchema>;

/** Something wrong in the front matter; offsets are within its YAML text. */
export interface FrontMatterProblem {
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** A template file cut into its parts. Offsets are within `text`. */
export interface TemplateFileParts {
  /** The whole file without byte order mark and with LF line ends. */
  readonly text: string;
  /** The YAML between the two `---` lines; absent where the file has no front matter. */
  readonly yaml?: { readonly text: string; readonly start: number };
  readonly body: string;
  readonly bodyStart: number;
  /** The file starts with `---`, and no second `---` follows. */
  readonly unclosed: boolean;
}

const FENCE = /^---[ \t]*$/u;

/**
 * Cuts a template file into front matter and body. The byte order mark is dropped and CRLF becomes LF; one blank line
 * after the front matter and the file's last newline belong to neither part.
 */
export function splitTemplateFile(file: string): TemplateFileParts {
  const text = (file.startsWith('\uFEFF') ? file.slice(1) : file).replaceAll('\r\n', '\n');
  const firstLineEnd = lineEnd(text, 0);
  if (!FENCE.test(text.slice(0, firstLineEnd))) {
    return { text, body: withoutLastNewline(text), bodyStart: 0, unclosed: false };
  }
  const yamlStart = Math.min(firstLineEnd + 1, text.length);
  for (let start = yamlStart; start < text.length; start = lineEnd(text, start) + 1) {
    const end = lineEnd(text, start);
    if (!FENCE.test(text.slice(start, end))) continue;
    let bodyStart = Math.min(end + 1, text.length);
    const nextEnd = lineEnd(text, bodyStart);
    const nextIsBlank = nextEnd < text.length && text.slice(bodyStart, nextEnd).trim() === '';
    if (nextIsBlank) bodyStart = nextEnd + 1;
    return {
      text,
      yaml: { text: text.slice(yamlStart, start), start: yamlStart },
      body: withoutLastNewline(text.slice(bodyStart)),
      bodyStart,
      unclosed: false,
    };
  }
  return { text, body: '', bodyStart: text.length, unclosed: true };
}

/**
 * Reads and checks front matter.
 *
 * @returns the values with their defaults; where something is wrong, the defaults and what is wrong, all at once
 */
export function readFrontMatter(yaml: string): {
  values: FrontMatter;
  problems: readonly FrontMatterProblem[];
  /** Range of the value under a top-level key, for messages about it. */
  rangeOf: (key: string) => { start: number; end: number };
} {
  const whole = { start: 0, end: yaml.length };
  const document = parseDocument(yaml, { prettyErrors: false });
  const rangeOf = (key: string): { start: number; end: number } => rangeAt(document, [key]) ?? whole;
  const defaults = frontMatterSchema.parse({});
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ code, pos: [start, end] }) => ({
      code: 'yaml-syntax',
      message: describeYamlSlip(code, yaml.slice(start, end)),
      start,
      end: Math.max(end, start + 1),
    }));
    return { values: defaults, problems, rangeOf };
  }
  const value = toPlainValue(document);
  const result = frontMatterSchema.safeParse(value ?? {});
  if (result.success) return { values: result.data, problems: [], rangeOf };
  const problems = result.error.issues.flatMap((issue) => describeIssue(issue, document, whole));
  return { values: defaults, problems, rangeOf };
}

function describeIssue(
  issue: z.core.$ZodIssue,
  document: Document.Parsed,
  whole: { start: number; end: number },
): FrontMatterProblem[] {
  const valid = Object.keys(frontMatterSchema.shape);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const nearest = nearestName(key, valid);
      const hint = nearest === undefined ? '' : `did you mean ${nearest}? `;
      return {
        code: 'unknown-key',
        message: `unknown key ${key} in the front matter; ${hint}The keys are ${valid.join(', ')}`,
        ...(keyRange(document, key) ?? whole),
      };
    });
  }
  const name = issue.path.map(String).join('.');
  const range = rangeAt(document, issue.path.map(String)) ?? whole;
  if (name === '') {
    const message = `the front matter must be a mapping with the keys ${valid.join(', ')}`;
    return [{ code: 'wrong-type', message, ...range }];
  }
  if (issue.path[0] === 'expects') {
    return [{ code: 'unknown-value', message: `expects must be one of ${EXPECTS.join(', ')}`, ...range }];
  }
  const wanted = issue.path[0] === 'sample' ? wantedInSample(issue.path.length) : 'a text';
  return [{ code: 'wrong-type', message: `${name} must be ${wanted}`, ...range }];
}

function wantedInSample(depth: number): string {
  return depth === 1
    ? 'a mapping of placeholders to values'
    : 'a text or a number (put it in quotes to make it a text)';
}

/** An alias can make a small text unfold into a huge value; the library refuses that by throwing. */
function toPlainValue(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 20 });
  } catch {
    return 'too many aliases';
  }
}

function rangeAt(document: Document.Parsed, path: readonly string[]): { start: number; end: number } | undefined {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  return nodeRange(isScalar(node) || isCollection(node) ? node : undefined);
}

function keyRange(document: Document.Parsed, key: string): { start: number; end: number } | undefined {
  if (!isMap(document.contents)) return undefined;
  const pair = document.contents.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
  return pair !== undefined && isScalar(pair.key) ? nodeRange(pair.key) : undefined;
}

function nodeRange(node: Node | undefined): { start: number; end: number } | undefined {
  const range = node?.range;
  return range === undefined || range === null ? undefined : { start: range[0], end: range[1] };
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function withoutLastNewline(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}
