import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepSchema } from '../../../core/pipeline/pipelineSchema.ts';
import { fittedStep, stepAdditions } from './stepAdditions.ts';

const skeletons = [
  {
    label: 'generate step',
    description: '',
    snippet: 'id: ${1:answers}\ngenerate:\n  prompt: ${2:closed-qa}\n  expect: { ${3|list,text|}: ${4:answer} }\n$0',
  },
  {
    label: 'dedup step',
    description: 'Drop',
    snippet: 'id: ${1:unique}\ndedup:\n  fields: [${2:question}]\n  method: ${3|exact,fuzzy|}\n$0',
  },
];

test('a step that is added is a whole step, under an id of its own, about a field that its records have', () => {
  const [dedup, generate] = stepAdditions(skeletons);
  assert.deepEqual([dedup?.id, generate?.id], ['dedup step', 'generate step']);
  const step = fittedStep(dedup ?? assert.fail(), new Set(['unique']), ['id', 'prompt']);
  assert.deepEqual(step, { id: 'unique_2', dedup: { fields: ['prompt'], method: 'exact' } });
  const asking = fittedStep(generate ?? assert.fail(), new Set(), ['prompt']);
  assert.deepEqual(asking['generate'], { prompt: 'closed-qa', expect: { list: 'answer' } });
  for (const made of [step, asking]) assert.ok(stepSchema.safeParse(made).success);
});
