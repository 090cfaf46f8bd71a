/** Complete answers to open Q&A questions, put together from ready-made text so that the service costs next to nothing. */

const LIST_LENGTH = /exactly (?<count>\d+) lines/u;
const NUMBERED = /^\d+\. (?<item>.*)$/gmu;

/** The body of an answer as JSON text. */
export type AnswerBody = (content: string, question: string) => string;

/** How many lines an answer has when the question does not say. */
const USUAL_LENGTH = 5;

/** Answers a question that asks for "exactly N lines" with so many, and one that holds a text to convert with YAML. */
export function createAnswers(): AnswerBody {
  const pieces = new Map<number, readonly string[]>();
  return (content, question) => {
    if (content.includes('<text>')) return wrap(JSON.stringify(yamlOf(content)));
    const count = Number(LIST_LENGTH.exec(content)?.groups?.['count'] ?? USUAL_LENGTH);
    let known = pieces.get(count);
    if (known === undefined) {
      known = wrap(JSON.stringify(numberedList(count))).split('<id>');
      pieces.set(count, known);
    }
    return known.join(question);
  };
}

/** A list whose elements differ from those of every other question by its id. */
function numberedList(count: number): string {
  const lines: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    lines.push(
      `${number}. How would you explain point ${number} of <id> to a curious reader, and what follows from it for everyday life?`,
    );
  }
  return lines.join('\n');
}

function yamlOf(content: string): string {
  return Array.from(content.matchAll(NUMBERED), (match) => `- ${JSON.stringify(match.groups?.['item'] ?? '')}`).join(
    '\n',
  );
}

function wrap(text: string): string {
  const usage = '{"prompt_tokens":250,"completion_tokens":150,"total_tokens":400}';
  const choice = `{"index":0,"message":{"role":"assistant","content":${text}},"finish_reason":"stop"}`;
  return `{"id":"chatcmpl-bench","object":"chat.completion","created":0,"model":"bench","choices":[${choice}],"usage":${usage}}`;
}
