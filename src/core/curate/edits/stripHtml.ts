import { Parser } from 'htmlparser2';
import { collapseWhiteSpace } from './plainText.ts';

/** What stands in these is no text. */
const HIDDEN: ReadonlySet<string> = new Set(['script', 'style', 'noscript', 'template', 'head', 'svg', 'iframe']);
/** These begin and end lines. */
const BLOCKS: ReadonlySet<string> = new Set(
  (
    'address article aside blockquote body dd details dialog div dl dt fieldset figcaption figure footer form ' +
    'h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody tfoot thead tr ul'
  ).split(' '),
);
const PARAGRAPHS: ReadonlySet<string> = new Set('blockquote h1 h2 h3 h4 h5 h6 p pre table ul ol'.split(' '));
const CELLS: ReadonlySet<string> = new Set(['td', 'th']);

/**
 * The text of HTML: tags and comments go, entities become characters, blocks begin lines, white space is collapsed. A text
 * without tags and entities only has its white space collapsed.
 */
export function stripHtml(html: string): string {
  const parts: string[] = [];
  let hidden = 0;
  const separate = (name: string): void => {
    if (hidden > 0) return;
    if (PARAGRAPHS.has(name)) parts.push('\n\n');
    else if (BLOCKS.has(name)) parts.push('\n');
    else if (CELLS.has(name)) parts.push(' ');
  };
  const parser = new Parser(
    {
      onopentag(name) {
        if (HIDDEN.has(name)) hidden += 1;
        else if (name === 'br' && hidden === 0) parts.push('\n');
        else separate(name);
      },
      ontext(text) {
        if (hidden === 0) parts.push(text);
      },
      onclosetag(name) {
        if (HIDDEN.has(name)) hidden -= 1;
        else separate(name);
      },
    },
    { decodeEntities: true, recognizeSelfClosing: false },
  );
  parser.end(html);
  return collapseWhiteSpace(parts.join(''));
}
