/** The text that shows how something of a run came to be. Plain text: what a model said is never more than that. */
import * as z from 'zod';
import type { ExplainedStep, Explanation } from '../../core/run/explain.ts';
import { isJsonObject, type Json } from '../../core/record/json.ts';
import { originOf } from '../../core/run/reuse.ts';

/** Translates a text; `{0}` and so on stand for the arguments. */
export type Wording = (text: string, ...args: (string | number)[]) => string;

const choicesSchema = z.array(
  z.object({
    text: z.string(),
    reasoning: z.string().optional(),
    finishReason: z.string().nullable().optional(),
  }),
);

/** Texts as they were sent and came, then both as they stand in the journal. */
export function requestText({ steps, rejection }: Explanation, t: Wording): string {
  const asked = steps.filter(({ at }) => at !== null);
  const path = steps.map(({ step, key }) => `${step} ${key}`);
  const head = [
    t('Came about by: {0}', [...new Set(path)].join(' → ')),
    ...(rejection === null
      ? []
      : [t('Rejected by step {0} as {1}: {2}', rejection.step, rejection.reason, rejection.message)]),
    ...(asked.length === 0 ? [t('No model was asked on the way.')] : []),
  ];
  return `${[head.join('\n'), ...asked.map((step) => questionText(step, t))].join('\n\n')}\n`;
}

function questionText(step: ExplainedStep, t: Wording): string {
  const { at, endpoint, template, milliseconds, from, request, answer, failure } = step;
  const origin = originOf(from);
  const model = isJsonObject(request) && typeof request['model'] === 'string' ? request['model'] : '';
  const facts = [
    [t('Endpoint'), [endpoint, model].filter((part) => part !== '').join(' · ')],
    [t('Template'), template === null ? '' : `${template.source} (${template.sha256.slice(0, 12)})`],
    [t('Time'), typeof milliseconds === 'number' ? t('{0} ms', milliseconds) : ''],
    [t('Taken over from'), origin === undefined ? '' : t('{0} of run {1}', origin.at, origin.run)],
  ].flatMap(([name = '', value = '']) => (value === '' ? [] : [`${name}: ${value}`]));
  const parts = [heavy(at ?? ''), facts.join('\n')];
  if (request === null) return [...parts, t('The journal of the run does not hold it any more.')].join('\n\n');
  parts.push(...messagesOf(request).map(({ role, content }) => `${light(role)}\n${content}`));
  if (failure !== null) parts.push(`${light(t('failed'))}\n${failure}`);
  parts.push(...answersOf(answer, t));
  parts.push(`${light(t('request, as journalled'))}\n${JSON.stringify(request, null, 2)}`);
  if (answer !== null) parts.push(`${light(t('answer, as journalled'))}\n${JSON.stringify(answer, null, 2)}`);
  return parts.join('\n\n');
}

/** The texts of a request: of a chat its messages, else what it completes or embeds. */
function messagesOf(request: Json): readonly { readonly role: string; readonly content: string }[] {
  if (!isJsonObject(request)) return [];
  const { messages, prompt, input } = request;
  if (!Array.isArray(messages)) {
    const text = prompt ?? input;
    return text === undefined ? [] : [{ role: prompt === undefined ? 'input' : 'prompt', content: textOf(text) }];
  }
  return (messages as readonly Json[]).map((message) =>
    isJsonObject(message)
      ? { role: textOf(message['role'] ?? '?'), content: textOf(message['content'] ?? '') }
      : { role: '?', content: textOf(message) },
  );
}

function answersOf(answer: Json, t: Wording): readonly string[] {
  const choices = choicesSchema.safeParse(isJsonObject(answer) ? answer['choices'] : undefined);
  if (!choices.success) return [];
  return choices.data.flatMap(({ text, reasoning, finishReason }, index, all) => {
    const name = all.length === 1 ? t('answer') : t('answer {0} of {1}', index + 1, all.length);
    const ended = finishReason == null ? name : `${name} (${finishReason})`;
    const thoughts = reasoning === undefined || reasoning === '' ? [] : [`${light(t('thoughts'))}\n${reasoning}`];
    return [...thoughts, `${light(ended)}\n${text}`];
  });
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function heavy(title: string): string {
  return `━━━ ${title} ${'━'.repeat(Math.max(3, 72 - title.length))}`;
}

function light(title: string): string {
  return `─── ${title} ${'─'.repeat(Math.max(3, 72 - title.length))}`;
}
