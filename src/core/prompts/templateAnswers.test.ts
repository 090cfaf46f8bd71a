/** Every built-in template, asked of the sample endpoint and read as strictly as a run would read the answer. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readConvertedList } from '../answers/convertedList.ts';
import { parseList } from '../answers/parseList.ts';
import { readPairs } from '../answers/readPairs.ts';
import { readLabel } from '../answers/readLabel.ts';
import { answerRequest } from '../endpoints/sample/answerRequest.ts';
import { understandRequest, type SampleTask } from '../endpoints/sample/understandRequest.ts';
import type { ChatMessage } from '../endpoints/endpoint.ts';
import { isJsonObject, parseJson } from '../record/json.ts';
import { SYSTEM_CONSTANTS, TEMPLATE_CONSTANTS } from './curatorConstants.ts';
import { compileTemplate } from './renderTemplate.ts';
import type { Template } from './template.ts';
import { loadTemplateLibrary } from './templateLibrary.ts';

const templates = await loadTemplateLibrary(fileURLToPath(new URL('../library/prompts', import.meta.url)));

/** What the sample endpoint has to understand: the kind of task, and what tells it from the others of its kind. */
const UNDERSTOOD: Readonly<Record<string, string>> = {
  'macro-topics': 'list topics general',
  subtopics: 'list subtopics general',
  'open-qa-from-topics': 'list questions general',
  'revise-open-qa': 'list revisions general',
  'writing-task': 'list writing-tasks general',
  'revise-writing-task': 'list revisions general',
  'closed-qa': 'list document-questions general',
  'math-macro-topics': 'list topics math',
  'math-subtopics': 'list subtopics math',
  'math-problem-general': 'list math-problems math',
  'math-problem-beginner': 'list math-problems math',
  'python-macro-topics': 'list topics code',
  'python-subtopics': 'list subtopics code',
  'python-problem-beginner': 'list code-problems code',
  'python-problem-intermediate': 'list code-problems code',
  'python-problem-advanced': 'list code-problems code',
  'math-classification': 'label Yes, No',
  'python-classification': 'label Yes, No',
  'label-classification': 'label Biology, Physics, History, Other',
  'yaml-conversion': 'convert',
  'dialogue-normal-user-turn': 'user-turn normal',
  'dialogue-complex-user-turn': 'user-turn complex',
  'dialogue-concise-user-turn': 'user-turn concise',
  'wikipedia-rephrasing': 'rewrite paragraphs',
  'diverse-qa': 'rewrite qa-pairs',
  distill: 'rewrite paragraphs',
  'extract-knowledge': 'rewrite paragraphs',
  'knowledge-list': 'rewrite facts',
  paraphrase: 'rewrite paragraphs',
  format: 'rewrite paragraphs [lesson with a short introduction, key points and three exercises]',
  style: 'rewrite paragraphs [newspaper article]',
  simplify: 'rewrite paragraphs [children of ten]',
  translate: 'rewrite paragraphs [Spanish]',
  'add-context': 'rewrite paragraphs',
  explain: 'rewrite steps',
  instructions: 'rewrite qa-pairs',
  'code-examples': 'rewrite code',
  'multilingual-qa': 'rewrite qa-pairs [French]',
  'peft-titles': 'list titles general',
  'peft-questions': 'list revisions general',
  'peft-answers': 'list revisions general',
  answer: 'answer',
};

function messagesOf({ body, system, sample }: Template): readonly ChatMessage[] {
  const user: ChatMessage = { role: 'user', content: compileTemplate(body)(sample) };
  return system === undefined ? [user] : [{ role: 'system', content: compileTemplate(system)(sample) }, user];
}

function describeTask(task: SampleTask): string {
  switch (task.kind) {
    case 'list':
      return `list ${task.subject} ${task.flavour}`;
    case 'label':
      return `label ${task.labels.join(', ')}`;
    case 'user-turn':
      return `user-turn ${task.style}`;
    case 'rewrite':
      return `rewrite ${task.shape}${task.manner === null ? '' : ` [${task.manner}]`}`;
    default:
      return task.kind;
  }
}

/** How many elements a template's sample asks for; null where it asks for none. */
function countOf({ sample }: Template): number | null {
  const name = Object.keys(sample).find((key) => key.startsWith('n_'));
  return name === undefined ? null : Number(sample[name]);
}

describe('the sample endpoint', () => {
  it('has a task for every built-in template', () => {
    const others = [...templates].filter(([, { expects }]) => expects !== 'json').map(([id]) => id);
    assert.deepEqual(others.sort(), Object.keys(UNDERSTOOD).sort());
  });

  for (const [id, template] of templates) {
    it(`understands ${id}, and its answers are read as what the template expects`, () => {
      const messages = messagesOf(template);
      assert.equal(describeTask(understandRequest(messages)), template.expects === 'json' ? 'json' : UNDERSTOOD[id]);
      const conditions = ['a', 'b', 'c'].map((seed) => ({ seed, garbage: false }));
      for (const answer of answerRequest(messages, conditions)) check(template, answer);
    });
  }
});

function check(template: Template, answer: string): void {
  const { id, expects, sample } = template;
  switch (expects) {
    case 'list': {
      if (id === 'yaml-conversion') {
        const reading = readConvertedList(answer, String(sample['llm_response']));
        assert.deepEqual('items' in reading && reading.items, ['Space exploration', 'Food and cooking']);
        return;
      }
      const reading = parseList(answer);
      assert.ok('items' in reading, id);
      assert.equal(reading.items.length, countOf(template));
      assert.equal(new Set(reading.items).size, reading.items.length);
      return;
    }
    case 'yes-no':
      assert.ok('label' in readLabel(answer, ['Yes', 'No']), answer);
      return;
    case 'qa-pairs': {
      const pairs = readPairs(answer);
      const count = countOf(template);
      assert.ok(count === null ? pairs.length > 0 : pairs.length === count, id);
      assert.ok(pairs.every((pair) => pair.question !== '' && pair.answer !== ''));
      return;
    }
    case 'json':
      assert.ok(isJsonObject(parseJson(answer)), answer);
      return;
    default:
      assert.notEqual(answer.trim(), '');
      if (id === 'label-classification') {
        assert.ok('label' in readLabel(answer, String(sample['labels']).split(', ')), answer);
      }
  }
}

describe('the library', () => {
  it('has a template of the same purpose for every constant that people know', () => {
    assert.equal(Object.keys(TEMPLATE_CONSTANTS).length, 27);
    for (const [constant, id] of Object.entries(TEMPLATE_CONSTANTS)) assert.ok(templates.has(id), constant);
    for (const ids of Object.values(SYSTEM_CONSTANTS)) {
      for (const id of ids) assert.ok(templates.get(id)?.system !== undefined, id);
    }
  });

  it('says of every template what form the answer has', () => {
    for (const [id, { body }] of templates) {
      if (id !== 'answer') assert.match(body, /Form of your answer: /u, id);
    }
  });
});
