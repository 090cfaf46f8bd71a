import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Edit } from './edit.ts';
import { collapseWhiteSpace, normalizeNewlines, removeUrls } from './plainText.ts';
import { PLAIN_EDITS } from './plainEdits.ts';
import { prepareEdits } from './prepareEdits.ts';
import { REDACTED_KINDS, redact } from './redact.ts';
import { repairUnicode } from './repairUnicode.ts';
import { stripHtml } from './stripHtml.ts';

const pairs = (work: (text: string) => string, cases: readonly (readonly [string, string])[]): void => {
  for (const [text, expected] of cases) {
    it(`${JSON.stringify(text)} becomes ${JSON.stringify(expected)}`, () => {
      assert.equal(work(text), expected);
    });
  }
};

describe('strip_html', () => {
  pairs(stripHtml, [
    ['<p>One &amp;\n  two</p><p>three<br/>four</p>', 'One &\ntwo\n\nthree\nfour'],
    ['<ul><li>a</li><li><b>b</b></li></ul>end', 'a\n\nb\n\nend'],
    ['<style>p{}</style><script>let a = "<p>";</script>x<!-- y -->z', 'xz'],
    ['<table><tr><td>a</td><td>b</td></tr></table>', 'a b'],
    ['no tags:  a < b &lt; c', 'no tags: a < b < c'],
    ['&eacute;t&#233; &nbsp; &#x1F600;', 'été 😀'],
    ['<p>never closed <i>here', 'never closed here'],
  ]);
});

describe('repair_unicode', () => {
  pairs(repairUnicode, [
    ['cafÃ©', 'café'],
    ['donâ€™t â€œquoteâ€\u009d â€“ â€”', 'don’t “quote” – —'],
    ['Ã¢â‚¬â„¢', '’'],
    ['5Â°C Â£5', '5°C £5'],
    ['æ—¥æœ¬èªž', '日本語'],
    ['ÐŸÑ€Ð¸Ð²ÐµÑ‚', 'Привет'],
    ['ðŸ˜€', '😀'],
    ['a\u0000b\ufeffc\u0008', 'abc'],
    ['e\u0301', 'é'],
    // Right as it is.
    ['café… “Élan” – naïve, à la carte, ÅNGSTRÖM', 'café… “Élan” – naïve, à la carte, ÅNGSTRÖM'],
    ['Tony’s café…” he said', 'Tony’s café…” he said'],
    ['日本語 Привет 😀', '日本語 Привет 😀'],
  ]);

  it('undoes what a wrong reading has done to words, and leaves them alone otherwise', () => {
    const word = fc.stringMatching(/^[a-zäöüßéèêñçå]{1,12}$/u);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
        const text = words.join(' ').normalize('NFC');
        const misread = new TextDecoder('windows-1252').decode(new TextEncoder().encode(text));
        assert.equal(repairUnicode(misread), text);
        assert.equal(repairUnicode(text), text);
      }),
    );
  });
});

describe('white space and URLs', () => {
  it('are levelled', () => {
    assert.equal(collapseWhiteSpace('  a \t b \r\n\n\n\n c\n'), 'a b\n\nc');
    assert.equal(normalizeNewlines('a\r\nb\n\n\n\nc\n\nd\re'), 'a\nb\n\nc\n\nd\ne');
    assert.equal(
      removeUrls('See https://a.example/x?y=1, or www.b.example now.'),
      'See, or now.'.replace('See,', 'See ,'),
    );
    assert.equal(removeUrls('https://a.example/x is down'), 'is down');
    assert.equal(removeUrls('(http://a.example/x)'), '()');
    assert.equal(removeUrls('no address: www, http'), 'no address: www, http');
  });
});

