import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EndpointsText, UnreadableEndpointsError } from './endpointsText.ts';

const file = `# ours
endpoints:
  # the fast one
  first: { base_url: "http://first.test/v1", model: m } # keep

  # the careful one
  second:
    base_url: http://second.test/v1 # over there
    model: large
  third: { base_url: "http://third.test/v1" }
`;

function changed(change: (text: EndpointsText) => void, before = file): string {
  const text = new EndpointsText(before);
  change(text);
  return text.toString();
}

/** The comments of a text, in their order. */
const commentsOf = (text: string): readonly string[] => [...text.matchAll(/#.*/gu)].map(([comment]) => comment);

test('a profile moves with the comments above it, and all others stay', () => {
  const down = changed((text) => text.move('first', 1));
  assert.deepEqual(new EndpointsText(down).names(), ['second', 'first', 'third']);
  assert.deepEqual(commentsOf(down), ['# ours', '# the careful one', '# over there', '# the fast one', '# keep']);
  assert.match(down, /# the fast one\n {2}first: \{ base_url: "http:\/\/first\.test\/v1", model: m \} # keep/u);
  assert.equal(changed((text) => text.move('first', 0), down).replaceAll('\n\n', '\n'), file.replaceAll('\n\n', '\n'));
});

test('the first profile of an empty map stands on lines of its own', () => {
  const text = changed((endpoints) => endpoints.set('first', { base_url: 'http://first.test/v1' }), 'endpoints: {}\n');
  assert.equal(text, 'endpoints:\n  first:\n    base_url: http://first.test/v1\n');
});

test('a copy stands behind its original, written in the same way', () => {
  const text = changed((endpoints) => endpoints.duplicate('second', 'second-2'));
  assert.deepEqual(new EndpointsText(text).names(), ['first', 'second', 'second-2', 'third']);
  assert.match(text, /second-2:\n {4}base_url: http:\/\/second\.test\/v1/u);
});

test('a profile that goes takes along its comments, and is no default any more', () => {
  const text = changed((endpoints) => {
    endpoints.setDefault('first');
    endpoints.remove('first');
  });
  assert.deepEqual(new EndpointsText(text).names(), ['second', 'third']);
  assert.doesNotMatch(text, /the fast one|default/u);
  assert.match(text, /# ours/u);
});

test('the default is one line of the file', () => {
  const text = changed((endpoints) => endpoints.setDefault('second'));
  assert.match(text, /^default: second$/mu);
  assert.doesNotMatch(
    changed((endpoints) => endpoints.setDefault(undefined), text),
    /default/u,
  );
});

test('one field changes, the others stay', () => {
  const text = changed((endpoints) => {
    endpoints.setField('second', 'model', 'small');
    endpoints.setField('first', 'model', undefined);
  });
  assert.match(text, /model: small/u);
  assert.match(text, /first: \{ base_url: "http:\/\/first\.test\/v1" \}/u);
});

test('an empty file, one of comments, and one without profiles take the first one', () => {
  for (const before of ['', '# nothing yet\n', 'endpoints:\n', 'default: x\n']) {
    const text = changed((endpoints) => endpoints.set('new', { base_url: 'http://new.test/v1' }), before);
    assert.deepEqual(new EndpointsText(text).names(), ['new'], before);
    assert.equal(commentsOf(text).length, commentsOf(before).length);
  }
});

test('a file with a mistake is left alone', () => {
  for (const text of ['endpoints: [', '- a\n', 'endpoints: none\n']) {
    assert.throws(() => new EndpointsText(text), UnreadableEndpointsError, text);
  }
});
