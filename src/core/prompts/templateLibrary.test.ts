import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { InvalidInputError } from '../errors.ts';
import { readTemplate } from './parseTemplate.ts';
import { compileTemplate } from './renderTemplate.ts';
import { loadTemplateLibrary } from './templateLibrary.ts';

const LIBRARY = fileURLToPath(new URL('../library/prompts', import.meta.url));

/** Templates of the prompt and rewriting pipelines with the placeholders their callers supply, in any order. */
const PLACEHOLDERS: Readonly<Record<string, readonly string[]>> = {
  'macro-topics': ['n_macro_topics'],
  subtopics: ['macro_topic', 'n_subtopics'],
  'open-qa-from-topics': ['topic', 'n_openlines'],
  'revise-open-qa': ['openline', 'n_revisions'],
  'writing-task': ['topic', 'text_material_type', 'n_openlines'],
  'revise-writing-task': ['openline', 'n_revisions'],
  'closed-qa': ['document', 'n_openlines'],
  'math-macro-topics': ['n_macro_topics', 'school_level'],
  'math-subtopics': ['macro_topic', 'n_subtopics'],
  'math-problem-general': ['topic', 'n_openlines'],
  'math-problem-beginner': ['topic', 'n_openlines'],
  'python-macro-topics': ['n_macro_topics'],
  'python-subtopics': ['macro_topic', 'n_subtopics'],
  'python-problem-beginner': ['topic', 'n_openlines', 'language'],
  'python-problem-intermediate': ['topic', 'n_openlines', 'language'],
  'python-problem-advanced': ['topic', 'n_openlines', 'language'],
  'math-classification': ['entity'],
  'python-classification': ['entity'],
  'yaml-conversion': ['llm_response'],
  'dialogue-normal-user-turn': ['conversation_history'],
  'dialogue-complex-user-turn': ['conversation_history'],
  'dialogue-concise-user-turn': ['conversation_history'],
  'wikipedia-rephrasing': ['document'],
  'diverse-qa': ['document'],
  distill: ['document'],
  'extract-knowledge': ['document'],
  'knowledge-list': ['document'],
  paraphrase: ['document'],
  format: ['document', 'target_format'],
  extract: ['document', 'schema'],
  style: ['document', 'style', 'tone', 'formality', 'level'],
  simplify: ['document', 'level'],
  translate: ['document', 'language'],
  'add-context': ['document'],
  explain: ['document'],
  instructions: ['document', 'n_pairs'],
  'code-examples': ['document', 'languages'],
  'multilingual-qa': ['document', 'n_pairs', 'language'],
  'label-classification': ['entity', 'labels'],
  'peft-titles': ['answer', 'n_variants'],
  'peft-questions': ['question', 'n_variants'],
  'peft-answers': ['answer', 'n_variants'],
  answer: ['prompt'],
  'judge-answerability': ['question', 'context', 'criteria'],
  'judge-quality': ['prompt', 'response'],
  'judge-helpfulness': ['prompt', 'response', 'scale_min', 'scale_max'],
  'judge-correctness': ['prompt', 'response', 'scale_min', 'scale_max'],
  'judge-coherence': ['prompt', 'response', 'scale_min', 'scale_max'],
  'judge-complexity': ['prompt', 'response', 'scale_min', 'scale_max'],
  'judge-verbosity': ['prompt', 'response', 'scale_min', 'scale_max'],
  'judge-safety': ['prompt', 'response', 'scale_min', 'scale_max'],
  'judge-pair': ['prompt', 'response_a', 'response_b', 'schema'],
  'judge-bias': ['prompt', 'response', 'scale_min', 'scale_max'],
};

test('every built-in template is there, with exactly the placeholders its callers supply', async () => {
  const library = await loadTemplateLibrary(LIBRARY);
  assert.deepEqual([...library.keys()].sort(), Object.keys(PLACEHOLDERS).sort());
  for (const [id, template] of library) {
    assert.equal(template.id, id);
    assert.equal(template.source, `builtin:${id}`);
    assert.deepEqual([...template.placeholders].sort(), [...(PLACEHOLDERS[id] ?? [])].sort(), id);
  }
});

