import type { FilePosition } from '../errors.ts';
import type { DataPath } from '../files/checkValue.ts';
import { nearestName } from '../files/nearestName.ts';
import type { JsonObject } from '../record/json.ts';
import type { Template } from '../prompts/template.ts';
import { mayHaveField, unknownField, type KnownFields } from './knownFields.ts';
import type { Ask, Conversion, Expectation, GenerateStep, JsonExpectation } from './plan.ts';
import { pipelineDefaults, planAsk } from './planAsk.ts';
import { describesObject, fieldsWith, planJsonSchema, SCHEMA_PLACEHOLDER, withJsonMode } from './planJson.ts';
import type { Planning } from './planContext.ts';
import { planRefine } from './planRefine.ts';
import { planTemplate, withSystem } from './planTemplate.ts';
import type { Problems } from './problems.ts';
import { tellUse } from './templateUse.ts';
import type { ConversionInput, StepInput } from './pipelineSchema.ts';
import type { StepDraft } from './readPipeline.ts';

type GenerateInput = NonNullable<StepInput['generate']>;
type ExpectInput = NonNullable<GenerateInput['expect']>;
type Places = (path: DataPath, part: 'key' | 'value') => FilePosition;

/** What a `generate` step adds to its id and sources. */
export type GenerateParts = Omit<GenerateStep, 'kind' | 'id' | 'from' | 'prefixesKeys'>;

/** Field that takes an answer when the step says nothing of it. */
const ANSWER_FIELD = 'answer';
/** Key of `prompts:` and id of the built-in template for turning answers into lists. */
export const CONVERSION = 'conversion';
const CONVERSION_TEMPLATE = 'yaml-conversion';
const CONVERSION_PLACEHOLDER = 'llm_response';

/** What an answer can be; exactly one of these keys stands in `expect`, `text` when there is none. */
const FORMS = ['list', 'text', 'label', 'pairs', 'json'] as const;
/** Keys of `expect` and the forms that they belong to. */
const FORM_OPTIONS = [
  ['length', 'list', 'pairs'],
  ['on_mismatch', 'list', 'pairs'],
  ['messages', 'text'],
  ['labels', 'label'],
  ['answer', 'label', 'pairs'],
  ['whole', 'pairs'],
  ['into', 'json'],
] as const;
const YES_OR_NO: readonly string[] = ['Yes', 'No'];

/** What the steps of a recipe take from its parameters when they say nothing of their own. */
export interface AnswerDefaults {
  readonly attempts?: number;
  readonly on_mismatch?: ExpectInput['on_mismatch'];
  readonly on_unreadable?: ExpectInput['on_unreadable'];
  readonly keep_truncated?: boolean;
}

/** The parameters that all recipes have, which have been checked, as defaults of their steps. */
export function answerDefaults(parameters: JsonObject): AnswerDefaults {
  const { attempts, on_mismatch: mismatch, on_unreadable: unreadable, keep_truncated: truncated } = parameters;
  return {
    ...(typeof attempts === 'number' ? { attempts } : {}),
    ...(mismatch === 'trim' || mismatch === 'keep' || mismatch === 'discard' || mismatch === 'fail'
      ? { on_mismatch: mismatch }
      : {}),
    ...(unreadable === 'discard' || unreadable === 'fail' ? { on_unreadable: unreadable } : {}),
    ...(typeof truncated === 'boolean' ? { keep_truncated: truncated } : {}),
  };
}

/**
 * Settles template, placeholders, endpoint and expectation of a step.
 *
 * @param fields what the records that come in have
 * @param usedValues gathers the names of the pipeline's `values` that a template takes
 * @returns null after a mistake, which has been told
 */
