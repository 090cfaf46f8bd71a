import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { bundleOf, collectStrings } from '../../l10n/collectStrings.ts';
import { root } from '../support/machine.ts';

/** What is no word of a language: the product's name. */
const NAMES = new Set(['Openline']);

const texts = z.record(z.string(), z.string());
const readTexts = async (path: string) => texts.parse(JSON.parse(await readFile(join(root, path), 'utf8')));

/** `{0}`, `{name}` in a text. */
const gaps = (text: string): readonly string[] => (text.match(/\{\w+\}/gu) ?? []).sort();

describe('what a person reads', () => {
  it('goes through the translations, in the extension and in the panels', async () => {
    const { unwrapped, computed, wrapped } = await collectStrings(root);
    assert.ok(wrapped.length > 300, 'nothing was found: the search looks past the code');
    assert.deepEqual(
      unwrapped.filter(({ text }) => !NAMES.has(text)),
      [],
      'wrap these in l10n.t (extension) or words.t (panels)',
    );
    assert.deepEqual(computed, [], 'a text that is put together has no translation: use {0}');
  });

  it('is written down for translators, who get every string once', async () => {
    const strings = await collectStrings(root);
    const bundle = texts.parse(JSON.parse(bundleOf(strings)));
    for (const { text, place } of strings.wrapped) assert.equal(bundle[text], text, place);
    // Panels take `t` out of the words; of the extension `l10n.t` is called.
    for (const text of ['Next Record', 'Open Pipeline']) {
      assert.equal(bundle[text], text, 'a text of a panel');
    }
  });

  it('has no braces but those of its gaps, which VS Code would take for one', async () => {
    const { wrapped } = await collectStrings(root);
    for (const { text, place } of wrapped) {
      assert.doesNotMatch(text.replaceAll(/\{\w+\}/gu, ''), /[{}]/u, place);
    }
  });

  it('has a text in package.nls.json for each key of the manifest, and no text too many', async () => {
    const manifest = await readFile(join(root, 'package.json'), 'utf8');
    const used = new Set([...manifest.matchAll(/"%(?<key>[^%"]+)%"/gu)].map(({ groups }) => groups?.['key'] ?? ''));
    const there = Object.keys(await readTexts('package.nls.json'));
    assert.deepEqual(
      there.filter((key) => !used.has(key)),
      [],
      'texts that nothing shows',
    );
    assert.deepEqual(
      [...used].filter((key) => !there.includes(key)),
      [],
      'keys without a text',
    );
  });

  it('stands in the manifest as keys alone', async () => {
    const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const { contributes } = z.object({ contributes: z.unknown() }).parse(manifest);
    assert.deepEqual(wordsIn(contributes, ''), []);
  });

  it('keeps its gaps in translations', async () => {
    const english = await readTexts('package.nls.json');
    const { wrapped } = await collectStrings(root);
    for (const name of await readdir(join(root, 'l10n'))) {
      if (!/^bundle\.l10n\..+\.json$/u.test(name)) continue;
      for (const [text, translation] of Object.entries(await readTexts(join('l10n', name)))) {
        assert.ok(
          wrapped.some((found) => found.text === text),
          `${name}: nothing shows “${text}” any more`,
        );
        assert.deepEqual(gaps(translation), gaps(text), `${name}: “${text}”`);
      }
    }
    for (const name of await readdir(root)) {
      if (!/^package\.nls\..+\.json$/u.test(name)) continue;
      for (const key of Object.keys(await readTexts(name))) assert.ok(key in english, `${name}: ${key}`);
    }
  });
});

/** Properties of the manifest that people read. */
const READ = new Set(
  [
    'title',
    'name',
    'displayName',
    'userDescription',
    'description',
    'markdownDescription',
    'contents',
    'altText',
  ].concat(['enumDescriptions', 'markdownEnumDescriptions', 'markdownDeprecationMessage', 'detail']),
);

/** Words that stand in the manifest themselves. JSON Schemas of profiles and tools are for editors and models. */
function wordsIn(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((element, index) => wordsIn(element, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const at = `${path}.${name}`;
    if (name === 'inputSchema' || name === 'additionalProperties') return [];
    const told = Array.isArray(inner) ? inner : [inner];
    const bare = told.filter((text) => typeof text === 'string' && / \p{L}/u.test(text) && !/^%.+%$/u.test(text));
    return [...(READ.has(name) ? bare.map((text) => `${at}: ${String(text)}`) : []), ...wordsIn(inner, at)];
  });
}
