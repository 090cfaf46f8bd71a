/** Questions about a new endpoint that only some kinds ask: the replicas of a pool, the formatter of raw text. */
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { EndpointKind } from '../../core/endpoints/profile.ts';
import type { Json } from '../../core/record/json.ts';
import { askPickMany } from '../input/pickMany.ts';
import { askPick, BACK, LEFT, type Pick, type Question } from '../input/steps.ts';
import type { KnownProfile } from './profileStore.ts';

const REPLICABLE: ReadonlySet<EndpointKind> = new Set(['openai', 'openai-completions', 'nemo-deploy', 'sample']);

/** The profiles that can share the work of a pool. */
export function replicable(profiles: readonly KnownProfile[]): readonly KnownProfile[] {
  return profiles.filter(({ profile, home }) => home.kind !== 'builtin' && REPLICABLE.has(profile.kind));
}

/** Which endpoints share the work. */
export function askReplicas(draft: { replicas: readonly string[] }, candidates: readonly KnownProfile[]): Question {
  return async (standing) => {
    const answer = await askPickMany<string>({
      ...standing,
      placeholder: l10n.t('Which endpoints serve the same model and share its work?'),
      items: candidates.map(({ name, profile }) => ({
        label: name,
        description: [profile.model, profile.base_url].filter((part) => part !== undefined).join(' · '),
        value: name,
      })),
      picked: new Set(draft.replicas),
    });
    if (answer === BACK || answer === LEFT) return answer;
    draft.replicas = answer;
    return undefined;
  };
}

/** Strings to begin with: they are edited in the profile. */
const OWN_STRINGS = {
  user: { before: 'User: ', after: '\n' },
  assistant: { before: 'Assistant: ', after: '\n' },
  stop: ['User:'],
};
const TOKENIZER = 'tokenizer';

/** How conversations become one text. */
export function askFormatter(draft: { formatter: Json | undefined }): Question {
  return async (standing) => {
    const named = (label: string, description: string): Pick<Json> => ({ label, description, value: label });
    const answer = await askPick<Json>({
      ...standing,
      placeholder: l10n.t('How does a conversation become one text?'),
      items: [
        named('nemotron', l10n.t('the turns of Nemotron models')),
        named('mixtral-8x7b', l10n.t('the turns of Mixtral instruct models')),
        named('none', l10n.t('a single message, as it is')),
        {
          label: l10n.t('Chat template of a tokenizer…'),
          description: 'tokenizer_config.json',
          value: { [TOKENIZER]: '' },
        },
        {
          label: l10n.t('Strings of your own'),
          description: l10n.t('a start that you edit in the profile'),
          value: OWN_STRINGS,
        },
      ],
      ...(draft.formatter === undefined ? {} : { active: draft.formatter }),
    });
    if (answer === BACK || answer === LEFT) return answer;
    if (typeof answer !== 'object' || answer === null || !(TOKENIZER in answer)) {
      draft.formatter = answer;
      return undefined;
    }
    const [file] =
      (await vscode.window.showOpenDialog({
        title: l10n.t('Tokenizer of the model'),
        filters: { [l10n.t('Tokenizer configuration')]: ['json'] },
      })) ?? [];
    if (file === undefined) return LEFT;
    draft.formatter = { [TOKENIZER]: file.fsPath };
    return undefined;
  };
}
