/** Kinds of steps that ask models, apart from all else so that a webview can know them. */
export const ASKING_KINDS = ['generate', 'dialogue', 'reward', 'judge', 'embed'] as const;

/** Whether a step of this kind asks models. */
export function asksModels(kind: string): boolean {
  return ASKING_KINDS.some((asking) => asking === kind);
}
