import { THINK_TAGS, takeOutThoughts } from '../../answers/thoughts.ts';
import type { Answer, Choice } from '../endpoint.ts';
import type { ReasoningForm } from './reasoningForm.ts';

/**
 * Puts the thoughts that a service leaves in the text of its answers to the reasoning. The forms with a field of their own
 * are read along with the answer, whichever the service uses.
 */
export function takeOutReasoning(answer: Answer, form: ReasoningForm): Answer {
  const tags = form === 'think-tags' ? THINK_TAGS : typeof form === 'string' ? undefined : form;
  if (tags === undefined) return answer;
  const choices = answer.choices.map((choice): Choice => {
    const { text, thoughts } = takeOutThoughts(choice.text, tags);
    if (thoughts.length === 0) return choice;
    const parts = [choice.reasoning ?? '', ...thoughts].map((part) => part.trim());
    const reasoning = parts.filter((part) => part !== '').join('\n\n');
    return { ...choice, text, ...(reasoning === '' ? {} : { reasoning }) };
  });
  return { ...answer, choices };
}
