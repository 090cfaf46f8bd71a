import { dirname, resolve } from 'node:path';
import { isMap, isSeq, parseDocument, visit } from 'yaml';
import { isTable } from '../datasets/formats.ts';
import { unknownName } from '../files/checkValue.ts';
import { InvalidInputError } from '../errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../record/json.ts';
import { fillStep, outputFields } from './expandRecipe.ts';
import type { PlanContext } from './planContext.ts';
import type { PipelineText } from './planPipeline.ts';
import { answerDefaults, type AnswerDefaults } from './planGenerate.ts';
import { pipelineName } from './planOutputs.ts';
import { stepSchema, type OutputInput } from './pipelineSchema.ts';
import { Problems } from './problems.ts';
import { unrollSteps } from './unrollSteps.ts';
import { readPipeline, type ReadPipeline } from './readPipeline.ts';
import type { Recipe } from './recipeLibrary.ts';
import { resolveParameters } from './recipeParameters.ts';

/** Collections that fit into a line of this length are written in one. */
const FLOW_WIDTH = 90;
const STEP_DEFAULTS = { on_mismatch: 'trim', on_unreadable: 'discard' };

/**
 * The same pipeline with the recipe's steps written out, its parameters filled in: what it does stays the same, and
 * everything can be changed. Comments and all other keys of the file stay.
 *
 * @param context `templates` is used to leave out values that no placeholder takes
 * @returns YAML
 * @throws InvalidInputError when the file is no pipeline of a recipe, or its parameters are wrong
 */
export async function ejectPipeline(
  input: PipelineText,
  context: Pick<PlanContext, 'recipes'> & Partial<Pick<PlanContext, 'templates'>>,
): Promise<string> {
  const file = resolve(input.file);
  const problems = new Problems();
  const pipeline = readPipeline(file, input.text, problems);
  problems.throwIfAny();
  const id = pipeline?.input.recipe;
  if (pipeline === null || id === undefined) {
    throw InvalidInputError.of('no-recipe', 'this pipeline has no recipe: its steps are written out already', { file });
  }
  const recipeAt = pipeline.source.positionOf(['recipe'], 'value');
  const recipe = context.recipes.get(id);
  if (recipe === undefined) {
    throw InvalidInputError.of('unknown-recipe', unknownName(id, [...context.recipes.keys()], 'a recipe'), recipeAt);
  }
  const parameters = resolveParameters(
    recipe,
    {
      with: pipeline.input.with ?? {},
      set: {},
      locateWith: (path, part) => pipeline.source.positionOf(['with', ...path], part),
      recipeAt,
    },
    problems,
  );
  problems.throwIfAny();

  const document = parseDocument(input.text);
  document.delete('recipe');
  document.delete('with');
  document.delete('output');
  document.set(
    'steps',
    document.createNode(writeSteps(recipe, parameters, takesValue(pipeline, context.templates ?? new Map()))),
  );
  // Rounds share the templates of a recipe; once written out, each step has its own.
  for (const { raw, name } of unrollSteps(recipe.steps, parameters)) {
    const prompt = pipeline.input.prompts?.[name];
    if (prompt !== undefined && raw['id'] !== name) document.setIn(['prompts', raw['id']], document.createNode(prompt));
  }
  document.set('outputs', document.createNode(await writeOutputs(recipe, parameters, pipeline, file)));
  writeCompactly(document);
  return document.toString({ lineWidth: 120 });
}

/** Whether the template of a step takes a value that the recipe offers; a replaced template may take any. */
type TakesValue = (id: Json | undefined, prompt: Json | undefined, name: string) => boolean;

function takesValue({ input }: ReadPipeline, templates: PlanContext['templates']): TakesValue {
  return (id, prompt, name) => {
    const isReplaced = typeof id === 'string' && input.prompts?.[id] !== undefined;
    const template = isReplaced || typeof prompt !== 'string' ? undefined : templates.get(prompt);
    return template?.placeholders.includes(name) ?? true;
  };
}

function writeSteps(recipe: Recipe, parameters: JsonObject, takes: TakesValue): readonly Json[] {
  const defaults = answerDefaults(parameters);
  const filled = unrollSteps(recipe.steps, parameters).map((step) => fillStep(step.raw, step.parameters));
  // A step that is left out has a place in lists of sources, on which the keys of the others depend.
  const named = new Set(filled.flatMap(({ value, stays }) => (stays && isJsonObject(value) ? sourcesOf(value) : [])));
  return filled.flatMap(({ value, stays }) => {
    if (!isJsonObject(value)) return [];
    if (stays) return [writeStep(value, defaults, takes)];
    const { id, ...rest } = value;
    if (typeof id !== 'string' || !named.has(id)) return [];
    const isWhole = stepSchema.safeParse(value).success;
    return [isWhole ? { id, when: false, ...writeStep(rest, defaults, takes) } : { id, when: false }];
  });
}

