import { hash } from 'node:crypto';
import type { Answer, Choice } from '../endpoints/endpoint.ts';
import { isJsonObject, type Json, type JsonObject } from '../record/json.ts';

/** SHA-256, hex, of a request as sent to a service: what counts as the same question. */
export function requestHash(identity: string, canonicalBody: string): string {
  return hash('sha256', `${identity}\n${canonicalBody}`);
}

/** Reads an answer back from a journal line; undefined when it is not one. */
export function readAnswer(value: Json | undefined): Answer | undefined {
  if (!isJsonObject(value)) return undefined;
  const { choices, model, usage, vector } = value;
  if (!Array.isArray(choices) || typeof model !== 'string') return undefined;
  const read: Choice[] = [];
  for (const choice of choices as readonly Json[]) {
    if (!isJsonObject(choice) || typeof choice['text'] !== 'string') return undefined;
    const { text, reasoning, finishReason, refusal, scores } = choice;
    read.push({
      text,
      finishReason: typeof finishReason === 'string' ? finishReason : null,
      ...(typeof reasoning === 'string' ? { reasoning } : {}),
      ...(typeof refusal === 'string' ? { refusal } : {}),
      ...(isJsonObject(scores) ? { scores: numbersOf(scores) } : {}),
    });
  }
  const counted = isJsonObject(usage) ? numbersOf(usage) : {};
  const { prompt, completion } = counted;
  return {
    choices: read,
    model,
    ...(isVector(vector) ? { vector } : {}),
    usage: prompt === undefined || completion === undefined ? null : { prompt, completion },
  };
}

function isVector(value: Json | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((element: Json) => typeof element === 'number');
}

function numbersOf(object: JsonObject): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(object)) if (typeof value === 'number') numbers[name] = value;
  return numbers;
}
