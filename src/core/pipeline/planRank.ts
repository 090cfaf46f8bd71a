import type { KnownFields } from './knownFields.ts';
import type { RankStep } from './plan.ts';
import type { Planning } from './planContext.ts';
import { checkField, type Base, type Places, type Planned } from './planScorer.ts';
import type { StepInput } from './pipelineSchema.ts';
import type { StepDraft } from './readPipeline.ts';

type RankInput = NonNullable<StepInput['rank']>;

const PROMPT_FIELD = 'prompt';
const ANSWER_FIELD = 'response';
const SCORES_FIELD = 'scores';
/** Options that a pair has and the best have not. */
const PAIR_OPTIONS = ['prompt', 'answer', 'scores', 'margin'] as const;

export function planRank(
  rank: RankInput,
  base: Base,
  draft: StepDraft,
  incoming: KnownFields,
  { problems }: Planning,
): Planned<RankStep> {
  const locate: Places = (path, part) => draft.locate(['rank', ...path], part);
  const { score, by, all, keep, pairs, quantile } = rank;
  checkField(score, locate(['score'], 'value'), incoming, problems);
  if (by !== undefined) checkField(by, locate(['by'], 'value'), incoming, problems);
  if (all !== undefined && (by !== undefined || quantile !== undefined)) {
    const message = by === undefined ? '`quantile` is of all records anyway' : '`all` and `by` exclude each other';
    problems.error('conflicting-keys', message, locate(['all'], 'key'));
  }
  const among = { ...(by === undefined ? {} : { by }), ...(all === undefined ? {} : { all }) };
  const common = { kind: 'rank', ...base, score, ...among } as const;
  const ways = [keep, pairs, quantile].filter((way) => way !== undefined).length;
  if (ways !== 1) {
    const message =
      'a rank step keeps the best (`keep: 1`), makes pairs (`pairs: { chosen, rejected }`), or drops the topmost (`quantile: 0.7`)';
    const code = ways === 0 ? 'missing-key' : 'conflicting-keys';
    problems.error(code, ways === 0 ? message : `${message}: exactly one of them`, locate([], 'key'));
    return { fields: incoming };
  }
  if (pairs === undefined) {
    for (const name of PAIR_OPTIONS) {
      if (rank[name] === undefined) continue;
      problems.error('needless-key', `\`${name}\` has no effect without \`pairs\``, locate([name], 'key'));
    }
    if (quantile !== undefined) {
      return { step: { ...common, result: { kind: 'quantile', share: quantile } }, fields: incoming };
    }
    return { step: { ...common, result: { kind: 'best', keep: keep ?? 1 } }, fields: incoming };
  }
  const { prompt = PROMPT_FIELD, answer = ANSWER_FIELD, scores = SCORES_FIELD, margin = 0 } = rank;
  checkField(prompt, locate(['prompt'], 'value'), incoming, problems);
  checkField(answer, locate(['answer'], 'value'), incoming, problems);
  const { chosen, rejected } = pairs;
  if (chosen === rejected) {
    const message = 'the two answers need a field each: `chosen` and `rejected` are the same';
    problems.error('conflicting-keys', message, locate(['pairs', 'rejected'], 'value'));
  }
  const result = { kind: 'pair', chosen, rejected, scores, prompt, answer, margin } as const;
  // What the answers to a prompt have in common stays; what that is depends on the data.
  return { step: { ...common, result }, fields: pairFields(incoming, result, score) };
}

function pairFields(
  incoming: KnownFields,
  { prompt, answer, chosen, rejected, scores }: RankStep['result'] & { kind: 'pair' },
  score: string,
): KnownFields {
  if (incoming === null) return null;
  const gone = [answer, score, prompt].map((path) => (incoming.has(path) ? path : (path.split('.', 1)[0] ?? path)));
  return new Set([...[...incoming].filter((name) => !gone.includes(name)), 'prompt', chosen, rejected, scores]);
}
