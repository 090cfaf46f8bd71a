import { l10n } from 'vscode';
import { askPick } from '../input/steps.ts';
import type { EndpointProbe } from './endpointProbe.ts';
import type { KnownProfile, ProfileStore } from './profileStore.ts';

export interface AskForModelDeps {
  readonly profiles: Pick<ProfileStore, 'withKey'>;
  readonly probe: EndpointProbe;
}

/** A service that does not answer within this time gives no list of models, in milliseconds. */
const PATIENCE_MS = 8000;

/**
 * Asks for one of the models on the service's own list, or for a name that is typed.
 *
 * @param present the model that is marked
 * @returns undefined when the person left
 */
export async function askForModel(
  known: KnownProfile,
  present: string | undefined,
  deps: AskForModelDeps,
): Promise<string | undefined> {
  let problem: string | undefined;
  const items = async (): Promise<readonly { label: string; value: string; description?: string }[]> => {
    try {
      const named = await deps.profiles.withKey(known);
      const { names, error } = await deps.probe.models(named, AbortSignal.timeout(PATIENCE_MS));
      problem = error ?? undefined;
      return names.map((name) => ({
        label: name,
        value: name,
        ...(name === present ? { description: l10n.t('at present') } : {}),
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
    ...(present === undefined ? {} : { active: present }),
    free: (text) => ({ label: text, description: l10n.t('as typed'), value: text }),
    whenEmpty: () => ({
      label: l10n.t('No list of models: type a name'),
      detail: problem ?? l10n.t('The service does not say which models it has.'),
    }),
  });
  return typeof answer === 'string' ? answer : undefined;
}
