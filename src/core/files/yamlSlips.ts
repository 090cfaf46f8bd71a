/** What a mistake in YAML comes to in plain words. The codes are those of the `yaml` package (its ErrorCode type). */
const SLIPS: ReadonlyMap<string, string> = new Map([
  ['BAD_ALIAS', 'a text that starts with * needs quotes, since * alone refers to another place in YAML'],
  ['BAD_COLLECTION_TYPE', 'the tag here does not fit the value'],
  ['BAD_DIRECTIVE', 'a line that starts with % means something else in YAML; put the text in quotes'],
  [
    'BAD_DQ_ESCAPE',
    'this backslash sequence is not known in double quotes; use single quotes, or two backslashes for one',
  ],
  ['BAD_INDENT', 'the indentation does not fit the lines around it, or a bracket is not closed'],
  ['BAD_SCALAR_START', 'a text that starts with this character needs quotes'],
  [
    'BLOCK_AS_IMPLICIT_KEY',
    'a second key starts on the same line; put the value in quotes if its colon is part of the text',
  ],
  ['BLOCK_IN_FLOW', 'a comma is missing between two entries inside the brackets'],
  ['KEY_OVER_1024_CHARS', 'a key is too long; is a quote or a colon missing?'],
  ['MISSING_CHAR', 'something is missing here: a closing quote or bracket, a comma, or the colon after a key'],
  ['MULTILINE_IMPLICIT_KEY', 'this goes over several lines where a key is expected; is a colon or a quote missing?'],
  ['MULTIPLE_DOCS', 'a line of three dashes starts a second document; there can be only one in this file'],
  [
    'NON_STRING_KEY',
    'a key must be plain text; is this a placeholder in braces? Put the whole text in quotes or in a | block',
  ],
  ['RESOURCE_EXHAUSTION', 'the file is nested too deeply, or its *references multiply too much'],
  ['TAB_AS_INDENT', 'there is a tab in the indentation; YAML wants blanks'],
  ['TAG_RESOLVE_FAILED', 'a text that starts with ! needs quotes'],
  ['UNEXPECTED_TOKEN', 'this does not fit here; is there a quote too many, or a line that is indented differently?'],
]);

/** A sentence for a mistake; `excerpt` is the text at the mistake, used where it tells more. */
export function describeYamlSlip(code: string, excerpt: string): string {
  if (code === 'DUPLICATE_KEY') return `\`${excerpt}\` is given twice; keep one of the two`;
  return SLIPS.get(code) ?? 'this is not valid YAML';
}
