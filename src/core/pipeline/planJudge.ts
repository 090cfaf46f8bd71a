import type { JsonObject } from '../record/json.ts';
import type { KnownFields } from './knownFields.ts';
import type { JudgeStep } from './plan.ts';
import { pipelineDefaults, planAsk } from './planAsk.ts';
import type { Planning } from './planContext.ts';
import { fillPlaceholders, type AnswerDefaults } from './planGenerate.ts';
import { SCHEMA_PLACEHOLDER, withJsonMode } from './planJson.ts';
import { withField, type Base, type Places, type Planned } from './planScorer.ts';
import { planTemplate, withSystem } from './planTemplate.ts';
import type { StepInput } from './pipelineSchema.ts';
import type { StepDraft } from './readPipeline.ts';

const RUBRIC = 'judge-helpfulness';
const CRITERIA_RUBRIC = 'judge-answerability';
const PAIR_RUBRIC = 'judge-pair';
/** Placeholders that take the two responses of a comparison. */
const PAIR = ['response_a', 'response_b'] as const;
const JUDGE_FIELD = 'judge';
const SCALE = { min: 1, max: 5 };
const SCORES: readonly string[] = ['score'];
const REASON = 'reason';
const ATTEMPTS = 2;
/** Placeholders that take the ends of the scale. */
const SCALE_PLACEHOLDERS = ['scale_min', 'scale_max'] as const;

/**
 * Settles who judges, by which rubric and on which scale.
 *
 * @param fields what the records that come in have
 * @param usedValues gathers the names of the pipeline's `values` that the template takes
 */
export async function planJudge(
  judge: NonNullable<StepInput['judge']>,
  base: Base,
  draft: StepDraft,
  incoming: KnownFields,
  defaults: AnswerDefaults,
  usedValues: Set<string>,
  planning: Planning,
): Promise<Planned<JudgeStep>> {
  const locate: Places = (path, part) => draft.locate(['judge', ...path], part);
  const { pipeline, problems } = planning;
  const { into = JUDGE_FIELD, scale = SCALE, scores = SCORES } = judge;
  const { criteria, compare } = judge;
  const rubric = criteria !== undefined ? CRITERIA_RUBRIC : compare !== undefined ? PAIR_RUBRIC : RUBRIC;
  checkForm(judge, locate, planning);
  const fields = withField(incoming, into);
  if (scale.min >= scale.max) {
    const message = 'the scale leads from the worst score, `min`, up to the best, `max`';
    problems.error('out-of-range', message, locate(['scale', 'min'], 'value'));
  }
  const key = draft.templateKey ?? draft.id;
  const replaced = pipeline.input.prompts?.[key];
  const promptAt =
    replaced !== undefined
      ? pipeline.source.positionOf(['prompts', key], 'value')
      : locate(judge.prompt === undefined ? [] : ['prompt'], judge.prompt === undefined ? 'key' : 'value');
  const found = await planTemplate(replaced ?? judge.prompt ?? rubric, draft.id, promptAt, planning);
  const template = withSystem(found, judge.system, () => locate(['system'], 'value'), planning);
  const asked = planAsk(judge, pipelineDefaults(planning), locate, planning);
  if (template === null) return { fields };
  const schema =
    criteria !== undefined
      ? criteriaSchema(criteria)
      : compare !== undefined
        ? WINNER_SCHEMA
        : verdictSchema(scores, scale);
  const provided = {
    [SCHEMA_PLACEHOLDER]: JSON.stringify(schema),
    scale_min: String(scale.min),
    scale_max: String(scale.max),
    ...(criteria === undefined ? {} : { criteria: criteria.map((text, at) => `${nameOf(at)}: ${text}`).join('\n') }),
  };
  const places = { fields: incoming, promptAt, locate, usedValues, provided };
  const filled = fillPlaceholders(template, withPair(judge), draft, places, planning);
  const missing = SCALE_PLACEHOLDERS.filter((name) => !template.placeholders.includes(name));
  if (judge.scale !== undefined && missing.length > 0) {
    const list = missing.map((name) => `{${name}}`).join(' and ');
    const message = `the template ${template.id} does not tell the judge the scale: it has no ${list}`;
    problems.warning('unused-value', message, locate(['scale'], 'key'));
  }
  if (asked === null) return { fields };
  const attempts = judge.attempts ?? defaults.attempts ?? ATTEMPTS;
  const onUnreadable = judge.on_unreadable ?? (criteria === undefined ? (defaults.on_unreadable ?? 'discard') : 'keep');
  const ask = withJsonMode(asked, planning);
  const saysForm = template.expects === 'json' && judge.scores === undefined;
  const shown = saysForm || template.placeholders.includes(SCHEMA_PLACEHOLDER);
  const form = {
    ...(criteria === undefined ? {} : { criteria }),
    ...(compare === undefined ? {} : { compare: PAIR }),
  };
  return {
    step: { kind: 'judge', ...base, template, ...filled, ask, schema, shown, into, attempts, onUnreadable, ...form },
    fields,
  };
}

/** Tells of options that do not go together. */
function checkForm(judge: NonNullable<StepInput['judge']>, locate: Places, { problems }: Planning): void {
  const { criteria, compare } = judge;
  if (criteria !== undefined && compare !== undefined) {
    problems.error('conflicting-keys', 'a judge goes by `criteria` or compares, not both', locate(['compare'], 'key'));
  }
  if (criteria === undefined && compare === undefined) return;
  for (const name of ['scale', 'scores'] as const) {
    if (judge[name] === undefined) continue;
    const message = `\`${name}\` has no effect with \`${criteria === undefined ? 'compare' : 'criteria'}\`: there is no score`;
    problems.error('needless-key', message, locate([name], 'key'));
  }
}

function withPair(judge: NonNullable<StepInput['judge']>): NonNullable<StepInput['judge']> {
  const [first, second] = judge.compare ?? [];
  if (first === undefined || second === undefined) return judge;
  return { ...judge, bind: { [PAIR[0]]: first, [PAIR[1]]: second, ...judge.bind } };
}

function nameOf(index: number): string {
  return `criterion_${index + 1}`;
}

function criteriaSchema(criteria: readonly string[]): JsonObject {
  const names = criteria.map((_, index) => nameOf(index));
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, { enum: ['Y', 'N'] }])),
    required: names,
  };
}

const WINNER_SCHEMA: JsonObject = {
  type: 'object',
  properties: { [REASON]: { type: 'string' }, winner: { enum: ['A', 'B', 'tie'] } },
  required: [REASON, 'winner'],
};

/** A reason, then the scores: a judge that has given its reasons judges better. */
function verdictSchema(
  scores: readonly string[],
  { min, max }: { readonly min: number; readonly max: number },
): JsonObject {
  const score = { type: 'integer', minimum: min, maximum: max };
  return {
    type: 'object',
    properties: { [REASON]: { type: 'string' }, ...Object.fromEntries(scores.map((name) => [name, score])) },
    required: [REASON, ...scores],
  };
}
