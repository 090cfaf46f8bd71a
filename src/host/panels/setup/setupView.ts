/** From the text of a pipeline, and what is known around it, to what the form shows. No `vscode`. */
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { Diagnostic } from '../../../core/errors.ts';
import { asksModels } from '../../../core/pipeline/askingKinds.ts';
import { templateOf } from '../../../core/pipeline/asking.ts';
import type { Plan, PlanStep } from '../../../core/pipeline/plan.ts';
import { pipelineName } from '../../../core/pipeline/planOutputs.ts';
import type { Recipe } from '../../../core/pipeline/recipeLibrary.ts';
import { ANSWER_PARAMETERS, LIST_PARAMETERS } from '../../../core/pipeline/recipeSchema.ts';
import { everyStep } from '../../../core/pipeline/unrollSteps.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../core/record/json.ts';
import type { SetupField, SetupProblem, SetupStep, SetupView } from '../../../protocol/setup.ts';
import { kindOf, stepsOf, valueAt } from '../../language/pipelines/pipelineNames.ts';
import { yamlNodeAt, type YamlPath } from '../../language/pipelines/yamlPlace.ts';
import { findValues, renderParts } from '../preview/previewText.ts';
import { outputsIn } from './outputEdits.ts';
import { parameterFields, schemaFields, type SchemaFieldsOptions } from './setupFields.ts';

/** Keys of a pipeline in the order in which they are usually written. */
export const PIPELINE_KEYS = [
  ...['openline', 'description', 'endpoint', 'model', 'generation', 'fallback', 'conversion', 'recipe', 'with'],
  ...['prompts', 'values', 'steps', 'output', 'outputs', 'budget', 'target'],
];

/** What is known around a pipeline. */
export interface SetupFacts {
  readonly text: string;
  /** Absolute path of the file. */
  readonly file: string;
  readonly recipes: ReadonlyMap<string, Recipe>;
  /** JSON Schema of pipelines. */
  readonly schema: JsonObject;
  readonly profiles: readonly { readonly name: string; readonly model: string | undefined }[];
  readonly defaultName: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** What a run would carry out, or would have before something went wrong. */
  readonly plan: Plan | null;
}

/** What the text holds, apart from names and reasons that are told in the editor's language. */
export type SetupContents = Omit<SetupView, 'version' | 'name' | 'place' | 'locked' | 'blocked' | 'additions'> & {
  /** Why the text cannot be changed by its data: its first mistake as YAML; null: it can. */
  readonly broken: SetupProblem | null;
};

export function setupContents(facts: SetupFacts): SetupContents {
  const { data, broken } = readText(facts.text);
  const map = isJsonObject(data) ? data : {};
  const recipe = typeof map['recipe'] === 'string' ? facts.recipes.get(map['recipe']) : undefined;
  const given = isJsonObject(map['with']) ? map['with'] : {};
  const endpoint = typeof map['endpoint'] === 'string' ? map['endpoint'] : facts.defaultName;
  const options: SchemaFieldsOptions = {
    schema: facts.schema,
    data: map,
    endpoints: facts.profiles.map(({ name }) => name),
    defaults: {
      endpoint: facts.defaultName ?? '',
      model: facts.profiles.find(({ name }) => name === endpoint)?.model ?? '',
    },
  };
  const parts = {
    parameters: recipe === undefined ? [] : parametersOf(recipe, given),
    asking: [
      ...only(schemaFields([], { ...options, usual: ['endpoint', 'model'] }).fields, ['endpoint', 'model']),
      ...schemaFields(['generation'], { ...options, usual: ['temperature', 'max_tokens'] }).fields,
    ],
    reading: schemaFields(['conversion'], options).fields,
    outputs: outputsOf(map, facts.file, options),
    limits: [...schemaFields(['budget'], options).fields, ...schemaFields(['target'], { ...options }).fields].map(
      (field) => ({ ...field, isRequired: false, isMinor: true }),
    ),
    steps: stepsOfView(map, facts, options),
  };
  const places = new ProblemPlaces(facts.text, facts.diagnostics);
  const checked = (fields: readonly SetupField[]): SetupField[] => fields.map((field) => places.mark(field));
  const contents = {
    parameters: checked(parts.parameters),
    asking: checked(parts.asking),
    reading: checked(parts.reading),
    outputs: parts.outputs.map(checked),
    limits: checked(parts.limits),
    steps: parts.steps.map((step) => ({
      ...step,
      template: step.template === null ? null : checkedTemplate(step.template, promptPath(step, recipe), map, places),
      fields: checked(step.fields),
    })),
  };
  return {
    ...contents,
    broken,
    recipe: recipe === undefined ? null : { id: recipe.id, title: recipe.title, description: recipe.description },
    sources: recipe === undefined || recipe.exactlyOne.length === 0 ? null : sourcesOf(recipe, given),
    problems: places.rest(),
    hasErrors: broken !== null || facts.diagnostics.some(({ severity }) => severity === 'error'),
  };
}

