import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatRow } from './csv.ts';

/** Reads CSV as RFC 4180 describes it, with LF or CRLF between the rows. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at += 1) {
        assert.ok(at < text.length, 'a quote is not closed');
        if (text[at] === '"') at += 1;
        cell += text[at] ?? '';
      }
      at += 1;
    } else while (at < text.length && !',\n'.includes(text[at] ?? '')) cell += text[at++] ?? '';
    row.push(cell);
    const end = text[at];
    at += 1;
    if (end === ',') continue;
    assert.equal(end, '\n');
    rows.push(row);
    row = [];
  }
  return rows;
}

/** Takes back the protection against formulas, as the documentation says. */
const plain = (text: string): string => (/^'+[=+\-@\t\r\n＝＋－＠]/u.test(text) ? text.slice(1) : text);

describe('csv', () => {
  const cell = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', "'", '=', '-', '+', '@', '\t', ' ', 'a', '1', '＝') }),
  );
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1 }));

  it('comes back as it was, whatever the texts hold', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const raw = rows.map((row) => `${formatRow(row, true)}\n`).join('');
        assert.deepEqual(parseCsv(raw), rows);
        const safe = rows.map((row) => `${formatRow(row, false)}\n`).join('');
        assert.deepEqual(
          parseCsv(safe).map((row) => row.map(plain)),
          rows,
        );
      }),
    );
  });

  it('has no text that a spreadsheet takes for a formula, unless asked', () => {
    const hostile = ['=HYPERLINK("http://x","y")', '+1+cmd', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '＝1', '- a list'];
    for (const text of hostile) {
      const [[first]] = parseCsv(`${formatRow([text], false)}\n`) as [[string]];
      assert.equal(first, `'${text}`);
      assert.deepEqual(parseCsv(`${formatRow([text], true)}\n`), [[text]]);
    }
    assert.equal(formatRow([-5, '-5', '+1.5e3', "it's", "'quoted'"], false), "-5,-5,+1.5e3,it's,'quoted'");
    assert.equal(formatRow(["'=1", '=1'], false), "''=1,'=1", 'an apostrophe of its own can be told from ours');
  });
});
