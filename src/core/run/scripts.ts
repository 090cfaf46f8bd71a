/** A person's consent to the programs that a pipeline runs: a cloned one could run anything. */
import { createHash } from 'node:crypto';
import { OpenlineError } from '../errors.ts';
import type { Plan, ScriptStep } from '../pipeline/plan.ts';
import { canonicalJson } from '../record/json.ts';

/** The plan runs programs, and nobody has agreed to that. Nothing was started. */
export class ScriptsNotAllowedError extends OpenlineError {
  readonly file: string;
  /** Each as `step: program arguments`. */
  readonly commands: readonly string[];

  constructor(plan: Plan) {
    const commands = scriptsOf(plan).map(({ id, command }) => `${id}: ${command.join(' ')}`);
    super(`${plan.name} runs programs on this machine (${commands.join('; ')}), which you have not approved`);
    this.file = plan.file;
    this.commands = commands;
  }
}

export function scriptsOf(plan: Plan): readonly ScriptStep[] {
  return plan.steps.filter((step) => step.kind === 'script');
}

/**
 * What an approval is for: these commands, with these variables, of this pipeline file. Other commands need another; the
 * scripts themselves may be edited, as those that a Makefile runs. Null where the plan runs no program.
 */
export function scriptApproval(plan: Plan): string | null {
  const scripts = scriptsOf(plan).map(({ command, env }) => ({ command, env }));
  if (scripts.length === 0) return null;
  return createHash('sha256')
    .update(canonicalJson({ file: plan.file, scripts }))
    .digest('hex');
}

/** @throws ScriptsNotAllowedError */
export function checkScripts(plan: Plan, allowed: boolean | undefined): void {
  if (allowed !== true && scriptsOf(plan).length > 0) throw new ScriptsNotAllowedError(plan);
}