export async function planGenerate(
  generate: GenerateInput,
  draft: StepDraft,
  fields: KnownFields,
  defaults: AnswerDefaults,
  usedValues: Set<string>,
  planning: Planning,
): Promise<GenerateParts | null> {
  const locate: Places = (path, part) => draft.locate(['generate', ...path], part);
  const { pipeline } = planning;
  const key = draft.templateKey ?? draft.id;
  const replaced = pipeline.input.prompts?.[key];
  const promptAt =
    replaced === undefined ? locate(['prompt'], 'value') : pipeline.source.positionOf(['prompts', key], 'value');
  const found = await planTemplate(replaced ?? generate.prompt, draft.id, promptAt, planning);
  const template = withSystem(found, generate.system, () => locate(['system'], 'value'), planning);
  const asked = planAsk(generate, pipelineDefaults(planning), locate, planning);
  const chosen = asked === null || generate.n === undefined ? asked : withChoices(asked, generate.n);
  const ask = chosen === null || generate.expect?.json === undefined ? chosen : withJsonMode(chosen, planning);
  const input = generate.conversion ?? pipeline.input.conversion ?? {};
  const read = planExpectation(generate.expect ?? {}, input, defaults, locate, planning);
  const expect = read?.kind === 'json' ? await planJsonExpectation(read, template, locate, planning) : read;
  const conversion =
    expect?.kind === 'list' && ask !== null
      ? await planConversion(input, ask, generate.conversion === undefined ? undefined : locate, planning)
      : null;
  if (template === null) return null;
  const isSchemaWrong = read?.kind === 'json' && expect === null;
  const provided = isSchemaWrong ? { [SCHEMA_PLACEHOLDER]: '' } : providedBy(expect);
  const filled = fillPlaceholders(
    template,
    generate,
    draft,
    { fields, promptAt, locate, usedValues, provided },
    planning,
  );
  warnOfOtherForm(template, expect, promptAt, planning);
  const refined = planRefine(generate, ask?.generation.n ?? 1, fields, locate, planning);
  if (ask === null || expect === null) return null;
  const full: Expectation | null =
    expect.kind !== 'list' ? expect : conversion === null ? null : { ...expect, conversion };
  if (full === null) return null;
  return {
    template,
    ...filled,
    ask,
    expect: full,
    keepTruncated: generate.keep_truncated ?? defaults.keep_truncated ?? false,
    essential: generate.essential ?? false,
    ...refined,
  };
}

type OpenExpectation = Exclude<Expectation, { kind: 'list' }> | Omit<Expectation & { kind: 'list' }, 'conversion'>;

/** Values that a step brings along for placeholders of its template. */
function providedBy(expect: OpenExpectation | null): Readonly<Record<string, string>> {
  if (expect?.kind === 'label') return { labels: expect.labels.join(', ') };
  return expect?.kind === 'json' ? { [SCHEMA_PLACEHOLDER]: JSON.stringify(expect.schema) } : {};
}

/** An expectation of JSON with its schema read and checked. */
async function planJsonExpectation(
  { field, attempts, onUnreadable, given }: GivenJson,
  template: Template | null,
  locate: Places,
  planning: Planning,
): Promise<JsonExpectation | null> {
  const at: Places = (path, part) => locate(['expect', 'json', ...path], part);
  const schema = await planJsonSchema(given, at, planning);
  if (schema === null) return null;
  if (field === null && !describesObject(schema)) {
    const message =
      'the members of the answer become fields, so the schema must be that of an object (`type: object`); or give a field for the whole value: `into: FIELD`';
    planning.problems.error('bad-schema', message, at([], typeof given === 'string' ? 'value' : 'key'));
    return null;
  }
  const shown = template?.placeholders.includes(SCHEMA_PLACEHOLDER) === true;
  return { kind: 'json', field, schema, shown, attempts, onUnreadable };
}

/** An expectation of JSON whose schema has not been read. */
interface GivenJson extends Pick<JsonExpectation, 'kind' | 'field' | 'attempts' | 'onUnreadable'> {
  readonly given: string | JsonObject;
}

