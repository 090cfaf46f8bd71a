/** Prompts and generation parameters as the inputs that a model declares. */
import type { GenerationParameters } from '../endpoint.ts';
import type { JsonObject } from '../../record/json.ts';
import type { DeclaredTensor, ModelFacts } from './modelFacts.ts';
import { isDatatype, type Tensor } from './tensors.ts';

/** Names of the prompts and of the answers: NeMo Deploy's, then those of Triton's own text models. */
const PROMPTS = ['prompts', 'prompt', 'text_input'];
const ANSWERS = ['outputs', 'sentences', 'text_output'];

/** Our parameter → names under which models declare it: TensorRT-LLM, in-framework, Triton's own. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  max_tokens: ['max_output_len', 'max_length', 'max_output_token', 'max_tokens'],
  top_k: ['top_k'],
  top_p: ['top_p'],
  temperature: ['temperature'],
  seed: ['random_seed', 'seed'],
  stop: ['stop_words_list', 'stop_words'],
};

/** What a model gets that insists on an input for which nothing was set: greedy, as NeMo's own client asks. */
const INSISTED: Readonly<Record<string, number>> = { max_tokens: 512, top_k: 1, top_p: 0, temperature: 1, seed: 0 };

/** Inputs that are always told, where they are declared: the text is a formatted prompt, and only the answer is wanted. */
const SETTLED: Readonly<Record<string, boolean>> = { compute_logprob: false, apply_chat_template: false };

/** What goes into one request: prompts that share their parameters. */
export interface Prompting {
  readonly prompts: readonly string[];
  readonly parameters: JsonObject;
  readonly stop: readonly string[];
}

export interface NemoInputs {
  readonly inputs: readonly Tensor[];
  /** Name of the output that holds the answers. */
  readonly output: string;
  /** Parameters for which the model declares no input. */
  readonly unused: readonly string[];
}

/** The parameters of a request under our own names, `extra` among them. What a model does not declare is not sent. */
export function parametersOf({ extra, ...generation }: GenerationParameters): JsonObject {
  const { max_tokens, temperature, top_p, seed } = generation;
  return {
    ...(max_tokens === undefined ? {} : { max_tokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(top_p === undefined ? {} : { top_p }),
    ...(seed === undefined ? {} : { seed }),
    ...extra,
  };
}

/** @returns what is missing, in words that follow "the model", where it takes no prompts or gives no texts */
export function nemoInputs(facts: ModelFacts, prompting: Prompting): NemoInputs | { readonly problem: string } {
  const { prompts, parameters, stop } = prompting;
  const declared = new Map(facts.inputs.map((input) => [input.name, input]));
  const promptInput = PROMPTS.map((name) => declared.get(name)).find((input) => input?.datatype === 'BYTES');
  if (promptInput === undefined) {
    return { problem: `declares no input for prompts (${PROMPTS.join(', ')}); it has ${listed(facts.inputs)}` };
  }
  const output = answersOf(facts.outputs);
  if (output === undefined) return { problem: `declares no output of texts; it has ${listed(facts.outputs)}` };
  const inputs: Tensor[] = [
    tensorOf(
      promptInput,
      prompts.map((prompt) => [prompt]),
    ),
  ];
  const used = new Set([promptInput.name]);
  const unused: string[] = [];

  const give = (input: DeclaredTensor, row: readonly (string | number | boolean)[]): boolean => {
    if (!isDatatype(input.datatype) || used.has(input.name)) return false;
    used.add(input.name);
    inputs.push(
      tensorOf(
        input,
        prompts.map(() => row),
      ),
    );
    return true;
  };
  const find = (parameter: string): DeclaredTensor | undefined =>
    (NAMES[parameter] ?? [parameter]).map((name) => declared.get(name)).find((input) => input !== undefined);

  if (stop.length > 0) {
    const input = find('stop');
    // A row of one element takes several words as TensorRT-LLM reads them: separated by commas.
    const row = input?.shape.at(-1) === 1 && stop.length > 1 ? [stop.join(',')] : stop;
    if (input === undefined || !give(input, row)) unused.push('stop');
  }
  for (const [parameter, value] of Object.entries(parameters)) {
    const input = find(parameter);
    const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (input === undefined || !isScalar || !give(input, [value])) unused.push(parameter);
  }
  for (const [name, value] of Object.entries(SETTLED)) {
    const input = declared.get(name);
    if (input !== undefined) give(input, [value]);
  }
  for (const [parameter, value] of Object.entries(INSISTED)) {
    const input = find(parameter);
    if (input?.optional === false) give(input, [value]);
  }
  return { inputs, output, unused };
}

function answersOf(outputs: readonly DeclaredTensor[]): string | undefined {
  const texts = outputs.filter(({ datatype }) => datatype === 'BYTES').map(({ name }) => name);
  return ANSWERS.find((name) => texts.includes(name)) ?? texts[0];
}

/** Rows of equal length; a model that declares no batch gets them one after the other. */
function tensorOf(input: DeclaredTensor, rows: readonly (readonly (string | number | boolean)[])[]): Tensor {
  const { name, datatype } = input;
  const width = rows[0]?.length ?? 0;
  const shape = input.shape.length === 1 ? [rows.length * width] : [rows.length, width];
  return { name, datatype: isDatatype(datatype) ? datatype : 'BYTES', shape, data: rows.flat() };
}

function listed(tensors: readonly DeclaredTensor[]): string {
  return tensors.length === 0 ? 'none' : tensors.map(({ name, datatype }) => `${name} ${datatype}`).join(', ');
}
