import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { ENDPOINT_PRESETS, presetFields, type EndpointPreset } from '../../core/endpoints/presets.ts';
import { endpointProfileSchema, type EndpointKind } from '../../core/endpoints/profile.ts';
import type { Json } from '../../core/record/json.ts';
import type { AddEndpointDeps } from '../commands/addEndpoint.ts';
import { askAll, askPick, askText, BACK, LEFT, type Pick, type Question } from '../input/steps.ts';
import { askFormatter, askReplicas, replicable } from './kindQuestions.ts';
import { originOf } from './keyStore.ts';
import { checkName, freeName } from './profileName.ts';
import { endpointsFileOf } from './profileStore.ts';
import { saveProfile, USER_SETTINGS, type WritableHome, type WrittenProfile } from './saveProfile.ts';

/** A service that does not answer within this time gives no list of models, in milliseconds. */
const MODELS_PATIENCE_MS = 8000;

/** The choice of the models that VS Code itself offers, which need neither address nor key. */
const VSCODE_MODELS = 'vscode-lm';
/** The choices that no preset stands for. */
const POOL = 'pool';
const COMPLETIONS = 'openai-completions';

/** What is known so far; each question fills in its part. */
interface Draft {
  preset: Service;
  baseUrl: string;
  name: string;
  key: string;
  model: string;
  formatter: Json | undefined;
  replicas: readonly string[];
  /** Folder whose `.openline` takes the profile; undefined: the settings. */
  root: string | undefined;
}

/** Asks step by step; a profile and its key are written only at the end. @returns the profile's name, or undefined */
export async function askForEndpoint(deps: AddEndpointDeps): Promise<string | undefined> {
  const draft: Draft = {
    ...{ preset: undefined, baseUrl: '', name: '', key: '', model: '' },
    ...{ formatter: undefined, replicas: [], root: undefined },
  };
  const roots = vscode.workspace.isTrusted ? await deps.roots() : [];
  const { profiles } = await deps.profiles.all();
  const taken = new Set(profiles.map(({ name }) => name));
  const members = replicable(profiles);
  const hasModels = vscode.workspace.isTrusted && (await vscode.lm.selectChatModels()).length > 0;
  const questions = (): readonly Question[] => [
    askPreset(draft, { hasModels, canPool: members.length > 0 }),
    ...(hasAddress(draft) ? [askBaseUrl(draft)] : []),
    ...(draft.preset === POOL ? [askReplicas(draft, members)] : []),
    askName(draft, taken),
    ...(hasAddress(draft) ? [askKey(draft)] : []),
    ...(FORMATTING.has(kindOf(draft)) ? [askFormatter(draft)] : []),
    ...(draft.preset === POOL ? [] : [askModel(draft, deps)]),
    ...(roots.length === 0 ? [] : [askHome(draft, roots)]),
  ];
  if (!(await askAll(l10n.t('Add Endpoint'), questions))) return undefined;
  const profile = written(draft);
  const home: WritableHome =
    draft.root === undefined ? USER_SETTINGS : { kind: 'file', path: endpointsFileOf(draft.root) };
  await saveProfile(home, draft.name, profile);
  if (draft.key !== '' && hasAddress(draft)) await deps.keys.set(draft.baseUrl, draft.key);
  return draft.name;
}

type Service = EndpointPreset | typeof VSCODE_MODELS | typeof POOL | typeof COMPLETIONS | undefined;

/** Kinds that send one text. */
const FORMATTING: ReadonlySet<EndpointKind> = new Set(['openai-completions', 'nemo-deploy']);

function kindOf({ preset }: Draft): EndpointKind {
  return typeof preset === 'string' ? preset : (preset?.kind ?? 'openai');
}

/** It is a service that is reached under an address, which may want a key. */
function hasAddress({ preset }: Draft): boolean {
  return preset !== VSCODE_MODELS && preset !== POOL;
}

