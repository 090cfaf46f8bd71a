const FENCE = /^ {0,3}(?:`{3,}|~{3,})[^`\n]*$\n?/gmu;
const RULE = /^ {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$\n?/gmu;
const HEADING = /^ {0,3}#{1,6}[ \t]+/gmu;
const QUOTE = /^ {0,3}>[ \t]?/gmu;
/** Brackets in the text of a link come in pairs; an open one before a link is none of it. */
const LINK = /!?\[((?:[^[\]\n]|\[[^[\]\n]*\])*)\]\([^()\s]*(?:[ \t]+"[^"\n]*")?\)/gu;
const CODE = /(`+)([^`\n]+)\1/gu;
const STRUCK = /~~(?=\S)([^~\n]+)~~/gu;
/** Emphasis by signs at the edges of words: `2*3*4` and `a_long_name` stay as they are. */
const EMPHASIS: readonly RegExp[] = [
  /\*{3}(?=[^\s*])([^*\n]+)(?<=\S)\*{3}/gu,
  /\*{2}(?=[^\s*])((?:[^*\n]|(?<!\*)\*(?!\*))+)(?<=\S)\*{2}/gu,
  /(?<![\p{L}\p{N}_])__(?=[^\s_])([^\n]{0,500}?)(?<=\S)__(?![\p{L}\p{N}_])/gu,
  /(?<![\p{L}\p{N}*\\])\*(?=[^\s*])([^*\n]+)(?<=\S)\*(?![\p{L}\p{N}*])/gu,
  /(?<![\p{L}\p{N}_\\])_(?=[^\s_])([^_\n]+)(?<=\S)_(?![\p{L}\p{N}_])/gu,
];

/**
 * Takes the signs of Markdown out of a text and keeps its words: emphasis, headings, links and images (their texts
 * stay), code, fences, rules, quotations. Bullets and numbers of lists stay: other steps read them.
 */
export function removeMarkdown(text: string): string {
  const plain = text
    .replaceAll(FENCE, '')
    .replaceAll(RULE, '')
    .replaceAll(HEADING, '')
    .replaceAll(QUOTE, '')
    // Twice: a picture may be the text of a link.
    .replaceAll(LINK, '$1')
    .replaceAll(LINK, '$1')
    .replaceAll(CODE, '$2')
    .replaceAll(STRUCK, '$1');
  return EMPHASIS.reduce((rest, sign) => rest.replaceAll(sign, '$1'), plain);
}
