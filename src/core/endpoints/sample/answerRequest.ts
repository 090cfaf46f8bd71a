import { parseList } from '../../answers/parseList.ts';
import type { ChatMessage } from '../endpoint.ts';
import { randomFrom, type Random } from './randomness.ts';
import { GARBAGE } from './turnWords.ts';
import { marked } from './sampleMark.ts';
import type { JsonObject } from '../../record/json.ts';
import { jsonTask, type SampleTask, understandRequest } from './understandRequest.ts';
import { writeJson } from './writeJson.ts';
import { toYamlList, writeList } from './writeList.ts';
import { writeAnswer, writeLabel, writeRewrite, writeUserTurn } from './writeText.ts';

/** What decides an answer besides the messages. */
export interface AnswerConditions {
  /** Another seed, another answer. */
  readonly seed: string;
  /** Whether the answer is to be one that cannot be read as what was asked for. */
  readonly garbage: boolean;
}

/**
 * Texts that answer a request, one for each of the conditions. The same messages and conditions give the same texts.
 *
 * @param schema the answer is JSON that conforms to it, whatever the words of the request
 */
export function answerRequest(
  messages: readonly ChatMessage[],
  conditions: readonly AnswerConditions[],
  schema?: JsonObject,
): string[] {
  const task = schema === undefined ? understandRequest(messages) : jsonTask(messages, schema);
  return conditions.map(({ seed, garbage }) => {
    const random = randomFrom(seed);
    return garbage ? writeGarbage(task, random) : writeFor(task, random);
  });
}

function writeFor(task: SampleTask, random: Random): string {
  switch (task.kind) {
    case 'convert':
      return convert(task.answer);
    case 'list':
      return writeList(task, random);
    case 'user-turn':
      return writeUserTurn(task, random);
    case 'label':
      return writeLabel(task, random);
    case 'json':
      return writeJson(task.schema, task.document, random);
    case 'rewrite':
      return writeRewrite(task, random);
    case 'answer':
      return writeAnswer(task.question, random);
  }
}

/** The list of an answer as YAML, its items verbatim; an answer without a list yields the empty list. */
function convert(answer: string): string {
  const reading = parseList(answer);
  return toYamlList('items' in reading ? reading.items : []);
}

/** Prose where a list, a label or data was asked for; nothing at all where any text would do. */
function writeGarbage(task: SampleTask, random: Random): string {
  const anyTextWouldDo = task.kind === 'answer' || task.kind === 'user-turn' || task.kind === 'rewrite';
  return anyTextWouldDo ? '' : marked(random.pick(GARBAGE));
}
