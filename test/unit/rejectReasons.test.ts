import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { reasonOf } from '../../src/core/curate/checks/check.ts';
import { MEASURES, type MeasureName } from '../../src/core/curate/checks/measures.ts';
import { reasonsSaying, reasonText } from '../../webview/ui/reasons.ts';
import { createWording } from '../../webview/ui/wording.ts';
import { root } from '../support/machine.ts';

const words = createWording({}, 'en');

/** Where reasons stand in the source: as a field, in the type of one, and as what is handed to those that turn down. */
const FIELD = /\b(?:reason|problem): (?<given>'[a-z\d-]+'(?:\s*\|\s*'[a-z\d-]+')*)/gu;
const CHOICE = /\breason(?::| =)[^\n;]*\? (?<given>'[a-z-]+' : '[a-z-]+')/gu;
const CALL =
  /\b(?:failed|unusable|unfit|presence|absence|withinBounds|unreadable|turnDown|turnedDown|rejectAll)\((?<given>'[a-z-]+')/gu;
const FAILURE = /^ {2}\| (?<given>'[a-z-]+'),?;? \/\//gmu;

async function reasonsIn(folder: string, patterns: readonly RegExp[]): Promise<readonly string[]> {
  const files = await readdir(join(root, folder), { recursive: true });
  const found = files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map(async (file) => {
      const source = await readFile(join(root, folder, file), 'utf8');
      return patterns
        .flatMap((pattern) => [...source.matchAll(pattern)])
        .flatMap(({ groups }) => [...(groups?.['given'] ?? '').matchAll(/'(?<reason>[^']+)'/gu)])
        .map(({ groups }) => groups?.['reason'] ?? '');
    });
  return (await Promise.all(found)).flat();
}

describe('why records are turned down', () => {
  it('is told in plain words, whatever the engine gives as the reason', async () => {
    const folders = ['answers', 'curate', 'datasets', 'steps'].map((name) => join('src', 'core', name));
    const found = await Promise.all(folders.map((folder) => reasonsIn(folder, [FIELD, CHOICE, CALL])));
    const errors = await readFile(join(root, 'src', 'core', 'errors.ts'), 'utf8');
    const failures = [...errors.matchAll(FAILURE)].map(({ groups }) => (groups?.['given'] ?? '').replaceAll("'", ''));
    const measures = (Object.keys(MEASURES) as MeasureName[]).map((name) => reasonOf(name));
    const reasons = new Set([...found.flat(), ...failures, ...measures]);
    for (const known of ['no-list', 'below-minimum', 'contaminated', 'rate-limited', 'word-count', 'several-json'])
      assert.ok(reasons.has(known), `the search looks past ${known}`);
    assert.deepEqual(
      [...reasons].filter((reason) => reasonText(reason, words) === reason),
      [],
      'give these a text in webview/ui/reasons.ts',
    );
  });

  it('is found by those words', () => {
    assert.deepEqual(reasonsSaying('List in the Answer', words), ['no-list', 'ambiguous']);
    assert.deepEqual(reasonsSaying('nothing says this', words), []);
  });

  it('stays as it is where a reason is nobody’s', () => {
    assert.equal(reasonText('of-another-version', words), 'of-another-version');
    assert.equal(reasonText('constructor', words), 'constructor');
  });
});
