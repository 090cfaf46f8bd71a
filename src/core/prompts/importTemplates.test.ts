import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SYSTEM_CONSTANTS, TEMPLATE_CONSTANTS } from './curatorConstants.ts';
import { readImport, type ImportedTemplate } from './importTemplates.ts';
import { parseTemplate, readTemplate } from './parseTemplate.ts';
import { writePythonString } from './pythonString.ts';
import type { Template } from './template.ts';
import { loadTemplateLibrary } from './templateLibrary.ts';

let builtIns: ReadonlyMap<string, Template>;
before(async () => {
  builtIns = await loadTemplateLibrary(fileURLToPath(new URL('../library/prompts', import.meta.url)));
});

function imported(source: string): readonly ImportedTemplate[] {
  return readImport(source, builtIns).templates;
}

function only(source: string): { template: Template; warnings: readonly string[] } {
  const [first, ...rest] = imported(source);
  assert.ok(first !== undefined && rest.length === 0);
  return { template: parseTemplate(first.text, { id: first.id, source: first.id }), warnings: first.warnings };
}

test('every known constant becomes a template of the same purpose, with nothing to warn of', () => {
  const source = Object.entries(TEMPLATE_CONSTANTS).map(([constant, id]) => {
    const names = builtIns.get(id)?.placeholders ?? [];
    assert.ok(names.length > 0, `${id} is no built-in template`);
    return `${constant} = """Our ${id}:\n${names.map((name) => `{${name}}`).join('\n')}\n"""\n`;
  });
  const systems = Object.keys(SYSTEM_CONSTANTS).map((constant) => `${constant} = "${constant} it is."\n`);
  const { templates, skipped, mistakes } = readImport([...source, ...systems].join(''), builtIns);
  assert.deepEqual([skipped, mistakes], [[], []]);
  assert.equal(templates.length, 27);
  for (const { id, constant, builtIn, text, warnings } of templates) {
    const like = builtIns.get(TEMPLATE_CONSTANTS[constant] ?? '');
    assert.equal(builtIn, like?.id);
    assert.equal(id, `curator-${like?.id}`);
    assert.ok(!builtIns.has(id), `${id} would never be found by its name`);
    assert.deepEqual(warnings, [], id);
    const { template, diagnostics } = readTemplate(text, { id, source: id });
    assert.deepEqual(diagnostics, [], id);
    assert.match(template?.body ?? '', new RegExp(`^Our ${like?.id}:\n[^]*\\}\n$`, 'u'));
    assert.equal(template?.description, like?.description);
    assert.equal(template?.expects, like?.expects);
    assert.deepEqual(template?.sample, like?.sample);
    assert.equal(template?.system === undefined, like?.system === undefined);
  }
});

test('the system messages go with the rewriting templates, and braces in them stay braces', () => {
  const source = `
NEMOTRON_CC_SYSTEM_PROMPT = 'Answer as {"text": "…"}.'
NEMOTRON_CC_DISTILL_SYSTEM_PROMPT = "Be short."
DISTILL_PROMPT_TEMPLATE = "Shorten {document}"
WIKIPEDIA_REPHRASING_PROMPT_TEMPLATE = "Reword {document}"
KNOWLEDGE_LIST_PROMPT_TEMPLATE = "List {document}"
KNOWLEDGE_LIST_SYSTEM_PROMPT = "You know {field}."
`;
  const systems = imported(source).map(({ id, text, system }) => [
    id,
    system,
    parseTemplate(text, { id, source: id }).system,
  ]);
  assert.deepEqual(systems, [
    ['curator-distill', 'NEMOTRON_CC_DISTILL_SYSTEM_PROMPT', 'Be short.'],
    ['curator-wikipedia-rephrasing', 'NEMOTRON_CC_SYSTEM_PROMPT', 'Answer as {{"text": "…"}}.'],
    ['curator-knowledge-list', 'KNOWLEDGE_LIST_SYSTEM_PROMPT', 'You know {field}.'],
  ]);
});

