import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { EndpointProbe } from '../endpoints/endpointProbe.ts';
import type { KnownProfile, ProfileStore } from '../endpoints/profileStore.ts';
import { COMMANDS } from '../ids.ts';

export interface TestConnectionDeps {
  readonly profiles: ProfileStore;
  readonly probe: EndpointProbe;
  readonly log: vscode.LogOutputChannel;
}

/** Asks an endpoint one small question and says in plain words what came of it. */
export function registerTestConnection(deps: TestConnectionDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.testConnection, async (argument?: unknown) => {
    const { targetEndpoint } = await import('./target.ts');
    const known = await targetEndpoint(argument, deps.profiles, () => true);
    if (known !== undefined) await test(known, deps);
  });
}

async function test(known: KnownProfile, { profiles, probe, log }: TestConnectionDeps): Promise<void> {
  const named = await profiles.withKey(known);
  const abort = new AbortController();
  const title = l10n.t('Testing {0}', known.name);
  const result = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_progress, token) => {
      token.onCancellationRequested(() => {
        abort.abort();
      });
      try {
        return await probe.test(named, abort.signal);
      } catch (error) {
        return { ok: false, message: error instanceof Error ? error.message : String(error), failure: undefined };
      }
    },
  );
  if (abort.signal.aborted) return;
  log.info(`Test of ${known.name}: ${result.ok ? 'ok' : (result.failure ?? 'failed')}`);
  if (result.ok) {
    void vscode.window.showInformationMessage(`${known.name}: ${result.message}`);
    return;
  }
  const setKey = l10n.t('Set Key');
  const edit = l10n.t('Edit Endpoint');
  const wantsKey =
    result.failure === 'key-missing' || result.failure === 'key-refused' || result.failure === 'forbidden';
  const { askToApprove, withheldVariable } = await import('../endpoints/approveVariable.ts');
  const withheld = wantsKey ? await withheldVariable(known) : undefined;
  const allow = withheld === undefined ? undefined : l10n.t('Use {0}', withheld.variable);
  const actions = [
    ...(allow === undefined ? [] : [allow]),
    ...(wantsKey ? [setKey] : []),
    ...(known.home.kind === 'builtin' ? [] : [edit]),
  ];
  const choice = await vscode.window.showErrorMessage(result.message, ...actions);
  if (withheld !== undefined && choice === allow && (await askToApprove(withheld))) {
    await vscode.commands.executeCommand(COMMANDS.testConnection, known.name);
  }
  if (choice === setKey) await vscode.commands.executeCommand(COMMANDS.setKey, known.name);
  if (choice === edit) await vscode.commands.executeCommand(COMMANDS.editEndpoint, known.name);
}
