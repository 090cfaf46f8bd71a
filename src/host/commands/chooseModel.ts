import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { EndpointProbe } from '../endpoints/endpointProbe.ts';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import { COMMANDS } from '../ids.ts';
import type { SelectedEndpoint } from './endpointTarget.ts';

export interface ChooseModelDeps {
  readonly profiles: ProfileStore;
  readonly probe: EndpointProbe;
  readonly selectedEndpoint: SelectedEndpoint;
  readonly onProfilesChanged: () => void;
}

/** A service that does not answer within this time gives no list of models, in milliseconds. */
const PATIENCE_MS = 8000;

/** Sets the default model of a profile: one of the service's own list, or one that is typed. */
export function registerChooseModel(deps: ChooseModelDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.chooseModel, async (argument?: unknown) => {
    const { isWritable, targetKnown } = await import('./endpointTarget.ts');
    const { askPick } = await import('../input/steps.ts');
    const { saveField } = await import('../endpoints/saveProfile.ts');
    const known = await targetKnown(argument, deps, ({ home }) => isWritable(home));
    if (known === undefined || !isWritable(known.home)) return;
    let problem: string | undefined;
    const items = async (): Promise<readonly { label: string; value: string; description?: string }[]> => {
      try {
        const named = await deps.profiles.withKey(known);
        const { names, error } = await deps.probe.models(named, AbortSignal.timeout(PATIENCE_MS));
        problem = error ?? undefined;
        return names.map((name) => ({
          label: name,
          value: name,
          ...(name === known.profile.model ? { description: l10n.t('at present') } : {}),
        }));
      } catch {
        problem = l10n.t('The service did not answer in time.');
        return [];
      }
    };
    const answer = await askPick<string>({
      title: l10n.t('Model of {0}', known.name),
      step: 1,
      totalSteps: 1,
      placeholder: l10n.t('Choose a model, or type its name'),
      items: items(),
      ...(known.profile.model === undefined ? {} : { active: known.profile.model }),
      free: (text) => ({ label: text, description: l10n.t('as typed'), value: text }),
      whenEmpty: () => ({
        label: l10n.t('No list of models: type a name'),
        detail: problem ?? l10n.t('The service does not say which models it has.'),
      }),
    });
    if (typeof answer !== 'string') return;
    await saveField(known.home, known.name, 'model', answer);
    deps.onProfilesChanged();
  });
}
