import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { addApproval, readApprovals, userApprovalsFile } from '../../core/endpoints/approvals.ts';
import { keyRelease, originOf } from '../../core/endpoints/keyRelease.ts';
import { ENDPOINT_PRESETS } from '../../core/endpoints/presets.ts';
import type { KnownProfile } from './profileStore.ts';

/** A variable that a profile names and that nobody has let travel to the profile's host yet. */
export interface WithheldVariable {
  readonly origin: string;
  readonly variable: string;
}

/** Where the user's approvals are: the same place as the command's. */
export function approvalsFile(): string {
  return userApprovalsFile(process.env, homedir());
}

/** The variable that a profile would send if it were approved; undefined where there is none, or it is not set. */
export async function withheldVariable({ profile }: KnownProfile): Promise<WithheldVariable | undefined> {
  const variable = profile.api_key_env;
  const origin = originOf(profile);
  if (variable === undefined || origin === null || process.env[variable] === undefined) return undefined;
  const approvals = await readApprovals(approvalsFile());
  const release = keyRelease({ origin, variable, presets: ENDPOINT_PRESETS, approvals });
  return release === 'refused' ? { origin, variable } : undefined;
}

/** Asks whether a variable may travel to a host, and keeps the answer. @returns whether it may */
export async function askToApprove({ origin, variable }: WithheldVariable): Promise<boolean> {
  const allow = l10n.t('Allow');
  const answer = await vscode.window.showWarningMessage(
    l10n.t('Send the environment variable {0} to {1}?', variable, origin),
    {
      modal: true,
      detail: l10n.t('The endpoint profile asks for it. Allow it only if you trust this host with the key.'),
    },
    allow,
  );
  if (answer !== allow) return false;
  await addApproval(approvalsFile(), { origin, variable });
  return true;
}