function askPreset(draft: Draft, { hasModels, canPool }: { hasModels: boolean; canPool: boolean }): Question {
  return async (standing) => {
    const own: Pick<Service> = {
      label: l10n.t('Another service'),
      description: l10n.t('any that speaks the OpenAI protocol'),
      value: undefined,
    };
    const editor: Pick<Service> = {
      label: l10n.t('Models of VS Code'),
      description: l10n.t('those that you have here already; no key'),
      value: VSCODE_MODELS,
    };
    const completions: Pick<Service> = {
      label: l10n.t('A service for raw text'),
      description: l10n.t('/completions, with a conversation formatter'),
      value: COMPLETIONS,
    };
    const pool: Pick<Service> = {
      label: l10n.t('A pool of endpoints'),
      description: l10n.t('replicas of one model that share its work'),
      value: POOL,
    };
    const item = (preset: EndpointPreset): Pick<Service> => ({
      label: preset.title,
      description: preset.baseUrl,
      value: preset,
    });
    const separator = (label: string): Pick<Service> => ({
      label,
      kind: vscode.QuickPickItemKind.Separator,
      value: undefined,
    });
    const answer = await askPick<Service>({
      ...standing,
      placeholder: l10n.t('Which service?'),
      items: [
        own,
        completions,
        ...(canPool ? [pool] : []),
        ...(hasModels ? [editor] : []),
        separator(l10n.t('on this machine or network')),
        ...ENDPOINT_PRESETS.filter(({ isLocal }) => isLocal).map(item),
        separator(l10n.t('services')),
        ...ENDPOINT_PRESETS.filter(({ isLocal }) => !isLocal).map(item),
      ],
      active: draft.preset,
    });
    if (answer === BACK || answer === LEFT) return answer;
    if (answer !== draft.preset) {
      draft.baseUrl = '';
      draft.model = '';
      draft.name = '';
      draft.formatter = undefined;
    }
    draft.preset = answer;
    return undefined;
  };
}

/** The preset that was chosen, if one was. */
function presetOf({ preset }: Draft): EndpointPreset | undefined {
  return typeof preset === 'string' ? undefined : preset;
}

function askBaseUrl(draft: Draft): Question {
  return async (standing) => {
    const answer = await askText({
      ...standing,
      prompt:
        kindOf(draft) === 'nemo-deploy'
          ? l10n.t('Address of the service: what comes before /v2')
          : draft.preset === COMPLETIONS
            ? l10n.t('Base URL of the service: what comes before /completions')
            : l10n.t('Base URL of the service: what comes before /chat/completions'),
      value: draft.baseUrl === '' ? (presetOf(draft)?.baseUrl ?? '') : draft.baseUrl,
      placeholder: 'http://localhost:8000/v1',
      check: checkBaseUrl,
    });
    if (answer === BACK || answer === LEFT) return answer;
    draft.baseUrl = answer.trim().replace(/\/+$/u, '');
    return undefined;
  };
}

function checkBaseUrl(text: string): string | undefined {
  const url = text.trim();
  if (url.includes('RESOURCE')) return l10n.t('Put the name of your own resource in the place of RESOURCE.');
  if (!/^https?:\/\//iu.test(url) || originOf(url) === undefined) {
    return l10n.t('A base URL starts with http:// or https://, such as http://localhost:8000/v1');
  }
  const { username, password, search } = new URL(url);
  if (username !== '' || password !== '')
    return l10n.t('No name and no password in the URL: the key is asked for later.');
  return search === '' ? undefined : l10n.t('Without a query (?…): write it as `query` in the profile.');
}

function askName(draft: Draft, taken: ReadonlySet<string>): Question {
  return async (standing) => {
    const wanted = !hasAddress(draft)
      ? draft.preset === POOL
        ? 'pool'
        : 'vscode'
      : (presetOf(draft)?.id ?? hostName(draft.baseUrl));
    const suggestion = draft.name === '' ? freeName(wanted, taken) : draft.name;
    const answer = await askText({
      ...standing,
      prompt: l10n.t('Name of the endpoint; pipelines refer to it by this name'),
      value: suggestion,
      check: (text) => checkName(text, taken),
    });
    if (answer === BACK || answer === LEFT) return answer;
    draft.name = answer.trim();
    return undefined;
  };
}

