import { formatDiagnostic } from '../../core/errors.ts';
import type { Result, Surroundings } from '../console.ts';
import type { Given, OptionName } from '../options.ts';
import { planCommand } from '../plan.ts';
import { shorten } from '../summaryText.ts';
import { counted } from '../counted.ts';

export const VALIDATE_OPTIONS: readonly OptionName[] = ['base-url', 'model', 'endpoint', 'set', 'output', 'until'];

/** `openline validate FILE`: everything that a run would check, without a request and without writing anything. */
export async function validateCommand(given: Given, around: Surroundings): Promise<Result> {
  const { plan, warnings } = await planCommand(given, around, { keys: false });
  for (const warning of warnings) around.err.write(`warning: ${formatDiagnostic(warning)}\n`);
  const outputs = plan.outputs.map((output) => output.path);
  if (!given.flag('json')) {
    around.out.write(
      `${plan.name} is valid: ${counted(plan.steps.length, 'step')}, endpoints ${plan.endpoints.join(', ') || 'none'}, output ${outputs.map((path) => shorten(path, around.cwd)).join(', ')}\n`,
    );
  }
  return {
    status: 0,
    json: {
      valid: true,
      steps: plan.steps.map((step) => step.id),
      endpoints: plan.endpoints,
      outputs,
      warnings: warnings.map(formatDiagnostic),
      error: null,
    },
  };
}
