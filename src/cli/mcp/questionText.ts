import type { RunQuestion, ToolQuestion } from '../../core/tools/toolQuestion.ts';
import { formatSeconds } from '../progressLine.ts';

const TITLES: Readonly<Record<RunQuestion['kind'], string>> = {
  run: 'Run',
  preview: 'Make the first 3 records of',
  resume: 'Go on with a run of',
};

/** What a person is asked, in words. */
export function questionText(question: ToolQuestion): string {
  if (question.kind === 'write') {
    const { path, replaces, text } = question;
    return `${replaces ? 'Replace' : 'Write'} ${path}?\n\n${text}`;
  }
  const { kind, pipeline, endpoints, requests, tokens, cost, seconds, budget, outputs, programs } = question;
  const { low, likely, high } = requests;
  const spread = low === high ? '' : ` (${round(low)} to ${round(high)})`;
  const limits = Object.entries(budget).filter(([, limit]) => limit > 0);
  const expected = `${round(likely)}${spread} requests, about ${round(tokens)} tokens, ${formatSeconds(seconds)}`;
  const lines = [
    `${TITLES[kind]} ${pipeline}?`,
    '',
    ...endpoints.map(({ name, where, models }) => `Asks ${name} (${where}): ${models.join(', ')}`),
    kind === 'preview' ? `The whole pipeline would take ${expected}` : `Expected: ${expected}`,
    cost === null
      ? 'Cost: the profile has no prices'
      : `Cost: ${cost.likely.toFixed(4)} (up to ${cost.high.toFixed(4)})`,
    ...(limits.length === 0 ? [] : [`Pauses at: ${limits.map(([name, limit]) => `${limit} ${name}`).join(', ')}`]),
    ...(outputs.length === 0 ? [] : [`Writes: ${outputs.join(', ')}`]),
    ...programs.map((program) => `Starts a program on this machine: ${program}`),
  ];
  return lines.join('\n');
}

function round(value: number): string {
  return Math.round(value).toLocaleString('en');
}
