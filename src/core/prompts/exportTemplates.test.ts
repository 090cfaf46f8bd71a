import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { InvalidInputError } from '../errors.ts';
import { exportTemplates, writePythonTemplates } from './exportTemplates.ts';
import { readImport } from './importTemplates.ts';
import { createTemplate, parseTemplate } from './parseTemplate.ts';
import { readPythonConstants } from './pythonConstants.ts';
import type { Template } from './template.ts';
import { loadTemplateLibrary } from './templateLibrary.ts';

const LIBRARY = fileURLToPath(new URL('../library/prompts', import.meta.url));

function template(id: string, body: string, system?: string): Template {
  return createTemplate({ body, ...(system === undefined ? {} : { system }) }, { id, source: id });
}

function namesIn(python: string): string[] {
  return readPythonConstants(python).constants.map(({ name }) => name);
}

test('what is exported can be imported again and says the same', async () => {
  const builtIns = await loadTemplateLibrary(LIBRARY);
  const templates = [
    template('curator-subtopics', 'Parts of {macro_topic}:\n"""\\n"""\n'),
    template('curator-diverse-qa', 'Ask {document}', 'Be {{exact}}.'),
    template('curator-knowledge-list', 'List {document}', 'Be {{exact}}.'),
    template('curator-extract-knowledge', 'Extract {document}', 'Know {field}.'),
    template('curator-wikipedia-rephrasing', 'Reword {document}'),
    template('curator-distill', 'Shorten {document}'),
    template('my-own', 'Say "{word}"', 'You are {who}, in {{braces}}.'),
  ];
  const python = writePythonTemplates(templates);
  const { templates: back, skipped } = readImport(python, builtIns);
  assert.deepEqual(skipped, []);
  assert.deepEqual(
    back.map(({ id, text }) => {
      const { body, system } = parseTemplate(text, { id, source: id });
      return { id, body, system };
    }),
    templates.map(({ id, body, system }) => ({ id, body, system })),
  );
  assert.match(python, /^NEMOTRON_CC_SYSTEM_PROMPT = "Be \{exact\}\."$/mu);
});

test('every template has one constant of its own', () => {
  const ids = [
    'curator-subtopics',
    'subtopics',
    'macro-topics',
    'my-own',
    'my.own',
    '2d shapes',
    'distill-',
    'default-subtopics',
  ];
  assert.deepEqual(namesIn(writePythonTemplates(ids.map((id) => template(id, `{x} ${id}`)))), [
    'DEFAULT_SUBTOPICS_PROMPT_TEMPLATE',
    'SUBTOPICS_PROMPT_TEMPLATE',
    'DEFAULT_MACRO_TOPICS_PROMPT_TEMPLATE',
    'MY_OWN_PROMPT_TEMPLATE',
    'MY_OWN_2_PROMPT_TEMPLATE',
    'TEMPLATE_2D_SHAPES_PROMPT_TEMPLATE',
    'DISTILL__PROMPT_TEMPLATE',
    'DEFAULT_SUBTOPICS_2_PROMPT_TEMPLATE',
  ]);
});

test('exports a folder, and refuses one with a broken template', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'openline-export-'));
  try {
    await writeFile(
      join(folder, 'curator-closed-qa.prompt.md'),
      '---\ndescription: x\n---\n\nAsk {n_openlines} of {document}\n',
    );
    const python = await exportTemplates(folder);
    assert.deepEqual(
      readPythonConstants(python).constants.map(({ name, value }) => [name, value]),
      [['DEFAULT_CLOSED_QA_PROMPT_TEMPLATE', 'Ask {n_openlines} of {document}']],
    );
    await writeFile(join(folder, 'bad.prompt.md'), '{}');
    await assert.rejects(exportTemplates(folder), InvalidInputError);
  } finally {
    await rm(folder, { recursive: true });
  }
});
