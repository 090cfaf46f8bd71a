import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Diagnostic, InvalidInputError } from '../errors.ts';
import { createTemplate, parseTemplate, readTemplate } from './parseTemplate.ts';

const ORIGIN = { id: 'subtopics', source: 'builtin:subtopics', file: 'prompts/subtopics.prompt.md' };

const FILE = `---
description: Subtopics of a macro topic
system: You know {field}.
expects: list
sample: { macro_topic: Space exploration, n_subtopics: 5, field: science }
---
Name {n_subtopics} subtopics of {macro_topic}.
`;

function diagnosticsOf(text: string): readonly Diagnostic[] {
  try {
    parseTemplate(text, ORIGIN);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.diagnostics;
    throw error;
  }
  return [];
}

function where(text: string): string[] {
  return diagnosticsOf(text).map(({ code, position }) => `${code} ${position?.line}:${position?.column}`);
}

test('reads front matter and body', () => {
  const template = parseTemplate(FILE, ORIGIN);
  assert.equal(template.id, 'subtopics');
  assert.equal(template.source, 'builtin:subtopics');
  assert.equal(template.description, 'Subtopics of a macro topic');
  assert.equal(template.system, 'You know {field}.');
  assert.equal(template.expects, 'list');
  assert.deepEqual(template.sample, { macro_topic: 'Space exploration', n_subtopics: 5, field: 'science' });
  assert.equal(template.body, 'Name {n_subtopics} subtopics of {macro_topic}.');
  assert.deepEqual(template.placeholders, ['n_subtopics', 'macro_topic', 'field']);
  assert.match(template.hash, /^[0-9a-f]{64}$/u);
});

test('front matter is optional', () => {
  const template = parseTemplate('Say {word}.\n', ORIGIN);
  assert.equal(template.body, 'Say {word}.');
  assert.equal(template.description, '');
  assert.deepEqual(template.sample, {});
  assert.equal(parseTemplate('---\n---\nSay {word}.', ORIGIN).body, 'Say {word}.');
});

test('drops the byte order mark, one blank line after the front matter and the last newline, and turns CRLF into LF', () => {
  const windows = `\uFEFF---\r\ndescription: x\r\n---\r\n\r\nOne\r\n\r\nTwo\r\n`;
  const template = parseTemplate(windows, ORIGIN);
  assert.equal(template.body, 'One\n\nTwo');
  assert.equal(template.description, 'x');
  assert.equal(parseTemplate('---\n---\n\n\nOne\n\n', ORIGIN).body, '\nOne\n');
  assert.equal(parseTemplate('\uFEFFOne', ORIGIN).body, 'One');
});

test('a rule of dashes further down is part of the body', () => {
  assert.equal(parseTemplate('One\n---\nTwo\n', ORIGIN).body, 'One\n---\nTwo');
  assert.equal(parseTemplate('---\n---\nOne\n---\nTwo\n', ORIGIN).body, 'One\n---\nTwo');
});

test('mistakes in the body have line and column in the file', () => {
  assert.deepEqual(where('---\ndescription: x\n---\n\nfirst\n  {x.y} and {}\n'), [
    'placeholder-syntax 6:3',
    'nameless-placeholder 6:13',
  ]);
  assert.deepEqual(where('\uFEFFa\r\nb }\r\n'), ['unbalanced-brace 2:3']);
});

test('a mistake is told with the range it covers', () => {
  const [diagnostic] = diagnosticsOf('ok {0}');
  assert.deepEqual(diagnostic?.position, { file: ORIGIN.file, line: 1, column: 4, endLine: 1, endColumn: 7 });
});

test('unknown keys are named with the nearest valid one, at their place', () => {
  const text = '---\nexpects: list\ndescripton: x\n---\nbody';
  const [diagnostic] = diagnosticsOf(text);
  assert.equal(diagnostic?.code, 'unknown-key');
  assert.match(diagnostic.message, /descripton.*did you mean description\?.*description, system, expects, sample/u);
  assert.deepEqual(where(text), ['unknown-key 3:1']);
});

