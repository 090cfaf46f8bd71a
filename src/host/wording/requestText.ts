/** A request to a model and its answer as a page: to be read, and as they stand in the journal. */
import { l10n } from 'vscode';
import { isJsonObject, type Json, type JsonObject } from '../../core/record/json.ts';

/** @param line the line of the journal */
export function requestPage(line: JsonObject): string {
  const { at, endpoint, request, answer, from, amended, reason, message } = line;
  const parts = [`# ${textOf(at)}`, facts(line)];
  if (isJsonObject(amended)) parts.push(`## ${l10n.t('Corrected')}`, fenced(textOf(amended['instruction'] ?? ''), ''));
  parts.push(`## ${l10n.t('Request')}`, ...messagesOf(request));
  parts.push(`## ${l10n.t('Answer')}`);
  if (isJsonObject(answer)) parts.push(...choicesOf(answer));
  else parts.push(l10n.t('There is no answer: {0}', [textOf(reason), textOf(message)].filter(Boolean).join(', ')));
  if (isJsonObject(from)) parts.push(l10n.t('Taken over from run {0}.', textOf(from['run'])));
  const exact = { endpoint: endpoint ?? null, request: request ?? null, answer: answer ?? null };
  parts.push(`## ${l10n.t('As journalled')}`, fenced(JSON.stringify(exact, null, 2), 'json'));
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function facts({ endpoint, request, answer, ms, kind }: JsonObject): string {
  const asked = isJsonObject(request) ? request['model'] : undefined;
  const answered = isJsonObject(answer) ? answer['model'] : undefined;
  const usage = isJsonObject(answer) && isJsonObject(answer['usage']) ? answer['usage'] : undefined;
  const rows: readonly (readonly [string, string])[] = [
    [l10n.t('Endpoint'), textOf(endpoint)],
    [l10n.t('Model'), [asked, answered === asked ? undefined : answered].map(textOf).filter(Boolean).join(' → ')],
    [l10n.t('Time'), typeof ms === 'number' ? l10n.t('{0} s', (ms / 1000).toFixed(1)) : ''],
    [
      l10n.t('Tokens'),
      usage === undefined ? '' : l10n.t('{0} in, {1} out', textOf(usage['prompt']), textOf(usage['completion'])),
    ],
    [l10n.t('Kind'), kind === 'answer' ? '' : textOf(kind)],
  ];
  return rows
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `- ${name}: ${value}`)
    .join('\n');
}

function messagesOf(request: Json | undefined): string[] {
  if (!isJsonObject(request)) return [];
  const { messages, prompt, input } = request;
  if (Array.isArray(messages)) {
    return messages.flatMap((message: Json) =>
      isJsonObject(message) ? [`### ${textOf(message['role'])}`, fenced(textOf(message['content']), '')] : [],
    );
  }
  const text = prompt ?? input;
  return text === undefined ? [] : [fenced(textOf(text), '')];
}

function choicesOf({ choices, vector }: JsonObject): string[] {
  if (Array.isArray(vector)) return [l10n.t('A vector of {0} numbers.', vector.length)];
  if (!Array.isArray(choices)) return [];
  return choices.flatMap((choice: Json, index) => {
    if (!isJsonObject(choice)) return [];
    const { text, reasoning, refusal, finishReason } = choice;
    const parts = choices.length > 1 ? [`### ${l10n.t('Choice {0}', index + 1)}`] : [];
    if (typeof reasoning === 'string' && reasoning !== '') {
      parts.push(`#### ${l10n.t('Thoughts')}`, fenced(reasoning, ''), `#### ${l10n.t('Said')}`);
    }
    parts.push(fenced(textOf(text), ''));
    if (typeof refusal === 'string') parts.push(`#### ${l10n.t('Refusal')}`, fenced(refusal, ''));
    if (typeof finishReason === 'string' && finishReason !== 'stop') parts.push(l10n.t('Ended by: {0}', finishReason));
    return parts;
  });
}

/** In a fence that is longer than any in the text: what a model wrote cannot end it. */
function fenced(text: string, language: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/gu)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
