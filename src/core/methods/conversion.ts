import { readConvertedList } from '../answers/convertedList.ts';
import { OpenlineError } from '../errors.ts';
import { askMethod, type MethodOptions } from './method.ts';

/** A model's conversion of an answer into a list cannot be used. */
export class ListConversionError extends OpenlineError {
  /** Which of the checks it fails. */
  readonly reason: 'not-yaml' | 'not-a-list' | 'not-strings' | 'hallucination';
  /** What the model wrote. */
  readonly text: string;

  constructor(reason: ListConversionError['reason'], message: string, text: string) {
    super(message);
    this.reason = reason;
    this.text = text;
  }
}

/**
 * Asks the model to write the list in an answer as YAML, and reads it: a list of strings, each of which occurs verbatim in
 * the answer. Template: `yaml-conversion`, with the placeholder `{llm_response}`. `parseList` reads most answers without
 * asking.
 *
 * @throws ListConversionError
 */
export async function convertResponseToYamlList(
  options: MethodOptions & { readonly llm_response: string },
): Promise<readonly string[]> {
  const { llm_response } = options;
  const [text = ''] = await askMethod('yaml-conversion', { llm_response }, options);
  const reading = readConvertedList(text, llm_response);
  if ('items' in reading) return reading.items;
  throw new ListConversionError(reading.problem, reading.message, text);
}
