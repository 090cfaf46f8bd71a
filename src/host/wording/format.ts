/** Numbers and times as a person reads them, in the editor's language. */
import { env, l10n } from 'vscode';

export function formatCount(value: number): string {
  return value.toLocaleString(env.language);
}

export function recordsText(count: number): string {
  return count === 1 ? l10n.t('1 record') : l10n.t('{0} records', formatCount(count));
}

export function requestsText(count: number): string {
  return count === 1 ? l10n.t('1 request') : l10n.t('{0} requests', formatCount(count));
}

/** A size in bytes, in short: 1.2 GB. */
export function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const style = { style: 'unit', unit: units[power] ?? 'byte', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(env.language, style).format(bytes / 1024 ** power);
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

/** A span of time, in seconds: 12 s, 7 min, 1.5 h. */
export function formatSpan(seconds: number): string {
  if (seconds < 90) return l10n.t('{0} s', Math.max(1, Math.round(seconds)));
  const minutes = seconds / 60;
  return minutes < 90 ? l10n.t('{0} min', Math.round(minutes)) : l10n.t('{0} h', (minutes / 60).toFixed(1));
}
