import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { KnownFields } from '../../../core/pipeline/knownFields.ts';
import { PlanFixture } from '../../../core/pipeline/planFixture.ts';
import { validatePipeline } from '../../../core/pipeline/planPipeline.ts';
import type { TemplateUse } from '../../../core/pipeline/templateUse.ts';
import { renameField, type FieldFacts } from './fieldRename.ts';

let fixture: PlanFixture;
before(async () => {
  fixture = await PlanFixture.create();
  await writeFile(join(fixture.root, 'a.jsonl'), '{"document": "Tides."}\n');
});
after(() => fixture.dispose());

async function inspect(text: string): Promise<FieldFacts> {
  const uses: TemplateUse[] = [];
  let fields: ReadonlyMap<string, KnownFields> = new Map();
  const mistakes = await validatePipeline(
    { file: join(fixture.root, 'named.openline.yaml'), text },
    {
      ...fixture.context,
      onFields: (known) => (fields = known),
      onTemplate: (use) => uses.push(use),
    },
  );
  return { mistakes: mistakes.map(({ code }) => code).sort(), fields, uses };
}

async function renamed(text: string, name: string, newName: string): Promise<string> {
  assert.deepEqual((await inspect(text)).mistakes, [], 'the pipeline of the test is right');
  const outcome = await renameField(text, name, newName, inspect);
  if ('obstacle' in outcome) return `refused: ${outcome.obstacle.kind}`;
  return outcome.changes.reduceRight(
    (rest, { start, end, text: by }) => rest.slice(0, start) + by + rest.slice(end),
    text,
  );
}

const head = `openline: 1
endpoint: sample
steps:
  - id: topics
    read: { values: [Tides, Ferries], into: topic } # to ask about
`;

test('a field is renamed where it is made, bound, measured, in expressions and outputs, and nowhere else', async () => {
  const text = `${head}  - id: questions
    generate: { prompt: { text: 'Two questions about {subject}.' }, bind: { subject: topic }, expect: { list: question } }
  - id: measured
    modify:
      text: question
      edit: [trim]
      compute: { length: 'len(question) + len("question")', first: topic }
  - id: kept
    filter: { text: [topic, 'question'], checks: [{ word_count: { min: 0 } }], when: "question != topic" }
  - id: once
    dedup: { fields: [question] }
outputs:
  - { path: data/a.jsonl, fields: [topic, question] }
  - { path: data/b.jsonl, map: { question: question } }
`;
  const expected = text
    .replace('list: question', 'list: asked')
    .replace('text: question', 'text: asked')
    .replace('len(question) +', 'len(asked) +')
    .replace("'question'], checks", "'asked'], checks")
    .replace('"question != topic"', '"asked != topic"')
    .replace('fields: [question]', 'fields: [asked]')
    .replace('[topic, question]', '[topic, asked]')
    .replace('{ question: question }', '{ question: asked }');
  assert.equal(await renamed(text, 'question', 'asked'), expected);
});

test('a template that takes a field by its name is given the renamed one', async () => {
  const text = `${head}  - id: questions
    generate:
      prompt: { text: 'Two questions about {topic}.' } # as it was
      expect: { list: question }
`;
  const expected = text
    .replace('into: topic', 'into: subject')
    .replace('expect: { list: question }', 'expect: { list: question }\n      bind: { topic: subject }');
  assert.equal(await renamed(text, 'topic', 'subject'), expected);
});

test('the members of a field keep their names', async () => {
  const text = `${head}  - id: judged
    judge: { prompt: { text: 'Rate {topic}.' }, into: verdict }
  - id: kept
    filter: { field: verdict.score, min: 3, when: verdict.score > 3 }
`;
  const expected = text.replaceAll('verdict', 'opinion');
  assert.equal(await renamed(text, 'verdict', 'opinion'), expected);
});

test('a field is left alone where it cannot be followed', async () => {
  const asked = `${head}  - id: asked\n    generate: { prompt: { text: 'About {topic}.' }, expect: { text: answer } }\n`;
  assert.equal(await renamed(asked, 'topic', 'answer'), 'refused: taken');
  assert.equal(await renamed(asked, 'topic', 'not one'), 'refused: no-name');
  assert.equal(await renamed(asked, 'topic', 'null'), 'refused: no-name');
  const unnamed = `${head}  - id: asked\n    generate: { prompt: { text: 'About {topic}.' } }\n`;
  assert.equal(await renamed(unnamed, 'answer', 'reply'), 'refused: not-made-here');
  const read = `openline: 1\nendpoint: sample\nsteps:\n  - id: docs\n    read: { files: a.jsonl }\n  - id: kept\n    dedup: { fields: [document] }\n`;
  assert.equal(await renamed(read, 'document', 'page'), 'refused: not-made-here');
});

test('a field that a step or a format takes by its usual name is left alone', async () => {
  const trimmed = `openline: 1\nendpoint: sample\nsteps:\n  - id: docs\n    read: { values: [a], into: text }\n  - id: trimmed\n    modify: { edit: [trim] }\n`;
  assert.equal(await renamed(trimmed, 'text', 'page'), 'refused: cannot-be-followed');
  const pairs = `${head}  - id: asked\n    generate: { prompt: { text: 'About {topic}.' }, expect: { text: response, messages: messages } }\noutputs:\n  - { path: data/a.jsonl, format: openai-chat }\n`;
  assert.equal(await renamed(pairs, 'messages', 'turns'), 'refused: cannot-be-followed');
});

test('a program of the person’s own may read any field', async () => {
  const text = `${head}  - id: mine\n    script: [cat]\n`;
  assert.equal(await renamed(text, 'topic', 'subject'), 'refused: program');
});
