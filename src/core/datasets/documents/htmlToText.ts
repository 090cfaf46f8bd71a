import type { DomNode, FormatCallback } from 'html-to-text';

/**
 * Text of HTML, headings and lists as in Markdown: `## Heading`, `- item`. Links and pictures leave their words; scripts,
 * styles and what leads around a site (navigation, header, footer) leave nothing.
 */
export async function htmlToText(html: string): Promise<string> {
  const { convert } = await import('html-to-text');
  const plainBlock = { leadingLineBreaks: 2, trailingLineBreaks: 2 };
  const text = convert(html, {
    wordwrap: false,
    // A page that no person has written is cut off instead of filling memory.
    limits: { maxInputLength: MOST_CHARACTERS },
    formatters: { markedHeading },
    selectors: [
      { selector: 'a', options: { ignoreHref: true } },
      ...['img', 'nav', 'header', 'footer', 'aside', 'form', 'noscript', 'template', 'svg', 'iframe'].map(
        (selector) => ({ selector, format: 'skip' }),
      ),
      // In an article the header is its own.
      { selector: 'article header', format: 'block' },
      { selector: 'main header', format: 'block' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        format: 'markedHeading',
        options: plainBlock,
      })),
      { selector: 'ul', options: { itemPrefix: '- ' } },
      { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
    ],
  });
  return text
    .replaceAll(/[ \t\u00a0]+$/gmu, '')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
}

const MOST_CHARACTERS = 1 << 25;

const markedHeading: FormatCallback = (element: DomNode, walk, builder) => {
  const level = Number(element.name?.slice(1));
  builder.openBlock({ leadingLineBreaks: 2 });
  builder.addInline('#'.repeat(Number.isInteger(level) ? level : 1), { noWordTransform: true });
  builder.addInline(' ');
  walk(element.children, builder);
  builder.closeBlock({ trailingLineBreaks: 2 });
};
