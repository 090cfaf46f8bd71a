import { preferring, PROMPT_COLUMNS, RESPONSE_COLUMNS } from './columns.ts';
import { checkTexts, unfit, type DatasetFormat } from './format.ts';

/** `{"prompt", "completion", "label"}` where the label is true for a wanted answer: TRL's unpaired preference form, for KTO. */
export const kto: DatasetFormat = {
  usual: { prompt: PROMPT_COLUMNS, completion: preferring('completion', RESPONSE_COLUMNS), label: ['label'] },
  shapes: [{ needs: ['prompt', 'completion', 'label'], also: [] }],
  compose: ({ prompt, completion, label }) => ({
    prompt: prompt ?? null,
    completion: completion ?? null,
    label: label ?? null,
  }),
  check(line) {
    const wrong = checkTexts(line, ['prompt', 'completion']);
    if (wrong !== null || typeof line['label'] === 'boolean') return wrong;
    return unfit('not-a-boolean', `label is ${JSON.stringify(line['label'] ?? null)}; it must be true or false`);
  },
};
