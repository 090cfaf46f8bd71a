/** What the steps that ask models have in common: whom they ask, and how often. */
import type { Template } from '../prompts/template.ts';
import { asksModels, type AskingKind } from './askingKinds.ts';
import type { Ask, DialogueStep, PlanStep } from './plan.ts';

/** The placeholder of a user turn's template that takes the conversation so far. */
export const HISTORY_PLACEHOLDER = 'conversation_history';

/** A step that asks models. */
export type AskingStep = Extract<PlanStep, { readonly kind: AskingKind }>;

/** One of those whom a step asks. */
export interface Party {
  /** `conversion` turns answers into lists; a step that is no dialogue asks a `model`, or a `scorer` that writes nothing. */
  readonly role: 'model' | 'conversion' | 'user' | 'assistant' | 'scorer';
  readonly ask: Ask;
}

export function isAsking(step: PlanStep): step is AskingStep {
  return asksModels(step.kind);
}

/** Whom a step asks; nobody where it asks no model. A conversion that is never needed is left out. */
export function partiesOf(step: PlanStep): readonly Party[] {
  if (step.kind === 'dialogue') {
    const user: Party = { role: 'user', ask: step.user };
    const assistant: Party = { role: 'assistant', ask: step.assistant };
    return step.userTurns > 1 ? [user, assistant] : [assistant];
  }
  if (step.kind === 'judge') return [{ role: 'model', ask: step.ask }];
  if (step.kind === 'reward' || step.kind === 'embed') return [{ role: 'scorer', ask: step.ask }];
  if (step.kind !== 'generate') return [];
  const { ask, expect } = step;
  const model: Party = { role: 'model', ask };
  return expect.kind === 'list' && expect.conversion.mode !== 'local'
    ? [model, { role: 'conversion', ask: expect.conversion }]
    : [model];
}

/** The template with which a step asks; a step that only scores has none. */
export function templateOf(step: PlanStep): Template | undefined {
  return 'template' in step ? step.template : undefined;
}

/** How often each side of a dialogue is asked for one record; the first user turn is given. */
export function turnsAsked({ userTurns, endsWith }: DialogueStep): {
  readonly user: number;
  readonly assistant: number;
} {
  return { user: userTurns - 1, assistant: endsWith === 'user' ? userTurns - 1 : userTurns };
}

/** Questions that a step asks about one record, without conversions and second attempts. */
export function questionsPerRecord(step: AskingStep): number {
  if (step.kind === 'embed') return 1 / step.batchSize;
  if (step.kind === 'judge') return step.compare === undefined ? 1 : 2;
  if (step.kind !== 'dialogue') return 1;
  const { user, assistant } = turnsAsked(step);
  return user + assistant;
}
