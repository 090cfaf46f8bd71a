/** What templates are for: how the Prompts view groups them. Plain data. */

/** In the order of the view; the first whose pattern fits a template's name. */
const TASKS = [
  ['Conversion', /^yaml-conversion$/u],
  ['Mathematics', /^math-(?!classification)/u],
  ['Programming', /^(?:python-(?!classification)|code-)/u],
  ['Classification', /classification|^classify/u],
  ['Dialogue', /^dialogue|user-turn/u],
  ['Judging', /^judge|rubric|reward/u],
  ['Fine-tuning sets', /^peft-/u],
  ['Writing', /writing/u],
  ['Rewriting documents', /^(?:wikipedia|diverse-qa|distill|extract-knowledge|knowledge-list)/u],
  [
    'Transforming texts',
    /^(?:paraphrase|format|extract|style|simplify|translate|add-context|explain|instructions|multilingual)/u,
  ],
  ['Questions and answers', /^(?:macro-topics|subtopics|open-qa|revise-open-qa|closed-qa|answer)/u],
] as const;

export type Task = (typeof TASKS)[number][0] | 'Others';

/** All groups in their order. */
export const TASK_ORDER: readonly Task[] = [
  'Questions and answers',
  'Writing',
  'Mathematics',
  'Programming',
  'Dialogue',
  'Classification',
  'Rewriting documents',
  'Transforming texts',
  'Judging',
  'Fine-tuning sets',
  'Conversion',
  'Others',
];

/** @param replaces id of the built-in template in whose place it stands, where that is known */
export function taskOf(id: string, replaces?: string | null): Task {
  const names = [replaces ?? id, id].map((name) => name.replace(/^(?:curator|my)-/u, ''));
  for (const name of names) {
    const found = TASKS.find(([, pattern]) => pattern.test(name));
    if (found !== undefined) return found[0];
  }
  return 'Others';
}
