/** Numbers and times as a person reads them, in the editor's language. */
import { env, l10n } from 'vscode';

export function formatCount(value: number): string {
  return value.toLocaleString(env.language);
}

/** How long ago something was. Both in milliseconds since the epoch. */
export function formatAge(then: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - then) / 1000));
  if (seconds < 60) return l10n.t('just now');
  const format = new Intl.RelativeTimeFormat(env.language, { numeric: 'always', style: 'narrow' });
  if (seconds < 3600) return format.format(-Math.floor(seconds / 60), 'minute');
  if (seconds < 86_400) return format.format(-Math.floor(seconds / 3600), 'hour');
  return format.format(-Math.floor(seconds / 86_400), 'day');
}
