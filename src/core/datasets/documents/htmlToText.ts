import { convert, type DomNode, type FormatCallback } from 'html-to-text';

/** A page that no person has written is cut off at so many characters instead of filling memory. */
const MOST_CHARACTERS = 1 << 25;
/** What has no words to read. */
const WORDLESS = ['img', 'form', 'noscript', 'template', 'svg', 'iframe'];
/** What stands around the text of a page. */
const SURROUNDINGS = ['nav', 'header', 'footer', 'aside'];

/**
 * Text of HTML, headings and lists as in Markdown: `## Heading`, `- item`. Links leave their words; pictures, scripts and
 * styles leave nothing.
 *
 * @param isPage a whole page: what stands around its text is left out
 */
export function htmlToText(html: string, isPage: boolean): string {
  const text = convert(html, {
    wordwrap: false,
    limits: { maxInputLength: MOST_CHARACTERS },
    formatters: { markedHeading },
    selectors: [
      { selector: 'a', options: { ignoreHref: true } },
      ...[...WORDLESS, ...(isPage ? SURROUNDINGS : [])].map((selector) => ({ selector, format: 'skip' })),
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, format: 'markedHeading' })),
      { selector: 'ul', options: { itemPrefix: '- ' } },
      { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
    ],
  });
  return text
    .replaceAll(/[ \t\u00a0]+$/gmu, '')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
}

const markedHeading: FormatCallback = (element: DomNode, walk, builder) => {
  const level = Number(element.name?.slice(1));
  builder.openBlock({ leadingLineBreaks: 2 });
  builder.addInline('#'.repeat(Number.isInteger(level) ? level : 1), { noWordTransform: true });
  builder.addInline(' ');
  walk(element.children, builder);
  builder.closeBlock({ trailingLineBreaks: 2 });
};
