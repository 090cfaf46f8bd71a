/** Pieces of YAML text: values as they are written into a file that has a form already. */
import { isScalar, Scalar, stringify, type Node } from 'yaml';
import { isJsonObject, type Json } from '../record/json.ts';

/** Where a value is to stand. */
export interface FragmentPlace {
  /** Indent of the line with the key: a text of several lines stands deeper. */
  readonly indent: string;
  /** Whether it stands in `{ … }` or `[ … ]`. */
  readonly isFlow: boolean;
  /** What stood there: its quotes are kept. */
  readonly like?: Node;
}

/** A value as it follows its key or dash: on one line, but for texts of several lines. */
export function scalarYaml(value: Json, { indent, isFlow, like }: FragmentPlace): string {
  if (typeof value !== 'string') return inlineYaml(value, isFlow);
  if (value.includes('\n') && !isFlow) {
    const isPlain = /^\S/u.test(value) && !/[\t\r]|[^\S\n]\n|\n\n$/u.test(value) && !value.includes('\n\n\n');
    if (!isPlain) return JSON.stringify(value);
    const body = value.endsWith('\n') ? value.slice(0, -1) : value;
    const lines = body.split('\n').map((line) => (line === '' ? '' : `${indent}  ${line}`));
    return `|${value.endsWith('\n') ? '' : '-'}\n${lines.join('\n')}`;
  }
  const quotes = isScalar(like) ? like.type : undefined;
  if (quotes === Scalar.QUOTE_DOUBLE) return JSON.stringify(value);
  if (quotes === Scalar.QUOTE_SINGLE && !value.includes('\n')) return `'${value.replaceAll("'", "''")}'`;
  return inlineYaml(value, isFlow);
}

/** A value on one line. @param isFlow whether it stands in `{ … }` or `[ … ]`, where more has to be quoted */
export function inlineYaml(value: Json, isFlow: boolean): string {
  if (Array.isArray(value))
    return `[${(value as readonly Json[]).map((element) => inlineYaml(element, true)).join(', ')}]`;
  if (isJsonObject(value)) {
    const members = Object.entries(value).map(([name, own]) => `${inlineYaml(name, true)}: ${inlineYaml(own, true)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  if (typeof value === 'string' && /[\n\r]/u.test(value)) return JSON.stringify(value);
  const text = stringify(isFlow ? [value] : value, {
    collectionStyle: 'flow',
    lineWidth: 0,
    flowCollectionPadding: false,
    doubleQuotedAsJSON: true,
    defaultStringType: Scalar.PLAIN,
  }).trimEnd();
  return isFlow ? text.slice(1, -1) : text;
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Offset of the line's end, before its line break. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end === -1) return text.length;
  return text[end - 1] === '\r' && end > offset ? end - 1 : end;
}

/** An end without blanks and line breaks before it. */
export function trimmedEnd(text: string, end: number): number {
  let at = end;
  while (at > 0 && /\s/u.test(text[at - 1] ?? '')) at -= 1;
  return at;
}
