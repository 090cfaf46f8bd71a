import { readDocumentWords } from './documentWords.ts';
import { fillPattern, withinSentence } from './fillPattern.ts';
import { CODE_PROBLEMS, MATH_PROBLEMS, PLAIN_ITEMS } from './problemWords.ts';
import {
  CONSTRAINTS,
  DOCUMENT_TASKS,
  QUESTIONS,
  SENTENCE_QUESTIONS,
  SITUATIONS,
  TERM_QUESTIONS,
  TITLES,
  WRITING_TASKS,
} from './questionWords.ts';
import type { Random } from './randomness.ts';
import { marked } from './sampleMark.ts';
import {
  CODE_SUBTOPICS,
  CODE_TOPICS,
  MACRO_TOPICS,
  MATH_SUBTOPICS,
  MATH_TOPICS,
  SETTINGS,
  SUBTOPICS,
} from './topicWords.ts';
import type { ListForm, SampleTask } from './understandRequest.ts';

export type ListTask = Extract<SampleTask, { kind: 'list' }>;

/** Writes the list that was asked for: as many items as asked for, all different, each with the mark. */
export function writeList(task: ListTask, random: Random): string {
  return formatList(writeItems(task, random).map(marked), task.form);
}

/** A list in the form that was asked for. Items hold no line breaks. */
export function formatList(items: readonly string[], form: ListForm): string {
  switch (form) {
    case 'numbered':
      return items.map((item, index) => `${index + 1}. ${item}`).join('\n');
    case 'bullets':
      return items.map((item) => `- ${item}`).join('\n');
    case 'yaml':
      return toYamlList(items);
    case 'json':
      return JSON.stringify(items, null, 2);
  }
}

/** A YAML list whose elements are in double quotes, which in YAML may be written as in JSON. */
export function toYamlList(items: readonly string[]): string {
  return items.length === 0 ? '[]' : items.map((item) => `- ${JSON.stringify(item)}`).join('\n');
}

function writeItems(task: ListTask, random: Random): string[] {
  const { count, flavour, about } = task;
  switch (task.subject) {
    case 'topics':
      return topics({ general: MACRO_TOPICS, math: MATH_TOPICS, code: CODE_TOPICS }[flavour], count, random);
    case 'subtopics':
      return fromPatterns({ general: SUBTOPICS, math: MATH_SUBTOPICS, code: CODE_SUBTOPICS }[flavour], task, random);
    case 'questions':
      return fromPatterns(QUESTIONS, task, random);
    case 'writing-tasks':
      return fromPatterns(WRITING_TASKS, task, random);
    case 'math-problems':
      return fromPatterns(MATH_PROBLEMS, task, random);
    case 'code-problems':
      return fromPatterns(CODE_PROBLEMS, task, random);
    case 'items':
      return fromPatterns(PLAIN_ITEMS, task, random);
    case 'revisions':
      return collect(count, () => revise(about, random));
    case 'titles':
      return aboutDocument(TITLES, [], [], task, random);
    case 'document-questions':
      return aboutDocument(TERM_QUESTIONS, SENTENCE_QUESTIONS, DOCUMENT_TASKS, task, random);
  }
}

function topics(bank: readonly string[], count: number, random: Random): string[] {
  const first = random.draw(bank, count);
  if (first.length === count) return first;
  const more = collect(count - first.length, () => `${random.pick(bank)} ${random.pick(SETTINGS)}`);
  return [...first, ...more];
}

/** A different pattern for each item as long as there are any, then patterns again with more conditions. */
function fromPatterns(patterns: readonly string[], task: ListTask, random: Random): string[] {
  const x = withinSentence(oneLine(task.about, 200));
  const fill = (pattern: string): string => {
    const filled = fillPattern(pattern, {
      x,
      kind: kindOfText(task.detail),
      language: task.detail,
      ...numbers(random),
    });
    return filled.charAt(0).toUpperCase() + filled.slice(1);
  };
  const first = random.draw(patterns, task.count).map(fill);
  const sentences = task.subject !== 'subtopics' && task.subject !== 'items';
  const more = collect(task.count - first.length, () => {
    const extra = sentences ? random.pick(CONSTRAINTS) : random.pick(SETTINGS);
    return `${fill(random.pick(patterns))} ${extra}`;
  });
  return [...first, ...more];
}

function numbers(random: Random): Record<'a' | 'b' | 'c', string> {
  const a = 2 + random.integer(18);
  const b = a + 1 + random.integer(40);
  return { a: String(a), b: String(b), c: String(b + 1 + random.integer(60)) };
}

/** `Poem` → `a poem`, `essays` → `essays`. */
function kindOfText(kind: string): string {
  const noun = withinSentence(oneLine(kind, 60));
  if (/^(?:an?|the|some)\s|[^s]s$/iu.test(noun)) return noun;
  return `${/^[aeiou]/iu.test(noun) ? 'an' : 'a'} ${noun}`;
}

function revise(openline: string, random: Random): string {
  const original = oneLine(openline, 2000);
  const sentence = /[.!?…。！？]["”')\]]*$/u.test(original) ? original : `${original}.`;
  switch (random.integer(3)) {
    case 0:
      return `${random.pick(SITUATIONS)} ${sentence}`;
    case 1:
      return `${sentence} ${random.pick(CONSTRAINTS)}`;
    default:
      return `${random.pick(SITUATIONS)} ${sentence} ${random.pick(CONSTRAINTS)}`;
  }
}

function aboutDocument(
  termPatterns: readonly string[],
  sentencePatterns: readonly string[],
  wholePatterns: readonly string[],
  task: ListTask,
  random: Random,
): string[] {
  const { terms, sentences } = readDocumentWords(task.about);
  // The first terms are the telling ones; few items take theirs from the top.
  const telling = terms.slice(0, Math.max(12, task.count));
  return collect(task.count, () => {
    const share = random.next();
    if (sentences.length > 0 && sentencePatterns.length > 0 && share < 0.45) {
      return fillPattern(random.pick(sentencePatterns), { s: random.pick(sentences) });
    }
    if (wholePatterns.length > 0 && share > 0.9) return random.pick(wholePatterns);
    const [t = 'the text', u = 'the rest of the text'] = random.draw(telling, 2);
    return fillPattern(random.pick(termPatterns), { t, u });
  });
}

/** Calls `make` until there are `count` different texts; a variant number helps when it has nothing new to say. */
function collect(count: number, make: () => string): string[] {
  const items = new Set<string>();
  for (let tries = 0; items.size < count; tries += 1) {
    const item = make();
    items.add(tries < count * 4 + 20 ? item : `${item} (variant ${items.size + 1})`);
  }
  return [...items];
}

function oneLine(text: string, longest: number): string {
  return text.replace(/\s+/gu, ' ').trim().slice(0, longest);
}