describe('redact', () => {
  const all = (text: string): string => redact(text, REDACTED_KINDS, '[{kind}]');
  pairs(all, [
    ['Write to jane.doe+x@mail.example.org.', 'Write to [email].'],
    ['Card 4111 1111 1111 1111, exp 12/29', 'Card [card], exp 12/29'],
    ['Not one: 4111 1111 1111 1112', 'Not one: 4111 1111 1111 1112'],
    ['IBAN DE89 3704 0044 0532 0130 00 and GB82WEST12345698765432', 'IBAN [iban] and [iban]'],
    ['Not one: DE00 3704 0044 0532 0130 00', 'Not one: DE00 3704 0044 0532 0130 00'],
    ['Host 192.168.0.1:80, 2001:db8::ff00:42:8329', 'Host [ip]:80, [ip]'],
    ['Version 1.2.3.400 and 300.1.1.1', 'Version 1.2.3.400 and 300.1.1.1'],
    ['Call +49 30 1234567 or (555) 010-9999 or 030/1234567', 'Call [phone] or [phone] or [phone]'],
    ['SSN 123-45-6789', 'SSN [ssn]'],
    [
      'On 2026-11-21 at 10:30 we sold 1,000,000 units for 12345678.',
      'On 2026-11-21 at 10:30 we sold 1,000,000 units for 12345678.',
    ],
    ['ratio 3.14159265 in 2019/2020, room 0815', 'ratio 3.14159265 in 2019/2020, room 0815'],
  ]);

  it('replaces only the kinds that are wanted, by what is wanted', () => {
    assert.equal(redact('a@b.example 10.0.0.1', ['ip'], 'X'), 'a@b.example X');
    assert.equal(redact('a@b.example', ['email'], '<{kind}> {kind}'), '<email> email');
  });

  it('comes to an end on long runs', () => {
    for (const run of ['1', 'a.', '1-', 'a@', '1:', '+1 ', 'DE89 '])
      assert.equal(typeof all(run.repeat(20_000)), 'string');
  });
});

async function edited(text: string, ...edits: readonly Edit[]): Promise<string> {
  const result = (await prepareEdits(edits))(text);
  return 'text' in result ? result.text : `${result.reason}: ${result.message}`;
}

describe('edits', () => {
  it('slice between markers or indices', async () => {
    const slice = (text: string, options: object): Promise<string> =>
      edited(text, { kind: 'slice', withMarkers: false, ...options });
    assert.equal(await slice('x <a> y </a> z', { from: '<a>', to: '</a>' }), ' y ');
    assert.equal(await slice('x <a> y </a> z', { from: '<a>', to: '</a>', withMarkers: true }), '<a> y </a>');
    assert.equal(await slice('a|b|c', { from: '|' }), 'b|c');
    assert.equal(await slice('a|b|c', { to: '|' }), 'a');
    assert.equal(await slice('😀bcd', { from: 1, to: 3 }), 'bc');
    assert.equal(await slice('abcd', { from: 1, to: -1 }), 'bc');
    assert.equal(await slice('abcd', { from: '|' }), 'missing-marker: the text has no "|" to cut at');
    assert.equal(await slice('b|a', { from: '|', to: 'b' }), 'missing-marker: the text has no "b" to cut at');
  });

  it('remove lines and replace by patterns', async () => {
    assert.equal(
      await edited('Keep\r\nSource: x\nsource: y', { kind: 'remove_lines', pattern: '^source:', ignoreCase: true }),
      'Keep\r',
    );
    assert.equal(
      await edited('a1b22', { kind: 'replace', pattern: '([0-9]+)', with: '<$1>', ignoreCase: false }),
      'a<1>b<22>',
    );
  });

  it('follow each other, and tell when nothing is left', async () => {
    assert.equal(await edited(' “**a**” ', { kind: 'remove_quotes' }, { kind: 'remove_markdown' }), 'a');
    assert.equal(
      await edited('http://a.example', { kind: 'remove_urls' }, { kind: 'trim' }),
      'empty: nothing is left of the text after remove_urls',
    );
    assert.equal(await edited(' ', { kind: 'trim' }), '');
  });

  it('without options never fail, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        for (const work of Object.values(PLAIN_EDITS)) assert.equal(typeof work(text), 'string');
      }),
    );
  });
});
