const LABEL = /^[ \t]*passage(?:[ \t]*\d+[ \t]*:?|[ \t]*:)[ \t]*$/iu;

/** Drops the lines that are nothing but the label of a passage (`Passage:`, `Passage 2:`); paragraphs stay one blank line apart. */
export function dropPassageLabels(text: string): string {
  return text
    .split(/\r?\n/u)
    .filter((line) => !LABEL.test(line))
    .join('\n')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
}