function sourcesOf({ from }: JsonObject): readonly string[] {
  const list: readonly Json[] = Array.isArray(from) ? (from as readonly Json[]) : [from ?? null];
  return list.filter((source) => typeof source === 'string');
}

/** Writes out what steps of a recipe take from its parameters, as far as it is not the default anyway. */
function writeStep(step: JsonObject, defaults: AnswerDefaults, takes: TakesValue): JsonObject {
  const dialogue = step['dialogue'];
  if (isJsonObject(dialogue)) {
    // A side of which the recipe's parameters say nothing speaks for the pipeline's model anyway.
    const told = Object.entries(dialogue).filter(([, value]) => !isJsonObject(value) || Object.keys(value).length > 0);
    return { ...step, dialogue: { ...Object.fromEntries(told), ...answerOptions(defaults, false) } };
  }
  for (const kind of ['judge', 'reward'] as const) {
    const part = step[kind];
    if (!isJsonObject(part)) continue;
    const { keep_truncated: _truncated, attempts, ...options } = answerOptions(defaults, false);
    const asked = kind === 'judge' && attempts !== undefined ? { attempts } : {};
    return { ...step, [kind]: { ...options, ...asked, ...part } };
  }
  const generate = step['generate'];
  if (!isJsonObject(generate)) return step;
  const expect = isJsonObject(generate['expect']) ? generate['expect'] : {};
  const { keep_truncated: truncated, ...options } = answerOptions(defaults, 'list' in expect || 'pairs' in expect);
  const offered = isJsonObject(generate['values']) ? Object.entries(generate['values']) : [];
  const values = Object.fromEntries(offered.filter(([name]) => takes(step['id'], generate['prompt'], name)));
  return {
    ...step,
    generate: {
      ...generate,
      ...(offered.length === 0 ? {} : { values }),
      expect: { ...expect, ...options, ...expect },
      ...(truncated === undefined ? {} : { keep_truncated: truncated }),
    },
  };
}

/** What a recipe's parameters say of answers, as far as it is not the default of a step anyway. */
function answerOptions(defaults: AnswerDefaults, readsList: boolean): Record<string, Json> {
  const options: Record<string, Json> = {};
  for (const name of ['on_mismatch', 'on_unreadable'] as const) {
    const value = defaults[name];
    if (value === undefined || value === STEP_DEFAULTS[name]) continue;
    if (name === 'on_mismatch' && !readsList) continue;
    options[name] = value;
  }
  if (defaults.attempts !== undefined) options['attempts'] = defaults.attempts;
  if (defaults.keep_truncated === true) options['keep_truncated'] = true;
  return options;
}

async function writeOutputs(
  recipe: Recipe,
  parameters: JsonObject,
  { input }: ReadPipeline,
  file: string,
): Promise<readonly Json[]> {
  const { from } = recipe.output;
  const fields = await outputFields(recipe, parameters, dirname(file));
  const last = unrollSteps(recipe.steps, parameters).at(-1)?.raw['id'];
  const usual = from ?? (typeof last === 'string' ? last : '');
  const ownFields = fields === null ? {} : { fields: ['id', ...fields] };
  const outputs = input.outputs ?? [{ path: input.output ?? `data/${pipelineName(file)}.jsonl` }];
  return outputs.map((output) => {
    const isUsual = output.from === undefined || output.from === usual;
    return {
      ...(from === null ? {} : { from }),
      ...output,
      ...(isUsual && takesFields(output) ? ownFields : {}),
    };
  });
}

/** Whether the fields of the recipe's records are those of the file as well. */
function takesFields({ format, fields, map }: OutputInput): boolean {
  return isTable(format ?? 'jsonl') && fields === undefined && map === undefined;
}

/** Small maps and lists on one line, as a person would write them. */
export function writeCompactly(document: ReturnType<typeof parseDocument>): void {
  for (const key of ['steps', 'outputs']) {
    visit(document.get(key, true) as never, {
      Collection: (_, node, path) => {
        if (path.length < 2) return;
        const text = JSON.stringify(node.toJS(document));
        const isFlat = isMap(node) || isSeq(node) ? !text.includes('\\n') && text.length <= FLOW_WIDTH : false;
        if (isFlat) node.flow = true;
      },
    });
  }
}
