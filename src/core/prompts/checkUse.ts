/** What an editor has to say about a template: its own mistakes, and how it fits those who use it; with ways to mend it. */
import type { Diagnostic } from '../errors.ts';
import { nearestName } from '../files/nearestName.ts';
import type { TemplateUse } from '../pipeline/templateUse.ts';
import { EXPECTS, frontMatterSchema, readFrontMatter, splitTemplateFile } from './frontMatter.ts';
import { readTemplate, type TemplateOrigin } from './parseTemplate.ts';
import { scanTemplate, type TemplateSegment } from './scanTemplate.ts';

/** A change of the text that mends something. Offsets are within the text without byte order mark and with LF line ends. */
export interface TextFix {
  readonly title: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface TemplateFinding extends Diagnostic {
  /** What it is about: offsets as in TextFix. */
  readonly start: number;
  readonly end: number;
  readonly fixes: readonly TextFix[];
}

/** A use with the name of its pipeline, for messages. */
export interface NamedUse extends TemplateUse {
  readonly pipeline: string;
}

type Placeholder = Extract<TemplateSegment, { kind: 'placeholder' }>;

/**
 * Everything there is to say about a template's text, in the order of the text.
 *
 * @param uses the steps that use it; none: nothing is known about which placeholders are filled in
 */
export function checkTemplate(
  text: string,
  origin: TemplateOrigin,
  uses: readonly NamedUse[],
): readonly TemplateFinding[] {
  const parts = splitTemplateFile(text);
  const offsets = offsetsOf(parts.text);
  const own = readTemplate(text, origin).diagnostics.map((diagnostic): TemplateFinding => {
    const { line = 1, column = 1, endLine = line, endColumn = column } = diagnostic.position ?? {};
    const start = offsets(line, column);
    const end = offsets(endLine, endColumn);
    return { ...diagnostic, start, end, fixes: fixesOf(diagnostic.code, parts.text, start, end) };
  });
  const { segments } = scanTemplate(parts.body);
  const placeholders = segments.filter((segment) => segment.kind === 'placeholder');
  const situation = { text: parts.text, bodyStart: parts.bodyStart, file: origin.file ?? origin.source };
  const findings = [
    ...own,
    ...placeholders.flatMap((placeholder) => unknownIn(placeholder, uses, situation)),
    ...missingIn(new Set([...placeholders.map(({ name }) => name), ...inSystem(parts.yaml?.text)]), uses, situation),
  ];
  return findings.sort((a, b) => a.start - b.start);
}

interface Situation {
  readonly text: string;
  readonly bodyStart: number;
  readonly file: string;
}

/** A placeholder that some step does not fill in. */
function unknownIn(
  { name, start, end }: Placeholder,
  uses: readonly NamedUse[],
  situation: Situation,
): TemplateFinding[] {
  const lacking = uses.filter(({ supplies, isOpen }) => !isOpen && !supplies.includes(name));
  const [first] = lacking;
  if (first === undefined) return [];
  const nearest = nearestName(name, first.supplies);
  const guess = nearest === undefined ? '' : ` (did you mean {${nearest}}?)`;
  const there = first.supplies.length === 0 ? 'nothing is filled in there' : `there are ${first.supplies.join(', ')}`;
  const others = lacking.length === 1 ? '' : `, nor in ${lacking.length - 1} more`;
  const from = situation.bodyStart + start;
  const to = situation.bodyStart + end;
  const fixes: TextFix[] = [
    ...(nearest === undefined ? [] : [{ title: `Change to {${nearest}}`, start: from, end: to, text: `{${nearest}}` }]),
    { title: `Write {${name}} as text`, start: from, end: to, text: `{{${name}}}` },
  ];
  const message = `nothing fills in {${name}} in the step ${first.step} of ${first.pipeline}${others}${guess}; ${there}`;
  return [
    finding(
      'error',
      nearest === undefined ? 'unknown-placeholder' : 'misspelt-placeholder',
      message,
      from,
      to,
      fixes,
      situation,
    ),
  ];
}

/** What some step would fill in, or the built-in template has, and this one does not. */
function missingIn(present: ReadonlySet<string>, uses: readonly NamedUse[], situation: Situation): TemplateFinding[] {
  const told = new Set<string>();
  return uses.flatMap(({ expected, replaces, step, pipeline }) =>
    expected.flatMap((name): TemplateFinding[] => {
      if (present.has(name) || told.has(name)) return [];
      told.add(name);
      const why =
        replaces === null ? `which the step ${step} of ${pipeline} fills in` : `which ${replaces} has in ${pipeline}`;
      const message = `there is no {${name}}, ${why}: what belongs there never reaches the model`;
      const { text, bodyStart } = situation;
      const end = text.trimEnd().length;
      const fixes = [{ title: `Insert {${name}} at the end`, start: end, end, text: `\n\n{${name}}` }];
      const lineEnd = text.indexOf('\n', bodyStart);
      return [
        finding(
          'warning',
          'missing-placeholder',
          message,
          bodyStart,
          lineEnd < 0 ? text.length : lineEnd,
          fixes,
          situation,
        ),
      ];
    }),
  );
}

function finding(
  severity: Diagnostic['severity'],
  code: string,
  message: string,
  start: number,
  end: number,
  fixes: readonly TextFix[],
  { text, file }: Situation,
): TemplateFinding {
  const from = lineAndColumn(text, start);
  const to = lineAndColumn(text, end);
  const position = { file, ...from, endLine: to.line, endColumn: to.column };
  return { severity, code, message, position, start, end, fixes };
}

/** Ways to mend what the template's own reader finds wrong. */
function fixesOf(code: string, text: string, start: number, end: number): readonly TextFix[] {
  const found = text.slice(start, end);
  const change = (title: string, replacement: string): TextFix => ({ title, start, end, text: replacement });
  switch (code) {
    case 'unbalanced-brace':
      return /^[{}]$/u.test(found) ? [change(`Write ${found}${found} for the brace itself`, found + found)] : [];
    case 'placeholder-syntax':
    case 'nameless-placeholder':
    case 'numbered-placeholder': {
      if (!found.startsWith('{') || !found.endsWith('}')) return [];
      const inner = found.slice(1, -1);
      const name = /[\p{ID_Start}_]\p{ID_Continue}*/u.exec(inner)?.[0];
      return [
        ...(name === undefined || code !== 'placeholder-syntax' ? [] : [change(`Change to {${name}}`, `{${name}}`)]),
        change('Write the braces as text', `{{${inner}}}`),
      ];
    }
    case 'unknown-key': {
      const nearest = nearestName(found, Object.keys(frontMatterSchema.shape));
      return nearest === undefined ? [] : [change(`Change to ${nearest}`, nearest)];
    }
    case 'unknown-value':
      return EXPECTS.map((value) => change(`Change to ${value}`, value));
    case 'unclosed-front-matter':
      return [{ title: 'Close the front matter here', start: text.length, end: text.length, text: '\n---\n' }];
    default:
      return [];
  }
}

/** Placeholders of the system message. */
function inSystem(yaml: string | undefined): readonly string[] {
  return yaml === undefined ? [] : scanTemplate(readFrontMatter(yaml).values.system ?? '').placeholders;
}

function offsetsOf(text: string): (line: number, column: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (line, column) => Math.min(text.length, (starts[line - 1] ?? text.length) + column - 1);
}

function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}
