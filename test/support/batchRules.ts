/** What OpenAI's Batch API demands of a file of requests. */
import { isJsonObject, parseJson, type JsonObject } from '../../src/core/record/json.ts';

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly line: number | null;
  readonly param: null;
}

const LONGEST_ID = 64;

/** The requests of a file, and what is wrong with them. */
export function validate(
  text: string,
  endpoint: string,
  maxRequests: number,
): {
  readonly requests: readonly { readonly customId: string; readonly body: JsonObject }[];
  readonly errors: readonly Problem[];
} {
  const errors: Problem[] = [];
  const requests: { customId: string; body: JsonObject }[] = [];
  const seen = new Set<string>();
  const models = new Set<unknown>();
  text
    .split('\n')
    .slice(0, text.endsWith('\n') ? -1 : undefined)
    .forEach((content, index) => {
      const fail = (code: string, message: string): void => {
        errors.push({ code, message, line: index + 1, param: null });
      };
      const line = parseJson(content);
      if (!isJsonObject(line)) {
        fail('invalid_json_line', 'This line is not parseable as valid JSON.');
        return;
      }
      const { custom_id: id, method, url, body, ...others } = line;
      if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID)
        fail('invalid_custom_id', 'A custom_id is a text.');
      else if (seen.has(id)) fail('duplicate_custom_id', `The custom_id ${id} is used more than once.`);
      if (method !== 'POST') fail('invalid_method', 'The method is POST.');
      if (url !== endpoint) fail('mismatched_endpoint', `The url does not match ${endpoint}.`);
      if (!isJsonObject(body)) fail('missing_body', 'There is no body.');
      else if (body['stream'] === true) fail('invalid_body', 'Streaming is not supported in batches.');
      else if (typeof body['model'] !== 'string') fail('missing_model', 'The body has no model.');
      if (Object.keys(others).length > 0) fail('unknown_field', `Unknown: ${Object.keys(others).join(', ')}`);
      if (typeof id !== 'string' || !isJsonObject(body)) return;
      seen.add(id);
      models.add(body['model']);
      requests.push({ customId: id, body });
    });
  const whole = (code: string, message: string): void => {
    errors.push({ code, message, line: null, param: null });
  };
  if (requests.length === 0) whole('empty_file', 'The input file is empty.');
  if (requests.length > maxRequests) whole('too_many_tasks', `The batch has more than ${maxRequests} requests.`);
  if (models.size > 1) whole('mismatched_model', 'A batch has requests to one model only.');
  return { requests, errors };
}