function hostName(baseUrl: string): string {
  return new URL(baseUrl).hostname.replaceAll(/[^\w.-]/gu, '') || 'endpoint';
}

function askKey(draft: Draft): Question {
  return async (standing) => {
    const page = presetOf(draft)?.keyPage;
    const where = l10n.t('It is kept in secret storage and sent to {0} only.', new URL(draft.baseUrl).origin);
    const answer = await askText({
      ...standing,
      prompt: page === null || page === undefined ? where : `${where} ${l10n.t('Keys are made at {0}', page)}`,
      value: draft.key,
      placeholder: l10n.t('Key; leave it empty where none is needed'),
      password: true,
      check: () => undefined,
    });
    if (answer === BACK || answer === LEFT) return answer;
    draft.key = answer.trim();
    return undefined;
  };
}

function askModel(draft: Draft, deps: AddEndpointDeps): Question {
  return async (standing) => {
    const none: Pick<string> = {
      label: l10n.t('No default model'),
      description: l10n.t('each pipeline names its own'),
      value: '',
    };
    const answer = await askPick<string>({
      ...standing,
      placeholder: l10n.t('Default model: choose one, or type its name'),
      items: modelsOf(draft, deps).then((names) => [...names.map((name) => ({ label: name, value: name })), none]),
      ...(draft.model === '' ? {} : { active: draft.model }),
      free: (text) => ({ label: text, description: l10n.t('as typed'), value: text }),
    });
    if (answer === BACK || answer === LEFT) return answer;
    draft.model = answer;
    return undefined;
  };
}

/** The service's models; none when it cannot be asked, for then the name is typed. */
async function modelsOf(draft: Draft, { probe }: AddEndpointDeps): Promise<readonly string[]> {
  if (!vscode.workspace.isTrusted) return [];
  const profile = endpointProfileSchema.parse(written(draft));
  const named = { name: draft.name, profile, ...(draft.key === '' ? {} : { key: draft.key }) };
  try {
    return (await probe.models(named, AbortSignal.timeout(MODELS_PATIENCE_MS))).names;
  } catch {
    return [];
  }
}

function askHome(draft: Draft, roots: readonly string[]): Question {
  return async (standing) => {
    const places: Pick<string | undefined>[] = roots.map((root) => ({
      label: l10n.t('This workspace'),
      description: vscode.workspace.asRelativePath(endpointsFileOf(root), roots.length > 1),
      value: root,
    }));
    const answer = await askPick<string | undefined>({
      ...standing,
      placeholder: l10n.t('Where to keep the profile? (The key never stands in it.)'),
      items: [
        {
          label: l10n.t('Your settings'),
          description: l10n.t('for every workspace'),
          value: undefined,
        },
        ...places,
      ],
      active: draft.root,
    });
    if (answer === BACK || answer === LEFT) return answer;
    draft.root = answer;
    return undefined;
  };
}

function written(draft: Draft): WrittenProfile {
  const { baseUrl, model, key, formatter, replicas } = draft;
  const modelField = model === '' ? {} : { model };
  if (draft.preset === VSCODE_MODELS) return { kind: VSCODE_MODELS, ...modelField };
  if (draft.preset === POOL) return { kind: POOL, replicas };
  const preset = presetOf(draft);
  const needsNoKey = key === '' && (preset?.isLocal ?? false);
  return {
    ...(draft.preset === COMPLETIONS ? { kind: COMPLETIONS } : {}),
    base_url: baseUrl,
    ...modelField,
    ...(preset === undefined ? {} : presetFields(preset, baseUrl)),
    ...(formatter === undefined ? {} : { formatter }),
    ...(needsNoKey ? { auth: 'none' } : {}),
  };
}
