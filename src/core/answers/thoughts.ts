/** What stands around a thought inside an answer. */
export interface ThoughtTags {
  readonly open: string;
  readonly close: string;
}

export const THINK_TAGS: ThoughtTags = { open: '<think>', close: '</think>' };

/** An answer with its thoughts apart. */
export interface SeparatedAnswer {
  readonly text: string;
  readonly thoughts: readonly string[];
}

/**
 * Separates `<think>…</think>` from the rest. Some chat templates put the opening tag into the prompt, so that an
 * answer can begin in the middle of a thought: a closing tag before any opening one ends the thought. A thought at the
 * very beginning that never ends is the whole answer; an opening tag elsewhere without a closing one is text.
 */
export function takeOutThoughts(answer: string, { open, close }: ThoughtTags = THINK_TAGS): SeparatedAnswer {
  const firstClosing = answer.indexOf(close);
  const firstOpening = answer.indexOf(open);
  if (firstClosing === -1) {
    if (firstOpening === -1 || answer.slice(0, firstOpening).trim() !== '') return { text: answer, thoughts: [] };
    return { text: '', thoughts: [answer.slice(firstOpening + open.length)] };
  }
  const thoughts: string[] = [];
  const texts: string[] = [];
  let offset = 0;
  if (firstOpening === -1 || firstClosing < firstOpening) {
    thoughts.push(answer.slice(0, firstClosing));
    offset = firstClosing + close.length;
  }
  for (;;) {
    const opening = answer.indexOf(open, offset);
    const closing = opening === -1 ? -1 : answer.indexOf(close, opening);
    if (closing === -1) break;
    texts.push(answer.slice(offset, opening));
    thoughts.push(answer.slice(opening + open.length, closing));
    offset = closing + close.length;
  }
  texts.push(answer.slice(offset));
  return { text: texts.join('').trimStart(), thoughts };
}
