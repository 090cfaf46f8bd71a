/** Small changes of YAML text: what is not touched stays as it is, comments and style included. Knows nothing of the editor. */
import { isMap, isScalar, isSeq, parseDocument, type Node, type YAMLMap } from 'yaml';
import type { YamlPath } from './yamlPlace.ts';

/** One replacement in a text. Offsets, end exclusive. */
export interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Sets the value at a path: replaces the one that is there, or adds the key to the deepest map on the way that there is.
 *
 * @param value as it is written: one line of YAML
 * @returns undefined where the text is no YAML, or something that is no map is in the way
 */
export function setInYaml(text: string, path: YamlPath, value: string): TextChange | undefined {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  if (document.errors.length > 0) return undefined;
  let node: unknown = document.contents;
  for (const [index, name] of path.entries()) {
    if (isSeq(node) && typeof name === 'number') {
      node = node.items[name];
      continue;
    }
    if (!isMap<Node, Node | null>(node)) return undefined;
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(name));
    if (pair === undefined) return addTo(node, text, [...path.slice(index)].map(String), value);
    node = pair.value;
  }
  const range = isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined;
  return range == null ? undefined : { start: range[0], end: range[1], text: value };
}

/** @param names the keys that are missing, the outermost first */
function addTo(
  map: YAMLMap<Node, Node | null>,
  text: string,
  names: readonly string[],
  value: string,
): TextChange | undefined {
  const [first = '', ...inner] = names;
  const nested = inner.reduceRight((written, name) => `{ ${name}: ${written} }`, value);
  const entry = `${first}: ${nested}`;
  const last = map.items.at(-1);
  const [, end = 0] = map.range ?? [];
  if (map.flow === true) {
    const close = end - 1;
    if (last === undefined) return { start: close, end: close, text: ` ${entry} ` };
    const lastEnd = endOf(last) ?? close;
    return { start: lastEnd, end: lastEnd, text: `, ${entry}` };
  }
  const firstKey = map.items[0]?.key;
  if (last === undefined || !isScalar(firstKey) || firstKey.range == null) return undefined;
  const indent = firstKey.range[0] - (text.lastIndexOf('\n', firstKey.range[0] - 1) + 1);
  // Behind the last line of the last value, and what is remarked there.
  const valueEnd = endOf(last) ?? end;
  const before = text.slice(0, valueEnd).trimEnd().length;
  const lineEnd = text.indexOf('\n', before);
  const at = lineEnd === -1 ? text.length : lineEnd;
  return { start: at, end: at, text: `\n${' '.repeat(indent)}${entry}` };
}

function endOf({ key, value }: { readonly key: Node; readonly value: Node | null }): number | undefined {
  return value?.range?.[1] ?? key.range?.[1];
}
