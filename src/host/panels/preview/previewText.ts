/** From a template's text and values to the messages of a preview. Plain Node: no `vscode` here. */
import { EXPECTS, readFrontMatter, splitTemplateFile, type FrontMatter } from '../../../core/prompts/frontMatter.ts';
import { readTemplate } from '../../../core/prompts/parseTemplate.ts';
import { scanTemplate } from '../../../core/prompts/scanTemplate.ts';
import type { Expects } from '../../../core/prompts/template.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../core/record/json.ts';
import type { ChatMessage } from '../../../core/endpoints/endpoint.ts';
import type { PreviewMessage, ValueSource } from '../../../protocol/preview.ts';

export { EXPECTS };

/** A template's text as far as it can be understood. */
export interface PreviewText {
  readonly body: string;
  readonly system: string | undefined;
  readonly expects: Expects | undefined;
  readonly sample: FrontMatter['sample'];
  readonly placeholders: readonly string[];
  /** What is wrong with it, each with its line. */
  readonly problems: readonly string[];
}

export function readText(text: string): PreviewText {
  const parts = splitTemplateFile(text);
  const { values } = readFrontMatter(parts.yaml?.text ?? '');
  const { diagnostics } = readTemplate(text, { id: 'preview', source: 'preview' });
  const placeholders = [...scanTemplate(parts.body).placeholders, ...scanTemplate(values.system ?? '').placeholders];
  return {
    body: parts.body,
    system: values.system,
    expects: values.expects,
    sample: values.sample,
    placeholders: [...new Set(placeholders)],
    problems: diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(({ position, message }) => (position?.line === undefined ? message : `${position.line}: ${message}`)),
  };
}

/** A value for a placeholder, with where it was found. */
export interface FoundValue {
  readonly value: string | number;
  readonly from: Exclude<ValueSource, 'missing'>;
}

/** What values can come from; the record goes first, then the rest. */
export interface ValueOrigins {
  /** Placeholder ← dotted path of a record field. */
  readonly bind: Readonly<Record<string, string>>;
  readonly record: JsonObject | undefined;
  /** Fixed values of the pipeline that uses the template. */
  readonly pipeline: Readonly<Record<string, string | number>>;
  readonly sample: Readonly<Record<string, string | number>>;
  /** Sample of the built-in template that it replaces. */
  readonly builtIn: Readonly<Record<string, string | number>>;
}

/**
 * Finds a value for each placeholder. With a record it is filled in as in a run (field, then the pipeline's value) and the
 * sample helps out; without one the sample goes first.
 */
export function findValues(
  placeholders: readonly string[],
  { bind, record, pipeline, sample, builtIn }: ValueOrigins,
): ReadonlyMap<string, FoundValue> {
  const found = new Map<string, FoundValue>();
  const inOrder: readonly (readonly [
    Exclude<ValueSource, 'missing'>,
    (name: string) => string | number | undefined,
  ])[] =
    record === undefined
      ? [
          ['sample', (name) => own(sample, name)],
          ['pipeline', (name) => own(pipeline, name)],
          ['built-in', (name) => own(builtIn, name)],
        ]
      : [
          [
            'record',
            (name) => fieldText(record, own(bind, name) ?? (Object.hasOwn(pipeline, name) ? undefined : name)),
          ],
          ['pipeline', (name) => own(pipeline, name)],
          ['sample', (name) => own(sample, name)],
          ['built-in', (name) => own(builtIn, name)],
        ];
  for (const name of placeholders) {
    for (const [from, look] of inOrder) {
      const value = look(name);
      if (value === undefined) continue;
      found.set(name, { value, from });
      break;
    }
  }
  return found;
}

/** The messages with every value marked as what it is. */
export function renderParts({ body, system }: PreviewText, values: ReadonlyMap<string, FoundValue>): PreviewMessage[] {
  const message = (role: PreviewMessage['role'], template: string): PreviewMessage => {
    const { segments } = scanTemplate(template);
    return {
      role,
      parts: segments.map((segment) => {
        if (segment.kind !== 'placeholder') return { text: segment.text, name: null, isMissing: false };
        const { name } = segment;
        const found = values.get(name);
        return { text: found === undefined ? `{${name}}` : String(found.value), name, isMissing: found === undefined };
      }),
    };
  };
  return [...(system === undefined ? [] : [message('system', system)]), message('user', body)];
}

/** The messages as they are sent. */
export function toChatMessages(messages: readonly PreviewMessage[]): readonly ChatMessage[] {
  return messages.map(({ role, parts }) => ({ role, content: parts.map(({ text }) => text).join('') }));
}

function own<Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** A field by its dotted path, as a text or a number; the whole path as a name goes first. */
function fieldText(record: JsonObject, path: string | undefined): string | number | undefined {
  if (path === undefined) return undefined;
  let value: Json | undefined = Object.hasOwn(record, path) ? record[path] : record;
  if (!Object.hasOwn(record, path)) {
    for (const name of path.split('.')) {
      value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
      if (value === undefined) return undefined;
    }
  }
  if (value === undefined) return undefined;
  return typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
}
