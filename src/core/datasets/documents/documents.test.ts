import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PlanFixture } from '../../pipeline/planFixture.ts';
import { makeDocx, makeLockedPdf, makePdf } from '../testFiles.ts';

let fixture: PlanFixture;
before(async () => {
  fixture = await PlanFixture.create();
});
after(async () => {
  await fixture.dispose();
});

async function textOf(name: string, content: string | Uint8Array, options = ''): Promise<unknown> {
  await fixture.put(name, content);
  const [first, ...more] = await fixture.read(`files: ${name}${options}`);
  assert.deepEqual(more, []);
  return first;
}

const SENTENCE = 'The lighthouse of Kelso stands on a reef, and it took two winters to build. ';

describe('text', () => {
  it('in UTF-16 is known by its mark, in another encoding it must be named', async () => {
    const little = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('zwölf\r\nB', 'utf16le')]);
    assert.deepEqual(await textOf('little.txt', little), ['0', { text: 'zwölf\nB' }]);
    assert.deepEqual(await textOf('big.txt', Buffer.from(little).swap16()), ['0', { text: 'zwölf\nB' }]);
    const latin = Buffer.from('café', 'latin1');
    assert.deepEqual(await textOf('latin.txt', latin), ['0', 'not-utf8', 'latin.txt:']);
    assert.deepEqual(await textOf('latin.txt', latin, ', charset: windows-1252'), ['0', { text: 'café' }]);
    const unmarked = Buffer.from('AB', 'utf16le');
    assert.deepEqual(await textOf('bare.txt', unmarked), ['0', 'binary-file', 'bare.txt:']);
    assert.deepEqual(await textOf('bare.txt', unmarked, ', charset: utf-16le'), ['0', { text: 'AB' }]);
  });
});

describe('a web page', () => {
  it('comes to its main text, with headings and lists as in Markdown', async () => {
    const page = `<!doctype html><html><head><title>Lighthouses</title><script>alert(1)</script></head><body>
      <nav><a href="/">Home</a> <a href="/about">About us</a></nav>
      <article><h1>Lighthouses</h1><p>${SENTENCE.repeat(8)}</p><h2>Keepers &amp; goats</h2>
      <p>${SENTENCE.repeat(8)}<a href="https://example.org/far">See more</a></p><ul><li>oil</li><li>wick</li></ul></article>
      <footer>Copyright 2026</footer></body></html>`;
    const body = SENTENCE.repeat(8).trim();
    assert.deepEqual(await textOf('page.html', page), [
      '0',
      { text: `# Lighthouses\n\n${body}\n\n## Keepers & goats\n\n${body} See more\n\n- oil\n- wick` },
    ]);
  });

  it('is read in the encoding that it names', async () => {
    const page = Buffer.from('<html><head><meta charset="iso-8859-1"></head><body><p>café</p></body></html>', 'latin1');
    assert.deepEqual(await textOf('latin.html', page), ['0', { text: 'café' }]);
  });

  it('that is hardly one is read all the same', async () => {
    assert.deepEqual(await textOf('plain.html', 'Only words.'), ['0', { text: 'Only words.' }]);
    assert.deepEqual(await textOf('none.html', ''), ['0', 'empty-document', 'none.html:']);
    assert.deepEqual(await textOf('cut.html', '<html><body><p>Cut off <b>here'), ['0', { text: 'Cut off here' }]);
  });

  it('without a word is empty', async () => {
    assert.deepEqual(await textOf('empty.html', '<p><img src="a.png"></p>'), ['0', 'empty-document', 'empty.html:']);
  });
});

describe('a PDF', () => {
  it('comes to the text of its pages', async () => {
    const pdf = makePdf([['Tides rise', 'and fall (twice).'], ['A second page.']]);
    assert.deepEqual(await textOf('tides.pdf', pdf), [
      '0',
      { text: 'Tides rise\nand fall (twice).\n\nA second page.' },
    ]);
  });

  it('gives a record a page when it is cut by pages, each with its place', async () => {
    await fixture.put('pages.pdf', makePdf([['One.'], [], ['Three.']]));
    assert.deepEqual(await fixture.read('files: pages.pdf, source: source, chunk: { by: pages }'), [
      ['0.0', { text: 'One.', source: 'pages.pdf#page=1', chunk: { index: 0, start: 0, end: 4, pages: [1, 1] } }],
      ['0.1', { text: 'Three.', source: 'pages.pdf#page=3', chunk: { index: 1, start: 8, end: 14, pages: [3, 3] } }],
    ]);
  });

  it('without text, behind a password or broken is named for what it is', async () => {
    assert.deepEqual(await textOf('scan.pdf', makePdf([[], []])), ['0', 'no-text', 'scan.pdf:']);
    assert.deepEqual(await textOf('locked.pdf', makeLockedPdf()), ['0', 'encrypted', 'locked.pdf:']);
    assert.deepEqual(await textOf('broken.pdf', '%PDF-1.4 and nothing more'), ['0', 'damaged-file', 'broken.pdf:']);
  });
});

describe('a Word document', () => {
  it('comes to its text, with headings as in Markdown', async () => {
    const document = makeDocx([
      { heading: 1, text: 'Harbour' },
      'Ships < boats & rafts.',
      { heading: 2, text: 'Berths' },
    ]);
    assert.deepEqual(await textOf('harbour.docx', document), [
      '0',
      { text: '# Harbour\n\nShips < boats & rafts.\n\n## Berths' },
    ]);
  });

  it('that is old, locked or broken is named for what it is', async () => {
    const old = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]);
    assert.deepEqual(await textOf('old.docx', old), ['0', 'encrypted', 'old.docx:']);
    assert.deepEqual(await textOf('broken.docx', 'PK no zip'), ['0', 'damaged-file', 'broken.docx:']);
    assert.deepEqual(await textOf('none.docx', ''), ['0', 'damaged-file', 'none.docx:']);
  });
});

it('what is no text at all is named, and the others are read', async () => {
  await fixture.put('mixed/a.bin', Buffer.from([1, 0, 2]));
  await fixture.put('mixed/b.txt', ' \n');
  await fixture.put('mixed/c.md', '# Fine');
  assert.deepEqual(await fixture.read('files: mixed/*, source: s'), [
    ['0', 'binary-file', 'mixed/a.bin:'],
    ['1', 'empty-document', 'mixed/b.txt:'],
    ['2', { text: '# Fine', s: 'mixed/c.md' }],
  ]);
});