test('wrong values are refused at their place', () => {
  assert.deepEqual(where('---\nexpects: lists\n---\nbody'), ['unknown-value 2:10']);
  assert.deepEqual(where('---\ndescription: [1]\n---\nbody'), ['wrong-type 2:14']);
  assert.deepEqual(where('---\nsample: { a: 1, b: [x] }\n---\n{a}{b}'), ['wrong-type 2:20']);
  assert.deepEqual(where('---\nsample: 3\n---\nbody'), ['wrong-type 2:9']);
  assert.deepEqual(where('---\n- a\n---\nbody'), ['wrong-type 2:1']);
  assert.deepEqual(where('---\nsystem: hello {\n---\nbody'), ['unbalanced-brace 2:9']);
});

test('a slip in the YAML is told at its place', () => {
  const [place, ...more] = where('---\ndescription: "x\n---\nbody');
  assert.match(place ?? '', /^yaml-syntax [23]:/u);
  assert.deepEqual(more, []);
});

test('front matter that is never closed, and a template without text, are mistakes', () => {
  assert.deepEqual(where('---\ndescription: x\n'), ['unclosed-front-matter 1:1']);
  assert.deepEqual(where('---\ndescription: x\n---\n\n'), ['empty-template 5:1']);
  assert.deepEqual(where(''), ['empty-template 1:1']);
});

test('everything that is wrong is told at once', () => {
  assert.deepEqual(where('---\nfoo: 1\nexpects: no\n---\n{}'), [
    'unknown-value 3:10',
    'unknown-key 2:1',
    'nameless-placeholder 5:1',
  ]);
});

test('a sample that does not fit the placeholders is a warning', () => {
  const { template, diagnostics } = readTemplate('---\nsample: { topics: x }\n---\nOn {topic}', ORIGIN);
  assert.equal(template?.body, 'On {topic}');
  assert.deepEqual(
    diagnostics.map(({ severity, code }) => `${severity} ${code}`),
    ['warning sample-mismatch', 'warning sample-mismatch'],
  );
  assert.match(diagnostics[0]?.message ?? '', /did you mean topic\?/u);
});

test('the hash is of body and system, and of nothing else', () => {
  const hash = (text: string): string => parseTemplate(text, ORIGIN).hash;
  assert.equal(hash('---\ndescription: a\n---\nbody'), hash('body\n'));
  assert.notEqual(hash('---\nsystem: a\n---\nbody'), hash('body'));
  assert.notEqual(hash('body'), hash('body2'));
});

test('a template made of parts equals the same one from a file', () => {
  const made = createTemplate(
    {
      body: 'Name {n_subtopics} subtopics of {macro_topic}.',
      system: 'You know {field}.',
      description: 'Subtopics of a macro topic',
      expects: 'list',
      sample: { macro_topic: 'Space exploration', n_subtopics: 5, field: 'science' },
    },
    ORIGIN,
  );
  assert.deepEqual(made, parseTemplate(FILE, ORIGIN));
  assert.throws(() => createTemplate({ body: 'a\n{0}' }, ORIGIN), /subtopics\.prompt\.md:2:1: /u);
  assert.equal(createTemplate({ body: '---\nx' }, ORIGIN).body, '---\nx');
});

test('any body without braces survives a file of either line end', () => {
  const line = fc.string().map((text) => text.replaceAll(/[{}\r\n\uFEFF]/gu, ''));
  const body = fc
    .array(line, { minLength: 1 })
    .map((lines) => lines.join('\n'))
    .filter((text) => text.trim() !== '');
  fc.assert(
    fc.property(body, fc.constantFrom('\n', '\r\n'), fc.boolean(), (text, newline, mark) => {
      const file = `${mark ? '\uFEFF' : ''}---\ndescription: x\n---\n\n${text}\n`.replaceAll('\n', newline);
      assert.equal(parseTemplate(file, ORIGIN).body, text);
    }),
  );
});

test('never throws anything but what is told about the file', () => {
  const piece = fc.constantFrom(
    '---',
    '\n',
    'sample:',
    ' ',
    'a',
    '{',
    '}',
    '&a',
    '*a',
    '[',
    ': ',
    '- ',
    '"',
    '!!x',
    '\r\n',
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const { template, diagnostics } = readTemplate(pieces.join(''), ORIGIN);
      assert.ok(template !== undefined || diagnostics.some(({ severity }) => severity === 'error'));
    }),
    { numRuns: 500 },
  );
});
