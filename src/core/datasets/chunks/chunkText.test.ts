import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { loadTokenCounter, type TokenCounter } from '../../curate/tokens.ts';
import { PlanFixture } from '../../pipeline/planFixture.ts';
import { CHUNK_KINDS } from '../../pipeline/sourcePlan.ts';
import { chunkText, type Chunk } from './chunkText.ts';

let counter: TokenCounter;
let fixture: PlanFixture;
before(async () => {
  [counter, fixture] = await Promise.all([loadTokenCounter('o200k_base'), PlanFixture.create()]);
});
after(async () => {
  await fixture.dispose();
});

type By = (typeof CHUNK_KINDS)[number];

function cut(text: string, by: By, size: number | null = null, overlap = 0): readonly Chunk[] {
  return [...chunkText({ text }, { by, size, overlap }, counter)];
}

const GUIDE = [
  'Before it all.',
  '',
  '# Harbour',
  'Ships.',
  '```sh',
  '# no heading',
  '',
  'echo',
  '```',
  '## Berths ##',
  'Two.',
  '',
  'Three.',
  '',
  'Sea',
  '===',
  'Deep.',
].join('\n');

describe('chunks', () => {
  it('by headings hold the text under each, and know the headings above', () => {
    assert.deepEqual(
      cut(GUIDE, 'headings').map(({ text, headings }) => [headings, text]),
      [
        [[], 'Before it all.'],
        [['Harbour'], '# Harbour\nShips.\n```sh\n# no heading\n\necho\n```'],
        [['Harbour', 'Berths'], '## Berths ##\nTwo.\n\nThree.'],
        [['Sea'], 'Sea\n===\nDeep.'],
      ],
    );
  });

  it('by paragraphs are what blank lines separate, fences kept whole; with a size as many as fit', () => {
    assert.deepEqual(
      cut(GUIDE, 'paragraphs').map(({ text }) => text),
      [
        'Before it all.',
        '# Harbour\nShips.\n```sh\n# no heading\n\necho\n```\n## Berths ##\nTwo.',
        'Three.',
        'Sea\n===\nDeep.',
      ],
    );
    const text = 'One two three four.\n\nFive six seven.\n\nEight nine ten eleven twelve.\n\nLast.';
    assert.deepEqual(
      cut(text, 'paragraphs', 12).map((chunk) => chunk.text),
      ['One two three four.\n\nFive six seven.', 'Eight nine ten eleven twelve.\n\nLast.'],
    );
    assert.deepEqual(
      cut(text, 'paragraphs', 12, 6).map((chunk) => chunk.text),
      ['One two three four.\n\nFive six seven.', 'Five six seven.\n\nEight nine ten eleven twelve.\n\nLast.'],
    );
  });

  it('by tokens repeat the last words of the one before', () => {
    const words = Array.from({ length: 40 }, (_, index) => ['sea', 'tide', 'moon', 'wind'][index % 4] ?? '').join(' ');
    const chunks = cut(words, 'tokens', 15, 4);
    assert.ok(chunks.length > 2);
    for (const [index, chunk] of chunks.slice(1).entries()) {
      const before = chunks[index];
      assert.ok(before !== undefined && chunk.start < before.end && chunk.start > before.start);
      assert.ok(counter.fits(words.slice(chunk.start, before.end), 4));
    }
  });

  it('fit, stand where they say, and leave nothing out', () => {
    const word = fc.constantFrom(
      'tide',
      'Unwahrscheinlichkeit',
      '🌊🌊🌊',
      'naïve.',
      '# A',
      '\n\n',
      '\n',
      'ab'.repeat(60),
      '```',
    );
    const texts = fc.array(word, { maxLength: 60 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom(...CHUNK_KINDS),
        fc.integer({ min: 10, max: 30 }),
        fc.nat(9),
        (text, by, size, overlap) => {
          let covered = 0;
          for (const chunk of cut(text, by, size, overlap)) {
            assert.equal(text.slice(chunk.start, chunk.end), chunk.text);
            assert.ok(counter.fits(chunk.text, size), `${counter.count(chunk.text)} tokens of ${size}`);
            assert.equal(text.slice(covered, Math.max(covered, chunk.start)).trim(), '');
            assert.ok(chunk.end > covered, 'something new');
            assert.ok(chunk.text.isWellFormed());
            covered = chunk.end;
          }
          assert.equal(text.slice(covered).trim(), '');
        },
      ),
    );
  });
});

describe('a step that cuts', () => {
  it('gives each chunk a key behind that of its document, and its place', async () => {
    await fixture.put('guide.md', GUIDE);
    await fixture.put('notes.txt', 'One.\n\nTwo.\n');
    const told = await fixture.read('files: [guide.md, notes.txt], source: s, index: i, chunk: { by: headings }');
    assert.deepEqual(
      told.map((entry) => {
        const [key, { text, ...fields }] = entry as [string, Record<string, unknown>];
        assert.equal(typeof text, 'string');
        return [key, fields];
      }),
      [
        ['0.0', { s: 'guide.md:1', i: 0, chunk: { index: 0, start: 0, end: 14, headings: [], lines: [1, 1] } }],
        [
          '0.1',
          {
            s: 'guide.md#Harbour',
            i: 0,
            chunk: { index: 1, start: 16, end: 61, headings: ['Harbour'], lines: [3, 9] },
          },
        ],
        [
          '0.2',
          {
            s: 'guide.md#Berths',
            i: 0,
            chunk: { index: 2, start: 62, end: 87, headings: ['Harbour', 'Berths'], lines: [10, 13] },
          },
        ],
        [
          '0.3',
          { s: 'guide.md#Sea', i: 0, chunk: { index: 3, start: 89, end: 102, headings: ['Sea'], lines: [15, 17] } },
        ],
        ['1.0', { s: 'notes.txt:1-3', i: 1, chunk: { index: 0, start: 0, end: 10, headings: [], lines: [1, 3] } }],
      ],
    );
  });

  it('cuts a field of records, and values', async () => {
    await fixture.put('d.jsonl', '{"body":"One.\\n\\nTwo.","n":1}\n');
    assert.deepEqual(
      await fixture.read('files: d.jsonl, field: body, source: s, chunk: { by: paragraphs, into: at }'),
      [
        ['0.0', { body: 'One.', n: 1, s: 'd.jsonl:1#char=0,4', at: { index: 0, start: 0, end: 4 } }],
        ['0.1', { body: 'Two.', n: 1, s: 'd.jsonl:1#char=6,10', at: { index: 1, start: 6, end: 10 } }],
      ],
    );
    assert.deepEqual(await fixture.read('values: ["a\\n\\nb", 5], chunk: { by: paragraphs }'), [
      ['0.0', { text: 'a', chunk: { index: 0, start: 0, end: 1 } }],
      ['0.1', { text: 'b', chunk: { index: 1, start: 3, end: 4 } }],
      ['1', 'not-text', 'r:'],
    ]);
  });
});
