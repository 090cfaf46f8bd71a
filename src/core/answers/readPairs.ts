/** A question with its answer, as they stand in a text; either is empty where it is missing. */
export interface QuestionAnswer {
  readonly question: string;
  readonly answer: string;
}

/** `Question:`, with the bullet, number or bold that models like to put around it. */
const LABEL =
  /^\s*(?:[-*•]\s+|\d{1,4}[.)]\s+)?(?:\*\*|__)?(Question|Instruction|Answer|Response)(?:\s+\d{1,4})?\s*(?::(?:\*\*|__)?|(?:\*\*|__):)\s*(.*)$/iu;
const FENCE = /^\s*(?:```|~~~)/u;

/**
 * Reads pairs of question and answer. A line that starts with `Question:` opens a pair, one that starts with `Answer:`
 * its answer (`Instruction:` and `Response:` are the same); the lines behind either belong to it as they stand. What
 * stands before the first question is left out. Lines within code fences open nothing.
 */
export function readPairs(text: string): readonly QuestionAnswer[] {
  const pairs: { question: string[]; answer: string[] | null }[] = [];
  let fenced = false;
  for (const line of text.split(/\r?\n/u)) {
    const match = fenced ? null : LABEL.exec(line);
    const last = pairs.at(-1);
    if (FENCE.test(line)) fenced = !fenced;
    const label = match?.[1]?.toLowerCase();
    const rest = match?.[2] ?? '';
    if (label === 'question' || label === 'instruction') pairs.push({ question: [rest], answer: null });
    else if (last === undefined) continue;
    else if (label !== undefined && last.answer === null) last.answer = [rest];
    else (last.answer ?? last.question).push(line);
  }
  return pairs.map(({ question, answer }) => ({ question: joined(question), answer: joined(answer ?? []) }));
}

function joined(lines: readonly string[]): string {
  return lines
    .join('\n')
    .replace(/\s*\n-{3,}\s*$/u, '')
    .trim();
}
