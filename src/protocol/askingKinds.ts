import type { AskingKind } from '../core/pipeline/askingKinds.ts';

/** A member for each kind, so that none is forgotten. */
const ASKING: Readonly<Record<AskingKind, true>> = {
  generate: true,
  dialogue: true,
  reward: true,
  judge: true,
  embed: true,
};

/** Whether steps of a kind ask models: their questions are what a run has to do. */
export function asksModels(kind: string): boolean {
  return Object.hasOwn(ASKING, kind);
}
