import { readWholeText, type Charset } from '../fileBytes.ts';
import type { DocumentFormat } from '../sourceFormats.ts';
import { UnreadableError, type DocumentText, type NamedFile } from '../sourceEntry.ts';

/**
 * Reads a file that is a document. What reads other formats than plain text is a chunk that loads when one is met.
 *
 * @throws UnreadableError with the reason, and the file system's errors
 */
export async function readDocument(
  file: NamedFile,
  as: DocumentFormat,
  charset: Charset | undefined,
): Promise<DocumentText> {
  const document = await read(file, as, charset);
  if (document.text.trim() !== '') return document;
  throw new UnreadableError({ reason: 'empty-document', message: 'the file is empty' });
}

async function read(file: NamedFile, as: DocumentFormat, charset: Charset | undefined): Promise<DocumentText> {
  switch (as) {
    case 'text':
    case 'markdown':
    case 'code':
      return { text: await readWholeText(file.path, charset) };
    case 'html':
      return (await import('./readHtml.ts')).readHtml(file, charset);
    case 'pdf':
      return (await import('./readPdf.ts')).readPdf(file);
    case 'docx':
      return (await import('./readDocx.ts')).readDocx(file);
  }
}
