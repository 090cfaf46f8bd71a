/** From a record and a template to the messages of a request. */
import type { ChatMessage } from '../endpoints/endpoint.ts';
import { compileTemplate, type TemplateValues } from '../prompts/renderTemplate.ts';
import type { Template } from '../prompts/template.ts';
import type { Json, JsonObject } from '../record/json.ts';
import { fieldAt, type Rejection } from './step.ts';

/** What fills in placeholders. */
export interface Filling {
  /** Placeholder ← dotted path of a record field. */
  readonly bind: Readonly<Record<string, string>>;
  /** Placeholder ← fixed value; `bind` goes before it. */
  readonly values: TemplateValues;
}

/** Gathers the values of placeholders for a record; a rejection when the record lacks a field that is wanted. */
export function prepareValues(
  placeholders: readonly string[],
  { bind, values: fixed }: Filling,
): (fields: JsonObject) => { readonly values: TemplateValues } | Rejection {
  const open = placeholders.filter((name) => Object.hasOwn(bind, name) || !Object.hasOwn(fixed, name));
  return (fields) => {
    const values: Record<string, string | number> = { ...fixed };
    for (const name of open) {
      const path = Object.hasOwn(bind, name) ? (bind[name] ?? name) : name;
      const value = fieldAt(fields, path);
      if (value === undefined)
        return { reason: 'missing-field', message: `the record has no field ${path} for the placeholder {${name}}` };
      values[name] = asText(value);
    }
    return { values };
  };
}

/** The messages of a template: its system message, where it has one, and the user's. */
export function prepareMessages({ body, system }: Template): (values: TemplateValues) => readonly ChatMessage[] {
  const user = compileTemplate(body);
  const before = system === undefined ? undefined : compileTemplate(system);
  return (values) => {
    const message: ChatMessage = { role: 'user', content: user(values) };
    return before === undefined ? [message] : [{ role: 'system', content: before(values) }, message];
  };
}

function asText(value: Json): string | number {
  return typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
}
