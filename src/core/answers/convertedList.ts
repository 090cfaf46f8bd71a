import { isAlias, isScalar, isSeq, parseDocument, type Document } from 'yaml';

/** A converted list, or the first of the checks that it fails. */
export type ConvertedReading =
  | { readonly items: readonly string[] }
  | { readonly problem: 'not-yaml' | 'not-a-list' | 'not-strings' | 'hallucination'; readonly message: string };

/** YAML 1.1 as its Python implementation resolves it: of the booleans, the one-letter words are texts. */
const ONE_LETTER_BOOLEAN = /^[yYnN]$/u;

/**
 * Reads a model's conversion of an answer into a YAML list, with the checks of the original system and no leniency:
 * the text as a whole must be YAML (1.1, as the original reads it: `yes` is no string there), a list, of strings, and
 * each of them must occur verbatim in the answer that was converted. A code fence around it is not YAML. An empty list
 * passes. Whether the length is right is not asked here.
 *
 * @param yaml the model's conversion
 * @param original the answer that was to be converted
 */
export function readConvertedList(yaml: string, original: string): ConvertedReading {
  const document = parseYaml(yaml);
  if (document === undefined || document.errors.length > 0) {
    const reason = document?.errors[0]?.message ?? 'it is nested too deeply';
    return { problem: 'not-yaml', message: `the conversion is not YAML: ${reason}` };
  }
  const { contents } = document;
  if (!isSeq(contents)) {
    return { problem: 'not-a-list', message: 'the conversion is not a YAML list' };
  }
  const items: string[] = [];
  let searchFrom = 0;
  for (const [index, node] of contents.items.entries()) {
    const item = stringOf(node, document);
    if (item === undefined) {
      return { problem: 'not-strings', message: `element ${index + 1} of the conversion is not a string` };
    }
    // Items mostly stand in the order of the answer; going on from the last one keeps the search linear.
    const found = original.indexOf(item, searchFrom);
    if (found !== -1) searchFrom = found;
    else if (!original.includes(item)) {
      const message = `element ${index + 1} of the conversion does not occur in the answer: ${shorten(item)}`;
      return { problem: 'hallucination', message };
    }
    items.push(item);
  }
  return { items };
}

function parseYaml(text: string): Document.Parsed | undefined {
  try {
    return parseDocument(text, { version: '1.1', prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
  } catch {
    return undefined;
  }
}

function stringOf(node: unknown, document: Document.Parsed): string | undefined {
  const resolved = isAlias(node) ? node.resolve(document) : node;
  if (!isScalar(resolved)) return undefined;
  if (typeof resolved.value === 'string') return resolved.value;
  const { source } = resolved;
  return typeof resolved.value === 'boolean' && source !== undefined && ONE_LETTER_BOOLEAN.test(source)
    ? source
    : undefined;
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
