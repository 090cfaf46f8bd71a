import { createHash } from 'node:crypto';
import { isAbsolute, relative, sep } from 'node:path';
import type { Template } from '../prompts/template.ts';
import { canonicalJson, type Json } from '../record/json.ts';
import type { PlanOutput, PlanStep } from './plan.ts';

/**
 * SHA-256 of what is planned, hex: the same for a recipe and its ejected steps, on every machine. Absolute paths are
 * taken relative to the workspace, templates by what they say and not by where they stand.
 */
export function hashPlan(steps: readonly PlanStep[], outputs: readonly PlanOutput[], root: string): string {
  const plain = {
    steps: steps.map((step) => toPlain(step, root)),
    outputs: outputs.map(({ from, path, format, fields, map, where }) =>
      toPlain({ from, path, format, fields, map, where }, root),
    ),
  };
  return createHash('sha256').update(canonicalJson(plain)).digest('hex');
}

function toPlain(value: unknown, root: string): Json {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return isAbsolute(value) ? portable(value, root) : value;
  if (Array.isArray(value)) return value.map((element) => toPlain(element, root));
  if (typeof value !== 'object') return null;
  if (isTemplate(value)) return value.hash;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.map(([name, member]) => [name, toPlain(member, root)]));
}

function isTemplate(value: object): value is Template {
  return 'placeholders' in value && 'hash' in value;
}

function portable(path: string, root: string): string {
  return relative(root, path).split(sep).join('/');
}
