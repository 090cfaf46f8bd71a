import { MESSAGES_COLUMNS, preferring, PROMPT_COLUMNS, RESPONSE_COLUMNS } from './columns.ts';
import { checkTexts, isUnfit, unfit, type DatasetFormat } from './format.ts';
import { singleTurnOf } from './singleTurn.ts';

/** `{"prompt", "completion"}`, two texts: TRL's standard prompt-completion form. */
export const promptCompletion: DatasetFormat = {
  usual: {
    prompt: PROMPT_COLUMNS,
    completion: preferring('completion', RESPONSE_COLUMNS),
    messages: MESSAGES_COLUMNS,
  },
  shapes: [
    { needs: ['prompt', 'completion'], also: [] },
    { needs: ['messages'], also: [] },
  ],
  compose({ prompt, completion, messages }) {
    if (messages === undefined) return { prompt: prompt ?? null, completion: completion ?? null };
    const turn = singleTurnOf(messages);
    if (isUnfit(turn)) return turn;
    if (turn.system !== null) return unfit('system-message', 'this format has no place for the system message');
    return { prompt: turn.prompt, completion: turn.response };
  },
  check: (line) => checkTexts(line, ['prompt', 'completion']),
};
