import { readFile } from 'node:fs/promises';
import { getDocumentProxy } from 'unpdf';
import { checkSize } from '../fileBytes.ts';
import { UnreadableError, type DocumentText, type NamedFile } from '../sourceEntry.ts';

/** A gap between two lines larger than this many line heights begins a paragraph. */
const PARAGRAPH_GAP = 1.6;

/** A piece of text on a page, with its place in points from below. */
interface TextPiece {
  readonly str: string;
  readonly hasEOL: boolean;
  readonly transform: readonly number[];
  readonly height: number;
}

/**
 * The text of a PDF, page after page with a blank line between, and where the pages begin.
 *
 * @throws UnreadableError `encrypted`, `damaged-file`, or `no-text` where it holds pictures only
 */
export async function readPdf({ path }: NamedFile): Promise<DocumentText> {
  await checkSize(path);
  const data = new Uint8Array(await readFile(path));
  const pdf = await getDocumentProxy(data, { verbosity: 0 }).catch((error: unknown) => {
    throw refusal(error);
  });
  try {
    const pages: number[] = [];
    let text = '';
    for (let number = 1; number <= pdf.numPages; number += 1) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      page.cleanup();
      const pageText = joinPieces(items.filter((item): item is typeof item & TextPiece => 'str' in item));
      if (number > 1) text += '\n\n';
      pages.push(text.length);
      text += pageText;
    }
    if (text.trim() === '') {
      const message = `the PDF has no text on its ${pages.length} ${pages.length === 1 ? 'page' : 'pages'} (scanned pictures need text recognition first)`;
      throw new UnreadableError({ reason: 'no-text', message });
    }
    return { text, pages };
  } catch (error) {
    throw refusal(error);
  } finally {
    await pdf.loadingTask.destroy();
  }
}

function joinPieces(pieces: readonly TextPiece[]): string {
  let text = '';
  let lastLine: number | undefined;
  let isLineStart = true;
  for (const { str, hasEOL, transform, height } of pieces) {
    const baseline = transform[5];
    if (isLineStart && str.trim() !== '' && baseline !== undefined) {
      const isGap = lastLine !== undefined && height > 0 && lastLine - baseline > PARAGRAPH_GAP * height;
      if (isGap) text += '\n';
      lastLine = baseline;
    }
    text += str;
    isLineStart = hasEOL;
    if (hasEOL) text += '\n';
  }
  return text
    .replaceAll(/[ \t]+$/gmu, '')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
}

function refusal(error: unknown): UnreadableError {
  if (error instanceof UnreadableError) return error;
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  if (name === 'PasswordException') {
    return new UnreadableError({ reason: 'encrypted', message: 'the PDF is behind a password' });
  }
  return new UnreadableError({ reason: 'damaged-file', message: `the file is not PDF, or damaged (${message})` });
}
