import { readDocumentWords } from './documentWords.ts';
import { fillPattern, withinSentence } from './fillPattern.ts';
import type { Random } from './randomness.ts';
import { marked } from './sampleMark.ts';
import { CASES, CONNECTIVES, DEMANDS, FOLLOW_UPS, SHORT_FOLLOW_UPS, STATEMENTS } from './turnWords.ts';
import { TERM_QUESTIONS } from './questionWords.ts';
import type { SampleTask } from './understandRequest.ts';

/** Sentences of a document that a rewritten text takes up at the most. */
const LONGEST_REWRITE = 60;

/** The next thing a user says, taking up a word of the conversation. */
export function writeUserTurn(task: Extract<SampleTask, { kind: 'user-turn' }>, random: Random): string {
  const lastAnswer = task.history.slice(Math.max(0, task.history.lastIndexOf('Assistant:')));
  const x = `“${random.pick(readDocumentWords(lastAnswer.replace('Assistant:', '')).terms.slice(0, 8))}”`;
  const patterns = task.style === 'concise' ? SHORT_FOLLOW_UPS : FOLLOW_UPS;
  const question = fillPattern(random.pick(patterns), { x });
  if (task.style !== 'complex') return marked(question);
  return marked(`${random.pick(CASES)} ${question} ${random.pick(DEMANDS)}`);
}

/** An answer to a question that nothing else is known about: a few sentences on its main term. */
export function writeAnswer(question: string, random: Random): string {
  const x = `“${random.pick(readDocumentWords(question).terms.slice(0, 4))}”`;
  const sentences = random.draw(STATEMENTS, 3 + random.integer(6)).map((pattern) => fillPattern(pattern, { x }));
  const middle = Math.ceil(sentences.length / 2);
  const paragraphs = sentences.length > 5 ? [sentences.slice(0, middle), sentences.slice(middle)] : [sentences];
  return marked(paragraphs.map((paragraph) => paragraph.join(' ')).join('\n\n'));
}

/** A label with a reason. */
export function writeLabel(task: Extract<SampleTask, { kind: 'label' }>, random: Random): string {
  const subject = task.entity === '' ? 'this' : `“${task.entity.replace(/\s+/gu, ' ').slice(0, 60)}”`;
  return marked(`${random.pick(task.labels)}. A sample answer cannot know more about ${subject} than its name.`);
}

/** A document in another shape, made of its own sentences. In what manner it was asked for is said in front: `[Spanish] …`. */
export function writeRewrite(task: Extract<SampleTask, { kind: 'rewrite' }>, random: Random): string {
  const words = readDocumentWords(task.document);
  const sentences = (words.sentences.length > 0 ? words.sentences : [task.document.slice(0, 160)])
    .slice(0, LONGEST_REWRITE)
    .map((sentence) => (/[.!?…。！？]["”')\]]*$/u.test(sentence) ? sentence : `${sentence}.`));
  const opening = task.opening === null ? '' : `${task.opening}\n`;
  return opening + rewriteAs(task, sentences, words.terms, random);
}

function rewriteAs(
  task: Extract<SampleTask, { kind: 'rewrite' }>,
  sentences: readonly string[],
  terms: readonly string[],
  random: Random,
): string {
  const manner = task.manner === null ? '' : `[${task.manner}] `;
  switch (task.shape) {
    case 'facts':
      return sentences.map((sentence) => `- ${marked(sentence)}`).join('\n');
    case 'steps':
      return [
        ...sentences.slice(0, 8).map((sentence, index) => `Step ${index + 1}: ${sentence}`),
        marked(`In short, the text is about ${terms[0] ?? 'its subject'}.`),
      ].join('\n\n');
    case 'qa-pairs':
      return pairs(task.count ?? Math.min(8, Math.max(1, sentences.length)), manner, sentences, terms, random);
    case 'code':
      return codeBlocks(task.detail, terms);
    case 'paragraphs': {
      const changed = sentences.map((sentence) =>
        random.next() < 0.3 ? `${random.pick(CONNECTIVES)}${withinSentence(sentence)}` : sentence,
      );
      const paragraphs: string[] = [];
      for (let start = 0; start < changed.length; start += 6)
        paragraphs.push(manner + changed.slice(start, start + 6).join(' '));
      return marked(paragraphs.join('\n\n'));
    }
  }
}

function pairs(
  count: number,
  manner: string,
  sentences: readonly string[],
  terms: readonly string[],
  random: Random,
): string {
  const made: string[] = [];
  for (let index = 0; index < Math.min(count, 50); index += 1) {
    const t = terms[index % terms.length] ?? 'the text';
    const u = terms[(index + 1) % terms.length] ?? 'the rest';
    const question = fillPattern(random.pick(TERM_QUESTIONS), { t, u });
    made.push(`- Question: ${manner}${question}\nAnswer: ${marked(sentences[index % sentences.length] ?? t)}`);
  }
  return made.join('\n\n');
}

function codeBlocks(languages: string, terms: readonly string[]): string {
  const named = languages
    .split(/,|;|\band\b/u)
    .map((language) => language.trim())
    .filter((language) => language !== '');
  const text = JSON.stringify(marked(terms[0] ?? 'text'));
  return (named.length > 0 ? named : ['Python'])
    .map((language) => `${language}\n\`\`\`${language.toLowerCase()}\nprint(${text})\n\`\`\``)
    .join('\n\n');
}