test('every built-in template says what it is for and can be previewed with its sample', async () => {
  for (const [id, template] of await loadTemplateLibrary(LIBRARY)) {
    assert.ok(template.description.length > 10, `${id} has no description`);
    assert.ok(template.expects !== undefined, `${id} does not say what it expects`);
    assert.deepEqual(Object.keys(template.sample).sort(), [...template.placeholders].sort(), `sample of ${id}`);
    const rendered = compileTemplate(template.body)(template.sample);
    for (const value of Object.values(template.sample)) assert.ok(rendered.includes(String(value)), id);
    compileTemplate(template.system ?? '')(template.sample);
  }
});

test('every template that asks for a list says how many items, in which form', async () => {
  for (const [id, template] of await loadTemplateLibrary(LIBRARY)) {
    if (template.expects !== 'list' || id === 'yaml-conversion') continue;
    const count = template.placeholders.filter((name) => name.startsWith('n_'));
    assert.equal(count.length, 1, id);
    assert.match(template.body, new RegExp(`numbered list of exactly \\{${count[0] ?? ''}\\} lines`, 'u'), id);
  }
});

test('the rewriting templates have a system message, and distilling one of its own', async () => {
  const library = await loadTemplateLibrary(LIBRARY);
  const system = (id: string): string | undefined => library.get(id)?.system;
  assert.ok(system('wikipedia-rephrasing'));
  for (const id of ['diverse-qa', 'extract-knowledge', 'knowledge-list']) {
    assert.equal(system(id), system('wikipedia-rephrasing'), id);
  }
  assert.ok(system('distill'));
  assert.notEqual(system('distill'), system('wikipedia-rephrasing'));
});

test('every template that makes a text of another says in which language, and which words of a form stay English', async () => {
  const library = await loadTemplateLibrary(LIBRARY);
  const body = (id: string): string => library.get(id)?.body ?? assert.fail(id);
  const keeping = [
    'add-context',
    'closed-qa',
    'code-examples',
    'distill',
    'diverse-qa',
    'explain',
    'extract',
    'format',
  ];
  keeping.push('extract-knowledge', 'instructions', 'knowledge-list', 'paraphrase', 'simplify', 'style');
  keeping.push('wikipedia-rephrasing', 'revise-open-qa', 'revise-writing-task');
  keeping.push('peft-titles', 'peft-questions', 'peft-answers');
  for (const id of keeping) assert.match(body(id), /\blanguage\b/u, id);
  // What the readers look for in an answer is the same word in every language.
  for (const id of ['distill', 'diverse-qa', 'instructions', 'multilingual-qa', 'wikipedia-rephrasing'])
    assert.match(body(id), /\bEnglish\b/u, id);
});

test('the mistakes of all files of a folder are told together, each with its file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'openline-library-'));
  try {
    await writeFile(join(folder, 'good.prompt.md'), 'Say {word}.\n');
    await writeFile(join(folder, 'bad-one.prompt.md'), '{}');
    await writeFile(join(folder, 'bad-two.prompt.md'), 'a\n}');
    await writeFile(join(folder, 'notes.md'), '{}');
    await assert.rejects(loadTemplateLibrary(folder), (error) => {
      assert.ok(error instanceof InvalidInputError);
      assert.deepEqual(
        error.diagnostics.map(({ position }) => [position?.file, position?.line]),
        [
          [join(folder, 'bad-one.prompt.md'), 1],
          [join(folder, 'bad-two.prompt.md'), 2],
        ],
      );
      return true;
    });
  } finally {
    await rm(folder, { recursive: true });
  }
  await assert.rejects(loadTemplateLibrary(folder), InvalidInputError);
});

test('no built-in template has anything to warn of', async () => {
  for (const name of await readdir(LIBRARY)) {
    const text = await readFile(join(LIBRARY, name), 'utf8');
    assert.deepEqual(readTemplate(text, { id: name, source: name }).diagnostics, []);
  }
});
