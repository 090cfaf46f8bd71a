import { readFile } from 'node:fs/promises';
import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom/worker';
import { checkSize, decodeUtf8, readWholeText, sniffCharset, type Charset } from '../fileBytes.ts';
import { UnreadableError, type DocumentText, type NamedFile } from '../sourceEntry.ts';
import { htmlToText } from './htmlToText.ts';

/** A page of more bytes than this is data, not something to read. */
const LARGEST_PAGE = 32 * 1024 * 1024;

/**
 * The main text of a web page, without what stands around it: the article that Readability finds (Mozilla, the reader view
 * of Firefox), else the whole page. The title is its first heading.
 */
export async function readHtml({ path }: NamedFile, charset: Charset | undefined): Promise<DocumentText> {
  await checkSize(path, LARGEST_PAGE);
  return { text: mainText(await readMarkup(path, charset)) };
}

/** Main text of HTML. */
export function mainText(html: string): string {
  const article = findArticle(html);
  if (article === null) return htmlToText(html, true);
  const text = htmlToText(article.content, false);
  const title = article.title.trim();
  const isThere =
    title === '' ||
    text
      .split('\n', 1)[0]
      ?.replace(/^#+\s*/u, '')
      .trim() === title;
  return isThere ? text : `# ${title}\n\n${text}`.trim();
}

interface Page {
  readonly document: never;
}

function findArticle(html: string): { readonly title: string; readonly content: string } | null {
  const isWhole = /<html[\s>]/iu.test(html);
  // Neither knows of the other's types, nor TypeScript of browsers here.
  const { document } = parseHTML(isWhole ? html : `<html><body>${html}</body></html>`) as unknown as Page;
  const found = new Readability(document).parse();
  if (found?.content == null || found.textContent?.trim() === '') return null;
  return { title: found.title ?? '', content: found.content };
}

/** The markup as text: in the encoding that the page itself names where it is not UTF-8. */
async function readMarkup(path: string, charset: Charset | undefined): Promise<string> {
  try {
    return await readWholeText(path, charset);
  } catch (error) {
    if (!(error instanceof UnreadableError) || error.unread.reason !== 'not-utf8') throw error;
    await sniffCharset(path, charset);
    const bytes = await readFile(path);
    const named = /<meta[^>]+charset\s*=\s*["']?(?<charset>[\w-]+)/iu.exec(bytes.subarray(0, 4096).toString('latin1'));
    const text = decodeAs(bytes, named?.groups?.['charset']);
    if (text === undefined) throw error;
    return text;
  }
}

function decodeAs(bytes: Buffer, charset: string | undefined): string | undefined {
  if (charset === undefined || /^utf-?8$/iu.test(charset)) return decodeUtf8(bytes);
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
