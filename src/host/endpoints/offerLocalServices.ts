import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { FoundService } from '../../core/endpoints/findServices.ts';
import { localCandidates, type ServiceCandidate } from '../../core/endpoints/localCandidates.ts';
import { ENDPOINT_PRESETS } from '../../core/endpoints/presets.ts';
import type { FindServicesDeps } from '../commands/findServices.ts';
import { COMMANDS } from '../ids.ts';
import { freeName } from './profileName.ts';
import { saveProfile, USER_SETTINGS, type WrittenProfile } from './saveProfile.ts';
import { choose } from '../input/ask.ts';

/** Models that an entry of the list names. */
const MODELS_SHOWN = 4;

interface ServiceItem extends vscode.QuickPickItem {
  readonly service: FoundService;
  readonly candidate: ServiceCandidate;
}

/** Looks at the usual ports, offers what answers and keeps the chosen ones in the user's settings. */
export async function offerLocalServices({ profiles, probe, onProfilesChanged }: FindServicesDeps): Promise<void> {
  const candidates = localCandidates(ENDPOINT_PRESETS);
  const found = await look(candidates, probe);
  if (found === undefined) return;
  const known = (await profiles.all()).profiles;
  const items = found.flatMap((service) => {
    const candidate = candidates.find(({ name }) => name === service.name);
    return candidate === undefined ? [] : [itemOf(service, candidate, known)];
  });
  if (items.length === 0) {
    const add = l10n.t('Add Endpoint');
    const places = candidates.map(({ profile }) => new URL(profile.base_url ?? '').port).join(', ');
    const choice = await vscode.window.showInformationMessage(
      l10n.t('No model service answers on this machine (looked at the ports {0}).', places),
      add,
    );
    if (choice === add) await vscode.commands.executeCommand(COMMANDS.addEndpoint);
    return;
  }
  const chosen = await choose(items, {
    title: l10n.t('Local Services'),
    placeHolder: l10n.t('Which ones do you want to use? They are kept in your settings.'),
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen === undefined || chosen.length === 0) return;
  const taken = new Set(known.map(({ name }) => name));
  const added: string[] = [];
  for (const { service, candidate } of chosen) {
    const name = freeName(candidate.name, taken);
    taken.add(name);
    added.push(name);
    await saveProfile(USER_SETTINGS, name, written(service, candidate));
  }
  onProfilesChanged();
  await tellAdded(added, chosen[0]?.service);
}

async function tellAdded(names: readonly string[], first: FoundService | undefined): Promise<void> {
  const [only] = names;
  if (names.length > 1 || only === undefined) {
    void vscode.window.showInformationMessage(l10n.t('The endpoints {0} were added.', names.join(', ')));
    return;
  }
  const next =
    first?.wantsKey === true
      ? { title: l10n.t('Set Key'), command: COMMANDS.setKey }
      : (first?.models.length ?? 0) > 1
        ? { title: l10n.t('Choose Model'), command: COMMANDS.chooseModel }
        : { title: l10n.t('Test Connection'), command: COMMANDS.testConnection };
  const choice = await vscode.window.showInformationMessage(l10n.t('The endpoint {0} was added.', only), next.title);
  if (choice !== undefined) await vscode.commands.executeCommand(next.command, only);
}

/** @returns undefined when the person did not want to wait, or the look failed (which is told) */
async function look(
  candidates: readonly ServiceCandidate[],
  probe: FindServicesDeps['probe'],
): Promise<readonly FoundService[] | undefined> {
  const abort = new AbortController();
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: l10n.t('Looking for model services on this machine'),
      cancellable: true,
    },
    async (_progress, token) => {
      token.onCancellationRequested(() => {
        abort.abort();
      });
      try {
        return await probe.find(
          candidates.map(({ name, profile }) => ({ name, profile })),
          abort.signal,
        );
      } catch (error) {
        if (!abort.signal.aborted)
          void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
        return undefined;
      }
    },
  );
}

function itemOf(
  service: FoundService,
  candidate: ServiceCandidate,
  known: readonly { readonly profile: { readonly base_url?: string | undefined } }[],
): ServiceItem {
  const baseUrl = candidate.profile.base_url ?? '';
  const isKnown = known.some(({ profile }) => profile.base_url === baseUrl);
  return {
    label: candidate.title,
    description: isKnown ? l10n.t('{0} (there is an endpoint for it already)', baseUrl) : baseUrl,
    detail: modelsText(service),
    picked: !isKnown,
    service,
    candidate,
  };
}

function modelsText({ models, wantsKey }: FoundService): string {
  if (wantsKey) return l10n.t('It answers, and wants a key.');
  if (models.length === 0) return l10n.t('It answers, and names no models.');
  const shown = models.slice(0, MODELS_SHOWN).join(', ');
  return models.length > MODELS_SHOWN ? l10n.t('{0} and {1} more', shown, models.length - MODELS_SHOWN) : shown;
}

/** Where there is one model, there is no choice. */
function written({ models, wantsKey }: FoundService, { profile }: ServiceCandidate): WrittenProfile {
  const [model] = models.length === 1 ? models : [];
  return {
    ...(profile.kind === 'openai' ? {} : { kind: profile.kind }),
    base_url: profile.base_url ?? '',
    ...(model === undefined ? {} : { model }),
    ...(typeof profile.formatter === 'string' ? { formatter: profile.formatter } : {}),
    ...(wantsKey ? {} : { auth: 'none' }),
  };
}
