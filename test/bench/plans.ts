/** Plans beside open Q&A that the benchmark runs. */
import { join } from 'node:path';
import type { Plan, PlanOutput, PlanStep } from '../../src/core/pipeline/plan.ts';
import { loadTemplateLibrary } from '../../src/core/prompts/templateLibrary.ts';
import { LIBRARY } from '../support/openQaPlan.ts';

/** Reads a JSONL file, changes the fields of its records, asks nobody. */
export function modifyPlan(root: string, input: string): Plan {
  const renamed: PlanStep = {
    id: 'renamed',
    kind: 'modify',
    from: [{ step: 'lines', source: 0 }],
    prefixesKeys: false,
    rename: { text: 'document' },
    set: { language: 'en' },
    remove: [],
  };
  return planOf(root, [linesOf(input), renamed], 'renamed', []);
}

/** Reads a JSONL file and drops records whose text is that of an earlier one, or nearly. */
export function dedupPlan(root: string, input: string, method: 'exact' | 'fuzzy'): Plan {
  const shared = {
    id: 'unique',
    kind: 'dedup',
    from: [{ step: 'lines', source: 0 }],
    prefixesKeys: false,
    reference: [],
    fields: ['text'],
    normalize: ['unicode', 'case', 'whitespace'],
  } as const;
  const unique: PlanStep =
    method === 'exact'
      ? { ...shared, method }
      : { ...shared, method, threshold: 0.8, ngram: { unit: 'characters', size: 5 }, permutations: 128 };
  return planOf(root, [linesOf(input), unique], 'unique', []);
}

function linesOf(input: string): PlanStep {
  const file = { path: input, shown: 'input.jsonl', as: 'jsonl' } as const;
  return {
    id: 'lines',
    kind: 'read',
    from: [],
    prefixesKeys: false,
    source: { kind: 'files', files: [file], field: null, into: 'text', keepFields: true, strict: false },
  };
}

/** Asks one question for each of so many records; each answer is a record. */
export async function oneStepPlan(root: string, questions: number): Promise<Plan> {
  const side = Math.ceil(Math.sqrt(questions));
  const values = (name: string): string[] => Array.from({ length: side }, (_, number) => `${name} ${number}`);
  const template = (await loadTemplateLibrary(join(LIBRARY, 'prompts'))).get('revise-open-qa');
  if (template === undefined) throw new Error('no template revise-open-qa');
  const combinations: PlanStep = {
    id: 'combinations',
    kind: 'read',
    from: [],
    prefixesKeys: false,
    source: {
      kind: 'cross',
      fields: [
        { field: 'openline', values: values('Question') },
        { field: 'n_revisions', values: values('Variant') },
      ],
      label: 'combinations',
    },
  };
  const answers: PlanStep = {
    id: 'answers',
    kind: 'generate',
    from: [{ step: 'combinations', source: 0 }],
    prefixesKeys: false,
    template,
    bind: {},
    values: {},
    ask: { endpoint: 'sample', model: 'sample-chat', generation: {} },
    expect: { kind: 'text', field: 'answer', attempts: 1, onUnreadable: 'discard' },
    keepTruncated: false,
    essential: false,
  };
  return planOf(root, [combinations, answers], 'answers', ['sample']);
}

function planOf(root: string, steps: readonly PlanStep[], from: string, endpoints: readonly string[]): Plan {
  const output: PlanOutput = {
    from,
    path: join(root, 'out.jsonl'),
    shown: 'out.jsonl',
    name: 'out',
    outside: false,
    format: 'jsonl',
    fields: null,
  };
  return {
    file: join(root, 'bench.openline.yaml'),
    name: 'bench',
    recipe: null,
    parameters: {},
    steps,
    outputs: [output],
    budget: {},
    endpoints,
    hash: '',
  };
}
