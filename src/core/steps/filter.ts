import { prepareChecks } from '../curate/checks/prepareChecks.ts';
import {
  failed,
  passed,
  unusable,
  type Check,
  type CheckServices,
  type CheckSpec,
  type Verdict,
} from '../curate/checks/check.ts';
import { ExpressionError, isTruthy, parseExpression } from '../pipeline/expression.ts';
import type { FilterStep } from '../pipeline/plan.ts';
import type { Json, JsonObject } from '../record/json.ts';
import { fieldAt, type Outcome, type Rejection, type StepRunner } from './step.ts';

/** What is held against a record: a check of a field, or the expression. */
interface Trial {
  /** Name under which the score is stored. */
  readonly name: string;
  /** Field whose name stands before the verdict's message; null: the message names it. */
  readonly field: string | null;
  readonly test: (fields: JsonObject) => Verdict | Promise<Verdict>;
}

/**
 * Keeps or drops records that pass everything that is held against them, or marks those that do not. What cannot be judged
 * (no such field, not a number) has neither passed nor failed: it is turned down, or marked, with that reason.
 */
export function createFilterRunner(step: FilterStep, services?: CheckServices): StepRunner {
  let trials: readonly Trial[] | undefined;
  let preparing: Promise<readonly Trial[]> | undefined;
  return {
    run(item) {
      if (trials !== undefined) return judge(step, trials, item.fields);
      preparing ??= prepareTrials(step, services);
      return preparing.then((prepared) => {
        trials = prepared;
        return judge(step, prepared, item.fields);
      });
    },
  };
}

async function prepareTrials(step: FilterStep, services: CheckServices | undefined): Promise<readonly Trial[]> {
  const { field, min, max, texts = [], when } = step;
  const bounds = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  const specs: readonly CheckSpec[] = [
    ...(field === undefined ? [] : [{ kind: 'score', field, ...bounds } as const]),
    ...(step.checks ?? []),
  ];
  const checks = await prepareChecks(specs, services);
  const several = texts.length > 1;
  return [
    ...checks.flatMap((check) => trialsOf(check, texts, several)),
    ...(when === undefined ? [] : [expressionTrial(when)]),
  ];
}

function trialsOf({ spec, test }: Check, texts: readonly string[], several: boolean): readonly Trial[] {
  if (spec.kind === 'score') {
    const { field } = spec;
    return [{ name: field, field: null, test: (fields) => test(fieldAt(fields, field)) }];
  }
  return texts.map((field) => ({
    name: several ? `${field}.${spec.kind}` : spec.kind,
    field,
    test: (fields) => test(fieldAt(fields, field)),
  }));
}

function expressionTrial(when: string): Trial {
  const expression = parseExpression(when);
  return {
    name: 'when',
    field: null,
    test(fields) {
      try {
        const value = expression.evaluate(fields);
        return isTruthy(value) ? passed(value) : failed('when', value, `${when} is not true`);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        const reason = error.code === 'unknown-name' ? 'missing-field' : 'not-comparable';
        return unusable(reason, `${when}: ${error.message}`);
      }
    },
  };
}

interface Fault {
  readonly trial: Trial;
  readonly verdict: Verdict;
}

/** Verdicts that come at once are taken at once: a promise for each record would cost more than most checks. */
function judge(step: FilterStep, trials: readonly Trial[], fields: JsonObject): Outcome | Promise<Outcome> {
  const scores: Record<string, Json> = {};
  const faults: Fault[] = [];
  const take = (trial: Trial, verdict: Verdict): void => {
    scores[trial.name] = verdict.score;
    if (verdict.state !== 'passed') faults.push({ trial, verdict });
  };
  // The first reason is enough, unless all of them are wanted.
  const isSettled = (): boolean => faults.length > 0 && step.store === undefined && step.action !== 'mark';
  const goOn = (from: number): Outcome | Promise<Outcome> => {
    for (const [index, trial] of trials.entries()) {
      if (index < from) continue;
      if (isSettled()) break;
      const verdict = trial.test(fields);
      if (verdict instanceof Promise) {
        return verdict.then((found) => {
          take(trial, found);
          return goOn(index + 1);
        });
      }
      take(trial, verdict);
    }
    return conclude(step, fields, scores, faults);
  };
  return goOn(0);
}

function conclude(step: FilterStep, fields: JsonObject, scores: JsonObject, faults: readonly Fault[]): Outcome {
  const stored = step.store === undefined ? fields : { ...fields, [step.store]: scores };
  const keep: Outcome = { records: [{ fields: stored, index: null }], rejections: [] };
  if (step.action === 'mark') {
    const reasons = [...new Set(faults.map(({ verdict }) => verdict.reason))];
    return { records: [{ fields: { ...stored, [step.mark ?? 'failed']: reasons }, index: null }], rejections: [] };
  }
  const unjudged = faults.find(({ verdict }) => verdict.state === 'unusable');
  if (step.action === 'drop' && unjudged === undefined) {
    if (faults.length > 0) return keep;
    const message = 'it passes the filter, which drops what does';
    return { records: [], rejections: [{ reason: 'passed', message, score: scores, fields: stored }] };
  }
  const fault = step.action === 'drop' ? unjudged : faults[0];
  if (fault === undefined) return keep;
  return { records: [], rejections: [rejectionOf(fault.trial, fault.verdict, stored)] };
}

function rejectionOf({ field }: Trial, { state, reason, score, message }: Verdict, fields: JsonObject): Rejection {
  const named = field === null ? message : state === 'unusable' ? `${field} ${message}` : `${field}: ${message}`;
  return { reason, message: named, fields, ...(state === 'unusable' ? {} : { score }) };
}
