import { scriptsOf } from '../../core/run/scripts.ts';
import type { Result, Surroundings } from '../console.ts';
import type { Given, OptionName } from '../options.ts';
import { planCommand } from '../plan.ts';
import { approveScripts, scriptsAllowed } from '../scripts.ts';
import { UsageError } from '../usage.ts';

export const SCRIPTS_OPTIONS: readonly OptionName[] = [];

/** `openline scripts list|approve FILE`: the programs that a pipeline runs, and the user's consent to them. */
export async function scriptsCommand(given: Given, around: Surroundings): Promise<Result> {
  const [action, ...rest] = given.positionals;
  if (action !== 'list' && action !== 'approve')
    throw new UsageError(`scripts takes list FILE or approve FILE${action === undefined ? '' : `, not ${action}`}`);
  const { plan } = await planCommand({ ...given, positionals: rest }, around, { keys: false });
  const scripts = scriptsOf(plan).map(({ id, command, env }) => ({ step: id, command, env }));
  const kept = action === 'approve' && scripts.length > 0 ? await approveScripts(plan, around) : null;
  const approved = await scriptsAllowed(plan, given, around);
  if (!given.flag('json')) {
    for (const { step, command } of scripts) around.out.write(`${step}: ${command.join(' ')}\n`);
    const told =
      scripts.length === 0
        ? 'This pipeline runs no programs'
        : kept === null
          ? approved
            ? 'You have approved them'
            : `You have not approved them: openline scripts approve ${rest[0] ?? 'FILE'}`
          : `These programs may run from now on, as long as the pipeline names the same ones (kept in ${kept})`;
    around.out.write(`${told}\n`);
  }
  return { status: 0, json: { scripts, approved, error: null } };
}
