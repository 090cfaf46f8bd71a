import { readFile } from 'node:fs/promises';
import { convertToHtml, images } from 'mammoth';
import { checkSize } from '../fileBytes.ts';
import { UnreadableError, type DocumentText, type NamedFile } from '../sourceEntry.ts';
import { htmlToText } from './htmlToText.ts';

/** Old Word files, and new ones behind a password, are containers of this kind: MS-CFB, 2.2. */
const COMPOUND_FILE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);

/** The text of a Word document, headings and lists as in Markdown; pictures leave nothing. */
export async function readDocx({ path }: NamedFile): Promise<DocumentText> {
  await checkSize(path);
  const buffer = await readFile(path);
  if (buffer.subarray(0, COMPOUND_FILE.length).equals(COMPOUND_FILE)) {
    const message = 'the document is behind a password, or in the old Word format; save it as DOCX without one';
    throw new UnreadableError({ reason: 'encrypted', message });
  }
  try {
    const { value } = await convertToHtml(
      { buffer },
      { convertImage: images.imgElement(() => Promise.resolve({ src: '' })) },
    );
    return { text: htmlToText(value, false) };
  } catch (error) {
    // The first clause says what; the rest is advice for programmers.
    const [why = ''] = (error instanceof Error ? error.message : String(error)).split(/ ?[:?]/u);
    throw new UnreadableError({ reason: 'damaged-file', message: `the file is not DOCX, or damaged (${why})` });
  }
}
