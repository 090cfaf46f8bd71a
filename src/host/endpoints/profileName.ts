import { l10n } from 'vscode';

/** What is wrong with the name of a new profile, or undefined. */
export function checkName(text: string, taken: ReadonlySet<string>): string | undefined {
  if (!/^[A-Za-z0-9][\w.-]*$/u.test(text.trim())) return l10n.t('Letters, digits, “-”, “_” and “.”');
  return taken.has(text.trim()) ? l10n.t('There is an endpoint of this name already.') : undefined;
}

/** A name like the wanted one that no profile has. */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}-${number}`)) number += 1;
  return `${wanted}-${number}`;
}
