import { MESSAGES_COLUMNS, preferring, PROMPT_COLUMNS, RESPONSE_COLUMNS, SYSTEM_COLUMNS } from './columns.ts';
import { checkTexts, isUnfit, type DatasetFormat } from './format.ts';
import { singleTurnOf } from './singleTurn.ts';

/**
 * `{"instruction", "input", "output"}`, as Stanford Alpaca has it: `input` is there always, empty where there is none.
 * `system`, which LLaMA-Factory and Axolotl know, stands on the lines of records that have a system message.
 */
export const alpaca: DatasetFormat = {
  usual: {
    instruction: preferring('instruction', PROMPT_COLUMNS),
    input: ['input', 'context'],
    output: preferring('output', RESPONSE_COLUMNS),
    system: SYSTEM_COLUMNS,
    messages: MESSAGES_COLUMNS,
  },
  shapes: [
    { needs: ['instruction', 'output'], also: ['input', 'system'] },
    { needs: ['messages'], also: [] },
  ],
  compose({ instruction, input, output, system, messages }) {
    if (messages !== undefined) {
      const turn = singleTurnOf(messages);
      if (isUnfit(turn)) return turn;
      const line = { instruction: turn.prompt, input: '', output: turn.response };
      return turn.system === null ? line : { ...line, system: turn.system };
    }
    const line = { instruction: instruction ?? null, input: input ?? '', output: output ?? null };
    return system === undefined || system === '' ? line : { ...line, system };
  },
  check(line) {
    const names = ['instruction', 'input', 'output', ...(Object.hasOwn(line, 'system') ? ['system'] : [])];
    return checkTexts(line, names, ['input']);
  },
};
