import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { RunChoices } from '../../core/run/childProtocol.ts';
import type { CodeConsent } from './codeConsent.ts';

/** Asks whether code of the records may be run in this workspace. @returns undefined when the person left: nothing is run */
export async function askForCode(steps: readonly string[], consent: CodeConsent): Promise<RunChoices | undefined> {
  const allow = l10n.t('Allow in This Workspace');
  const parse = l10n.t('Only Parse It');
  const answer = await vscode.window.showWarningMessage(
    l10n.t('Run code from the records?'),
    {
      modal: true,
      detail: l10n.t(
        'The step {0} runs the code that models wrote: each program in an empty folder, with a limit of time, on Linux without network, but with your rights to read and write files. The answer is kept for this workspace on this machine until Stop Running Code in This Workspace.',
        steps.join(', '),
      ),
    },
    allow,
    parse,
  );
  if (answer === parse) return { code: 'parse' };
  if (answer !== allow) return undefined;
  await consent.give();
  return {};
}
