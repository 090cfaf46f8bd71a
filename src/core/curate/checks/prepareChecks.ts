import type { Json } from '../../record/json.ts';
import { isNumber, noNumber } from '../../steps/step.ts';
import { loadTokenCounter } from '../tokens.ts';
import {
  failed,
  passed,
  reasonOf,
  unusable,
  withinBounds,
  type Check,
  type CheckServices,
  type CheckSpec,
  type Verdict,
} from './check.ts';
import { isMeasure, measureOf } from './measures.ts';
import { findAssistantPhrase, findRefusal } from './phrases.ts';

type Spec<Kind extends CheckSpec['kind']> = Extract<CheckSpec, { readonly kind: Kind }>;
type TextTest = (text: string) => Verdict | Promise<Verdict>;

const NO_SERVICES: CheckServices = { mayRunCode: false, environment: {}, onWarning: () => undefined };

/**
 * Makes checks ready, in their order; tables and parsers are loaded when a check needs them. Verdicts come at once, but for
 * those of code that is run.
 */
export async function prepareChecks(
  specs: readonly CheckSpec[],
  services: CheckServices = NO_SERVICES,
): Promise<readonly Check[]> {
  return Promise.all(specs.map(async (spec): Promise<Check> => ({ spec, test: await prepare(spec, services) })));
}

async function prepare(spec: CheckSpec, services: CheckServices): Promise<Check['test']> {
  if (spec.kind === 'score') return (value) => testScore(value, spec);
  if (spec.kind === 'schema') {
    const { compileSchema } = await import('./schemaCheck.ts');
    const validate = compileSchema(spec.schema);
    return (value) => {
      if (value === undefined) return noField();
      const wrong = validate(value);
      return wrong === null ? passed(true) : failed('schema', false, wrong);
    };
  }
  const test = await prepareText(spec, services);
  return (value) => {
    if (value === undefined || value === null) return noField();
    if (typeof value !== 'string') return unusable('not-text', `is ${kindOf(value)}, not a text`);
    return test(value);
  };
}

async function prepareText(
  spec: Exclude<CheckSpec, Spec<'score'> | Spec<'schema'>>,
  services: CheckServices,
): Promise<TextTest> {
  switch (spec.kind) {
    case 'tokens': {
      const { count } = await loadTokenCounter(spec.encoding);
      return (text) => withinBounds('tokens', 'the number of tokens', count(text), spec);
    }
    case 'contains':
      return prepareContains(spec);
    case 'matches': {
      const { regularExpression } = await import('../regularExpression.ts');
      const expression = regularExpression(spec.pattern, spec);
      return (text) => presence('matches', expression.test(text), spec.not, `a match of ${spec.pattern}`);
    }
    case 'language': {
      const { createLanguageTest } = await import('./language.ts');
      return createLanguageTest(spec);
    }
    case 'refusal':
      return absence('refusal', 'it declines to answer', findRefusal);
    case 'assistant_phrases':
      return absence('assistant-phrases', 'it speaks as an assistant', findAssistantPhrase);
    case 'code': {
      const { createCodeTest } = await import('./code.ts');
      return createCodeTest(spec, services);
    }
    default:
      return prepareMeasure(spec);
  }
}

function prepareMeasure(spec: Extract<CheckSpec, { readonly n?: number }>): TextTest {
  const { kind } = spec;
  // The switch above leaves the measures alone; the test tells the compiler, too.
  if (!isMeasure(kind)) throw new Error(`no measure ${String(kind)}`);
  const { what, n = 1, score } = measureOf(kind);
  return (text) => {
    if (text.trim() === '') return failed(reasonOf(kind), 0, 'the text is empty');
    return withinBounds(reasonOf(kind), what, score(text, spec.n ?? n), spec);
  };
}

function prepareContains({ text: part, where, ignoreCase, not }: Spec<'contains'>): TextTest {
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  const wanted = fold(part);
  const place = { prefix: ' at the beginning', suffix: ' at the end', anywhere: '' }[where];
  return (text) => {
    const whole = fold(text);
    const found = {
      prefix: () => whole.startsWith(wanted),
      suffix: () => whole.endsWith(wanted),
      anywhere: () => whole.includes(wanted),
    }[where]();
    return presence('contains', found, not, `${JSON.stringify(part)}${place}`);
  };
}

function presence(reason: string, found: boolean, not: boolean, what: string): Verdict {
  if (found !== not) return passed(found);
  return failed(reason, found, not ? `it has ${what}` : `it has no ${what.replace(/^a /u, '')}`);
}

function absence(reason: string, message: string, find: (text: string) => string | undefined): TextTest {
  return (text) => {
    const found = find(text);
    return found === undefined ? passed(null) : failed(reason, found, `${message}: ${JSON.stringify(found)}`);
  };
}

/** Reasons and wording are those of a filter with `min` and `max`, which is this check. */
function testScore(value: Json | undefined, { field, min, max }: Spec<'score'>): Verdict {
  if (value === undefined) return unusable('missing-field', `the record has no field ${field}`);
  if (!isNumber(value)) return unusable('not-a-number', noNumber(field, value));
  if (min !== undefined && value < min) {
    return failed('below-minimum', value, `${field} is ${value}, the minimum is ${min}`);
  }
  if (max !== undefined && value > max) {
    return failed('above-maximum', value, `${field} is ${value}, the maximum is ${max}`);
  }
  return passed(value);
}

function noField(): Verdict {
  return unusable('missing-field', 'is not there');
}

function kindOf(value: Exclude<Json, string | null>): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : String(value);
}
