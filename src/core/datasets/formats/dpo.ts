import { PROMPT_COLUMNS } from './columns.ts';
import { checkTexts, unfit, type DatasetFormat } from './format.ts';

/** `{"prompt", "chosen", "rejected"}`, three texts: TRL's preference form, for DPO and its relatives. */
export const dpo: DatasetFormat = {
  usual: { prompt: PROMPT_COLUMNS, chosen: ['chosen'], rejected: ['rejected'] },
  shapes: [{ needs: ['prompt', 'chosen', 'rejected'], also: [] }],
  compose: ({ prompt, chosen, rejected }) => ({
    prompt: prompt ?? null,
    chosen: chosen ?? null,
    rejected: rejected ?? null,
  }),
  check(line) {
    const wrong = checkTexts(line, ['prompt', 'chosen', 'rejected']);
    if (wrong !== null || line['chosen'] !== line['rejected']) return wrong;
    return unfit('same-answers', 'the chosen and the rejected answer are the same: there is nothing to prefer');
  },
};