test('a rewriting template without a system message in the file has the built-in one, and says so', () => {
  const { template, warnings } = only('DISTILL_PROMPT_TEMPLATE = "Shorten {document}"');
  assert.equal(template.system, builtIns.get('distill')?.system);
  assert.match(warnings.join(), /no system message/u);
});

test('a missing or an extra placeholder is a warning', () => {
  const { template, warnings } = only('DEFAULT_SUBTOPICS_PROMPT_TEMPLATE = "Parts of {macro_topic} in {tone}: {{x}}"');
  assert.deepEqual(template.placeholders, ['macro_topic', 'tone']);
  assert.deepEqual(Object.keys(template.sample), ['macro_topic']);
  assert.equal(warnings.length, 2);
  assert.match(warnings[0] ?? '', /no placeholder \{n_subtopics\}/u);
  assert.match(warnings[1] ?? '', /\{tone\} has no value.*values:/u);
});

test('templates of the file’s own get names of their own, which no built-in template has', () => {
  const source = [
    'MY_OWN_PROMPT_TEMPLATE = "a {b}"',
    '_MY__OWN_PROMPT_TEMPLATE = "c"',
    'STYLE_PROMPT_TEMPLATE = "d"',
    'CON_PROMPT_TEMPLATE = "e"',
    'CURATOR_SUBTOPICS_PROMPT_TEMPLATE = "f"',
    '__PROMPT_TEMPLATE = "g"',
    'lower_PROMPT_TEMPLATE = "h"',
    'ANYTHING_ELSE = "i"',
  ].join('\n');
  assert.deepEqual(
    imported(source).map(({ id, builtIn }) => [id, builtIn]),
    [
      ['my-own', null],
      ['my-own-2', null],
      ['curator-style', null],
      ['curator-con', null],
      ['curator-subtopics-2', null],
      ['template', null],
    ],
  );
});

test('what cannot be imported is told with its line and the reason', () => {
  const source = `DEFAULT_SUBTOPICS_PROMPT_TEMPLATE = (
    "one "
    f"{two}"
)
OWN_PROMPT_TEMPLATE = "Say {0} and {x!r}"
EMPTY_PROMPT_TEMPLATE = " "
NEMOTRON_CC_SYSTEM_PROMPT = "Nobody needs this."
DISTILL_PROMPT_TEMPLATE = make()
SOMETHING = f"{else}"
`;
  const { templates, skipped } = readImport(source, builtIns);
  assert.deepEqual(templates, []);
  assert.deepEqual(
    skipped.map(({ constant, line }) => [constant, line]),
    [
      ['DEFAULT_SUBTOPICS_PROMPT_TEMPLATE', 3],
      ['OWN_PROMPT_TEMPLATE', 5],
      ['EMPTY_PROMPT_TEMPLATE', 6],
      ['NEMOTRON_CC_SYSTEM_PROMPT', 7],
      ['DISTILL_PROMPT_TEMPLATE', 8],
    ],
  );
  const reasons = skipped.map(({ reason }) => reason);
  assert.match(reasons[0] ?? '', /f-string/u);
  assert.match(reasons[1] ?? '', /\{0\} is a number.*\{x!r\} converts/u);
  assert.match(reasons[2] ?? '', /no text/u);
  assert.match(reasons[3] ?? '', /no template of the file goes with it/u);
  assert.match(reasons[4] ?? '', /not a plain string/u);
});

test('texts come through as they are: front matter, blank lines, quotes and control characters in them mean nothing', () => {
  for (const body of [
    '---\nsystem: no\n---\n\nYes\n',
    '\n\nYes\n\n',
    '"Yes" \\n \t \x07 $& # no comment',
    '{{ }} 😀 \u2028',
  ]) {
    assert.equal(only(`OWN_PROMPT_TEMPLATE = ${writePythonString(body)}`).template.body, body);
  }
});

test('line ends of Windows that are part of a text are told, since a template file has none', () => {
  const { template, warnings } = only('OWN_PROMPT_TEMPLATE = "one\\r\\ntwo"');
  assert.equal(template.body, 'one\ntwo');
  assert.match(warnings.join(), /line ends/u);
});
