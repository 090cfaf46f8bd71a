/** Reads the examples out of a page: its code blocks, commands, links and headings. */

export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** Line of the page on which the block's text begins, from 1. */
  readonly line: number;
}

/** The fenced blocks of a page. */
export function codeBlocks(page: string): readonly CodeBlock[] {
  return [...page.matchAll(/^(?<fence>`{3,})(?<language>[a-z]*)\n(?<text>[\s\S]*?)^\k<fence>$/gmu)].map(
    ({ groups, index }) => ({
      language: groups?.['language'] ?? '',
      text: groups?.['text'] ?? '',
      line: page.slice(0, index).split('\n').length + 1,
    }),
  );
}

/** The page with its fenced blocks left out. */
export function prose(page: string): string {
  return page.replaceAll(/^(?<fence>`{3,})[\s\S]*?^\k<fence>$/gmu, '');
}

/** Command lines in blocks without a language, and between backticks, each in words. */
export function commandLines(page: string): readonly (readonly string[])[] {
  const inBlocks = codeBlocks(page)
    .filter(({ language }) => language === '')
    .flatMap(({ text }) => text.split('\n'));
  const inProse = [...prose(page).matchAll(/`(?<code>[^`]+)`/gu)].map(({ groups }) => groups?.['code'] ?? '');
  return [...inBlocks, ...inProse].filter((line) => /^openline [a-z]/u.test(line)).map(words);
}

/** Splits as a shell does, quotes included. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/'(?<single>[^']*)'|"(?<double>[^"]*)"|(?<plain>\S+)/gu)].map(
    ({ groups }) => groups?.['single'] ?? groups?.['double'] ?? groups?.['plain'] ?? '',
  );
}

/** Where the links of a page lead. */
export function links(page: string): readonly string[] {
  return [...prose(page).matchAll(/\]\((?<target>[^)\s]+)\)/gu)].map(({ groups }) => groups?.['target'] ?? '');
}

/** Anchors of the headings, as GitHub makes them. */
export function anchors(page: string): readonly string[] {
  return [...prose(page).matchAll(/^#{1,6} (?<heading>.+)$/gmu)].map(({ groups }) =>
    (groups?.['heading'] ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}