function readText(text: string): { readonly data: unknown; readonly broken: SetupProblem | null } {
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent', lineCounter: lines });
  const [error] = document.errors;
  const message = error?.message.split('\n')[0] ?? '';
  const broken: SetupProblem | null =
    error === undefined ? null : { severity: 'error', message, line: lines.linePos(error.pos[0]).line };
  try {
    return { data: document.toJS({ maxAliasCount: 100 }) as unknown, broken };
  } catch (failure) {
    // References that lead nowhere.
    return { data: undefined, broken: broken ?? { severity: 'error', message: String(failure), line: 1 } };
  }
}

function parametersOf(recipe: Recipe, given: JsonObject): readonly SetupField[] {
  const { names, chosen } = sourcesOf(recipe, given);
  const hidden = new Set(names.filter((name) => name !== chosen));
  const fields = parameterFields(recipe.parameters, given, hidden);
  const common = new Set([...Object.keys(ANSWER_PARAMETERS), ...Object.keys(LIST_PARAMETERS)]);
  return fields.map((field) => {
    if (field.name === chosen) return { ...field, isMinor: false, isRequired: true };
    return common.has(field.name) && field.value.kind === 'absent' ? { ...field, isMinor: true } : field;
  });
}

/** Where a recipe reads from, and which of that is chosen: what is given, else the first that has an example. */
export function sourcesOf({ exactlyOne, parameters }: Recipe, given: JsonObject): { names: string[]; chosen: string } {
  const chosen =
    exactlyOne.find((name) => Object.hasOwn(given, name)) ??
    exactlyOne.find((name) => parameters[name]?.example !== undefined) ??
    exactlyOne[0] ??
    '';
  return { names: [...exactlyOne], chosen };
}

/** A path that stands alone has the options of an output as well: see `changeOutput`. */
function outputsOf(map: JsonObject, file: string, options: SchemaFieldsOptions): readonly (readonly SetupField[])[] {
  const outputs = outputsIn(map, pipelineName(file));
  const isList = Array.isArray(map['outputs']);
  const data = { ...map, outputs: [...outputs] };
  const without = isList ? [] : ['path'];
  const path = isList ? [] : only(schemaFields([], { ...options, usual: ['output'] }).fields, ['output']);
  return outputs.map((_, index) => [
    ...path,
    ...schemaFields(['outputs', index], { ...options, data, without, usual: ['format'] }).fields,
  ]);
}

function only(fields: readonly SetupField[], names: readonly string[]): readonly SetupField[] {
  return fields.filter(({ name }) => names.includes(name));
}

function stepsOfView(map: JsonObject, { plan }: SetupFacts, options: SchemaFieldsOptions): readonly SetupStep[] {
  const written = stepsOf(map);
  const indexOf = (id: string): number =>
    (Array.isArray(map['steps']) ? (map['steps'] as readonly Json[]) : []).findIndex(
      (step) => isJsonObject(step) && step['id'] === id,
    );
  if (plan !== null && written.length === 0 && plan.recipe === map['recipe'])
    return plan.steps.map((step) => shownStep(step, map));
  return written.map((step, position): SetupStep => {
    const id = typeof step['id'] === 'string' ? step['id'] : '';
    const kind = kindOf(step) ?? '';
    const index = indexOf(id);
    const { from } = step;
    const before = written[position - 1]?.['id'];
    const named: readonly Json[] = Array.isArray(from) ? (from as readonly Json[]) : [from ?? before ?? null];
    const planned = plan?.steps.find((candidate) => candidate.id === id);
    const inside = kind === '' ? { fields: [], others: [] } : schemaFields(['steps', index, kind], options);
    const around = only(schemaFields(['steps', index], options).fields, ['from', 'when']);
    return {
      id,
      kind,
      from: kind === 'read' ? [] : named.filter((name) => typeof name === 'string'),
      asks: asksModels(kind),
      index: index === -1 ? null : index,
      template: planned === undefined ? null : templateView(planned, map),
      fields: [...withoutPrompt(inside.fields), ...around],
      others: [...inside.others],
    };
  });
}

