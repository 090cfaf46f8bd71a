/** Reads an answer as its template says it should be (`expects`), for whoever tries a template. */
import { readQaPairs } from '../curate/diverseQa.ts';
import type { Choice } from '../endpoints/endpoint.ts';
import type { Expects } from '../prompts/template.ts';
import type { JsonObject } from '../record/json.ts';
import { compileJsonSchema } from './checkJson.ts';
import { parseList } from './parseList.ts';
import { readChoice } from './readChoice.ts';
import { readJson } from './readJson.ts';
import { readYesNo } from './readLabel.ts';

/** What an answer was read as, or why it could not be. */
export type ExpectedReading =
  | { readonly form: 'list' | 'qa-pairs'; readonly items: readonly string[] }
  | { readonly form: 'yes-no' | 'text' | 'json'; readonly text: string }
  | { readonly form: 'problem'; readonly code: string; readonly message: string };

/** A line that announces what follows, such as `Here are questions and answers about the text:`. */
const ANNOUNCEMENT = /^[^\n]*:[ \t]*(?=\r?\n)/u;

/**
 * Reads a choice with the readers of the steps: first whether it can be used at all, then in its form.
 *
 * @param expects absent: the answer is taken as it is
 * @param schema JSON Schema that the step with this template asks for; only with `json`
 */
export function readExpected(choice: Choice, expects: Expects | undefined, schema?: JsonObject): ExpectedReading {
  const { text, problem } = readChoice(choice);
  if (problem !== undefined) return { form: 'problem', code: problem.reason, message: problem.message };
  switch (expects) {
    case 'list': {
      const list = parseList(text);
      if ('problem' in list) return { form: 'problem', code: list.problem, message: list.message };
      return { form: 'list', items: list.items };
    }
    case 'qa-pairs': {
      const [announcement = ''] = ANNOUNCEMENT.exec(text.trim()) ?? [];
      const read = readQaPairs(text, announcement.startsWith('Question:') ? '' : announcement);
      if ('problem' in read) return { form: 'problem', code: read.problem, message: read.message };
      return { form: 'qa-pairs', items: read.pairs };
    }
    case 'yes-no': {
      const label = readYesNo(text);
      if ('problem' in label) return { form: 'problem', code: label.problem, message: label.message };
      return { form: 'yes-no', text: label.label };
    }
    case 'json':
      return readData(text, schema);
    case 'text':
    case undefined:
      return { form: 'text', text: text.trim() };
  }
}

function readData(text: string, schema: JsonObject | undefined): ExpectedReading {
  const type = schema?.['type'];
  const reading = readJson(text, type === 'object' || type === 'array' ? type : undefined);
  if ('problem' in reading) return { form: 'problem', code: reading.problem, message: reading.message };
  const broken = schema === undefined ? null : compileJsonSchema(schema)(reading.value);
  if (broken !== null) return { form: 'problem', code: 'schema', message: broken };
  return { form: 'json', text: JSON.stringify(reading.value, undefined, 2) };
}