function planExpectation(
  expect: ExpectInput,
  conversion: ConversionInput,
  defaults: AnswerDefaults,
  locate: Places,
  { problems }: Planning,
): Exclude<OpenExpectation, JsonExpectation> | GivenJson | null {
  const attempts = expect.attempts ?? defaults.attempts ?? (conversion.mode === 'model' ? 1 : 2);
  const onUnreadable = expect.on_unreadable ?? defaults.on_unreadable ?? 'discard';
  const given = FORMS.filter((form) => expect[form] !== undefined);
  const [form = 'text'] = given;
  if (given.length > 1) {
    const message = 'an answer is one of `list`, `text`, `label`, `pairs` and `json`';
    problems.error('conflicting-keys', message, locate(['expect', given[1] ?? form], 'key'));
    return null;
  }
  for (const [name, ...owners] of FORM_OPTIONS) {
    if (expect[name] === undefined || owners.some((owner) => owner === form)) continue;
    const message = `\`${name}\` has no effect without ${owners.map((owner) => `\`${owner}\``).join(' or ')}`;
    problems.error('needless-key', message, locate(['expect', name], 'key'));
  }
  if (expect.label !== undefined) {
    const labels = expect.labels ?? YES_OR_NO;
    checkLabels(labels, (index) => locate(['expect', 'labels', index], 'value'), problems);
    const answerField = expect.answer === undefined ? {} : { answerField: expect.answer };
    return { kind: 'label', field: expect.label, labels, ...answerField, attempts, onUnreadable };
  }
  if (expect.json !== undefined) {
    return { kind: 'json', given: expect.json, field: expect.into ?? null, attempts, onUnreadable };
  }
  const lengths = { length: expect.length ?? null, onMismatch: expect.on_mismatch ?? defaults.on_mismatch ?? 'trim' };
  if (expect.pairs !== undefined) {
    if (expect.answer === undefined) {
      const message = '`pairs` takes the question; the field for its answer is missing: `answer: FIELD`';
      problems.error('missing-key', message, locate(['expect', 'pairs'], 'key'));
      return null;
    }
    const whole = expect.whole === undefined ? {} : { wholeField: expect.whole };
    const fields = { field: expect.pairs, answerField: expect.answer, ...whole };
    return { kind: 'pairs', ...fields, ...lengths, onUnreadable, attempts };
  }
  if (expect.list === undefined) {
    const messages = expect.messages === undefined ? {} : { messages: expect.messages };
    return { kind: 'text', field: expect.text ?? ANSWER_FIELD, ...messages, attempts, onUnreadable };
  }
  return {
    kind: 'list',
    field: expect.list,
    ...lengths,
    onUnreadable,
    attempts,
  };
}

/** Labels that differ only in case could not be told apart in an answer. */
function checkLabels(labels: readonly string[], at: (index: number) => FilePosition, problems: Problems): void {
  const plain = labels.map((label) => label.trim().toLowerCase());
  for (const [index, label] of plain.entries()) {
    const first = plain.indexOf(label);
    if (label === '') problems.error('empty-label', 'a label needs a text', at(index));
    else if (first !== index) {
      problems.error('duplicate-label', `the label ${labels[first] ?? label} is listed twice`, at(index));
    }
  }
}

/**
 * The fields of the records of a step: those that came in and those that its answers add.
 *
 * @param planned absent after a mistake
 */
export function fieldsAfter(
  incoming: KnownFields,
  expect: ExpectInput | undefined,
  planned: Expectation | undefined,
): KnownFields {
  if (incoming === null) return null;
  const { list, text, label, pairs, json, into, messages, answer, whole } = expect ?? {};
  const first = list ?? text ?? label ?? pairs ?? (json === undefined ? ANSWER_FIELD : into);
  const fields = new Set([...incoming, ...[first, messages, answer, whole].filter((name) => name !== undefined)]);
  if (json === undefined || into !== undefined) return fields;
  return planned?.kind === 'json' ? fieldsWith(fields, planned.schema) : null;
}

function withChoices(ask: Ask, n: number): Ask {
  const fallback = ask.fallback?.map((next) => withChoices(next, n));
  return {
    ...ask,
    generation: { ...ask.generation, n },
    ...(fallback === undefined ? {} : { fallback }),
  };
}

/** @param own places of the step's own `conversion`, where it has one */
async function planConversion(
  input: ConversionInput,
  ask: { readonly endpoint: string; readonly model: string },
  own: Places | undefined,
  planning: Planning,
): Promise<Conversion | null> {
  const { pipeline, problems } = planning;
  const { source } = pipeline;
  const locate: Places = (path, part) =>
    own === undefined ? source.positionOf([CONVERSION, ...path], part) : own([CONVERSION, ...path], part);
  const prompt = pipeline.input.prompts?.[CONVERSION];
  const at = prompt === undefined ? locate([], 'key') : source.positionOf(['prompts', CONVERSION], 'value');
  const template = await planTemplate(prompt ?? CONVERSION_TEMPLATE, CONVERSION, at, planning);
  // Whoever takes over from the step was settled for it; the pipeline's own fallback is settled anew for the conversion.
  const { fallback = [] } = pipelineDefaults(planning);
  const { endpoint, model } = ask;
  const defaults = { endpoint, model, generation: {}, fallback, at: locate([], 'key') };
  const converter = planAsk(input, defaults, locate, planning);
  if (template === null || converter === null) return null;
  planning.context.onTemplate?.({
    step: CONVERSION,
    template: { id: template.id, source: template.source },
    placeholders: [],
    at,
    supplies: [CONVERSION_PLACEHOLDER],
    isOpen: false,
    expected: [CONVERSION_PLACEHOLDER],
    bind: {},
    values: {},
    replaces: template.id === CONVERSION_TEMPLATE ? null : CONVERSION_TEMPLATE,
  });
  const others = template.placeholders.filter((name) => name !== CONVERSION_PLACEHOLDER);
  for (const name of others) {
    const message = `the placeholder {${name}} has no value in a conversion; the only one is {${CONVERSION_PLACEHOLDER}}`;
    problems.error('unknown-placeholder', message, at);
  }
  if (!template.placeholders.includes(CONVERSION_PLACEHOLDER)) {
    problems.error('missing-placeholder', `a conversion needs the placeholder {${CONVERSION_PLACEHOLDER}}`, at);
  }
  return { ...converter, mode: input.mode ?? 'auto', template };
}

/** Finds for every placeholder what fills it in: `bind`, the step's `values`, the pipeline's, a record field. */
export function fillPlaceholders(
  template: Template,
  generate: Pick<GenerateInput, 'bind' | 'values'>,
  draft: StepDraft,
  places: {
    readonly fields: KnownFields;
    readonly promptAt: FilePosition;
    readonly locate: Places;
    readonly usedValues: Set<string>;
    /** Values that the step brings along; its own `bind` and `values` go before them. */
    readonly provided?: Readonly<Record<string, string>>;
  },
  planning: Planning,
): Pick<GenerateParts, 'bind' | 'values'> {
  const { pipeline, problems } = planning;
  const { fields, promptAt, locate, usedValues, provided = {} } = places;
  tellUse(template, draft, promptAt, { ...generate, provided, fields }, planning);
  const own = { bind: generate.bind ?? {}, values: generate.values ?? {} };
  const shared = pipeline.input.values ?? {};
  const bind: Record<string, string> = {};
  const values: Record<string, string | number> = {};
  for (const [placeholder, path] of Object.entries(own.bind)) {
    if (fields !== null && !mayHaveField(fields, path)) {
      problems.error('unknown-field', unknownField(path, fields), locate(['bind', placeholder], 'value'));
    }
    if (Object.hasOwn(own.values, placeholder)) {
      const message = `\`${placeholder}\` is in \`bind\` and in \`values\`; keep one of the two`;
      problems.error('conflicting-keys', message, locate(['values', placeholder], 'key'));
    }
  }
  for (const placeholder of template.placeholders) {
    if (Object.hasOwn(shared, placeholder)) usedValues.add(placeholder);
    const path = Object.hasOwn(own.bind, placeholder) ? own.bind[placeholder] : undefined;
    const value = Object.hasOwn(own.values, placeholder) ? own.values[placeholder] : undefined;
    const brought = Object.hasOwn(provided, placeholder) ? provided[placeholder] : undefined;
    const sharedValue = Object.hasOwn(shared, placeholder) ? shared[placeholder] : undefined;
    if (path !== undefined) bind[placeholder] = path;
    else if (value !== undefined) values[placeholder] = value;
    else if (brought !== undefined) values[placeholder] = brought;
    else if (sharedValue !== undefined) values[placeholder] = sharedValue;
    else if (mayHaveField(fields, placeholder)) bind[placeholder] = placeholder;
    else {
      const there = new Set([
        ...Object.keys(own.bind),
        ...Object.keys(own.values),
        ...Object.keys(shared),
        ...(fields ?? []),
      ]);
      problems.error('unknown-placeholder', unknownPlaceholder(placeholder, template, draft, [...there]), promptAt);
    }
  }
  // A recipe offers values that a replaced template need not take.
  if (!draft.fromRecipe) {
    for (const part of ['bind', 'values'] as const) {
      for (const name of Object.keys(own[part])) {
        if (template.placeholders.includes(name)) continue;
        const message = `the template has no placeholder {${name}}; it has ${template.placeholders.join(', ') || 'none'}`;
        problems.warning('unused-value', message, locate([part, name], 'key'));
      }
    }
  }
  return { bind, values };
}

function unknownPlaceholder(name: string, template: Template, draft: StepDraft, there: readonly string[]): string {
  const nearest = nearestName(name, there);
  const guess = nearest === undefined ? '' : ` (did you mean {${nearest}}?)`;
  const list = there.length === 0 ? 'nothing can be filled in here' : `there are ${there.join(', ')}`;
  return `nothing fills in the placeholder {${name}} of the template ${template.id} in the step ${draft.id}${guess}; ${list}. Add it to \`values:\``;
}

function warnOfOtherForm(
  template: Template,
  expect: OpenExpectation | null,
  at: FilePosition,
  { problems }: Planning,
): void {
  if (expect === null || template.expects === undefined || (template.expects === 'list') === (expect.kind === 'list')) {
    return;
  }
  const read = expect.kind === 'json' ? 'JSON' : 'a text';
  const [asks, reads] = template.expects === 'list' ? ['a list', read] : ['no list', 'a list'];
  problems.warning('other-form', `the template ${template.id} asks for ${asks}, the step reads ${reads}`, at);
}