/** The template has a part of its own. */
function withoutPrompt(fields: readonly SetupField[]): readonly SetupField[] {
  return fields.filter(({ name }) => name !== 'prompt' && !name.startsWith('prompt.'));
}

function shownStep(step: PlanStep, map: JsonObject): SetupStep {
  const { id, kind, from } = step;
  return {
    ...{ id, kind, from: from.map((source) => source.step), asks: asksModels(kind), index: null },
    ...{ template: templateView(step, map), fields: [], others: [] },
  };
}

function templateView(step: PlanStep, map: JsonObject): SetupStep['template'] {
  const template = templateOf(step);
  if (template === undefined) return null;
  const { id, source, body, system, expects, sample, placeholders } = template;
  const values = 'values' in step ? step.values : {};
  const found = findValues(placeholders, {
    bind: {},
    record: undefined,
    // What the pipeline says goes before the sample of the template.
    pipeline: sample,
    sample: values,
    builtIn: {},
  });
  const place = source.startsWith('builtin:') ? 'builtin' : source.startsWith('inline:') ? 'inline' : 'file';
  return {
    name: place === 'inline' ? '' : id,
    place,
    isReplaced: isJsonObject(map['prompts']) && Object.hasOwn(map['prompts'], step.id),
    problem: null,
    messages: renderParts({ body, system, expects, sample, placeholders, problems: [] }, found),
  };
}

/** Where a pipeline names the template of a step. */
export function promptPath({ id, index, kind }: Pick<SetupStep, 'id' | 'index' | 'kind'>, recipe?: Recipe): YamlPath {
  if (index !== null) return ['steps', index, kind, 'prompt'];
  // The rounds of a recipe share their templates.
  const isOwn = recipe === undefined || everyStep(recipe.steps).some((step) => step['id'] === id);
  return ['prompts', isOwn ? id : id.replace(/_\d+$/u, '')];
}

/** While the named template cannot be used, what is planned is that of before. */
function checkedTemplate(
  template: NonNullable<SetupStep['template']>,
  path: YamlPath,
  map: JsonObject,
  places: ProblemPlaces,
): SetupStep['template'] {
  const problem = places.at(path);
  if (problem?.severity !== 'error') return template;
  const named = valueAt(map, path);
  const name = typeof named === 'string' ? named : template.name;
  return { ...template, name, problem: problem.message, messages: [] };
}

/** Where the problems of a text stand, so that each is shown at the value that it is about. */
class ProblemPlaces {
  readonly #document;
  readonly #found: readonly FoundProblem[];
  readonly #told = new Set<Diagnostic>();

  constructor(text: string, diagnostics: readonly Diagnostic[]) {
    this.#document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
    const starts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#found = diagnostics.map((diagnostic) => {
      const { position } = diagnostic;
      const start = starts[(position?.line ?? 0) - 1];
      const offset = start === undefined ? -1 : start + (position?.column ?? 1) - 1;
      return { diagnostic, offset, path: offset === -1 ? undefined : yamlNodeAt(text, offset)?.path };
    });
  }

  /** The field with the worst of what is wrong at it or inside of it. */
  mark(field: SetupField): SetupField {
    const problem = this.at(field.path);
    return problem === undefined ? field : { ...field, problem };
  }

  /** The worst of what is wrong at a value or inside of it; from then on it counts as told. */
  at(path: YamlPath): NonNullable<SetupField['problem']> | undefined {
    const node = this.#document.getIn(path, true);
    const [start, end] = isNode(node) ? (node.range ?? [0, -1]) : [0, -1];
    const own = this.#found.filter(
      ({ path: own, offset }) =>
        (own !== undefined && startsWith(own, path)) || (offset >= start && offset < end && offset !== -1),
    );
    for (const { diagnostic } of own) this.#told.add(diagnostic);
    const worst = own.find(({ diagnostic }) => diagnostic.severity === 'error') ?? own[0];
    return worst === undefined ? undefined : { severity: worst.diagnostic.severity, message: worst.diagnostic.message };
  }

  /** What is shown at no field. */
  rest(): SetupProblem[] {
    return this.#found
      .filter(({ diagnostic }) => !this.#told.has(diagnostic))
      .map(({ diagnostic: { severity, message, position } }) => ({ severity, message, line: position?.line ?? 1 }));
  }
}

interface FoundProblem {
  readonly diagnostic: Diagnostic;
  readonly offset: number;
  readonly path: YamlPath | undefined;
}

function startsWith(path: YamlPath, head: YamlPath): boolean {
  return head.every((name, index) => path[index] === name);
}
