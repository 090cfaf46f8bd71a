/** Addresses of the web as they stand in texts; punctuation at the end belongs to the sentence. */
export const URL_PATTERN = /(?:https?:\/\/|ftp:\/\/|www\.)[^\s<>"'）」】]*[^\s<>"'）」】.,;:!?)\]}]/giu;

/** Blanks and tabs to one blank, none at the ends of lines, two line ends at the most. */
export function collapseWhiteSpace(text: string): string {
  return normalizeNewlines(text)
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/ ?\n ?/gu, '\n')
    .replace(/\n{3,}/gu, '\n\n')
    .trim();
}

/** Line ends as LF, three and more of them as two. */
export function normalizeNewlines(text: string): string {
  return text.replace(/\r\n?/gu, '\n').replace(/\n{3,}/gu, '\n\n');
}

/** Takes addresses of the web out, with the blank that would be left double. */
export function removeUrls(text: string): string {
  return text
    .replace(URL_PATTERN, '\u0000')
    .replace(/ \0(?= |$)|^\0 /gmu, '')
    .replaceAll('\u0000', '');
}
