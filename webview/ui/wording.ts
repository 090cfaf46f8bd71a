/** Texts and numbers in the editor's language. */
export interface Wording {
  /** The translation of an English text with `{0}`, `{1}` … filled in. */
  readonly t: (text: string, ...values: readonly (string | number)[]) => string;
  readonly number: (value: number) => string;
  /** So many records: 1 record, 2,000 records. */
  readonly records: (count: number) => string;
  /** A large number in short: 12.3K. */
  readonly short: (value: number) => string;
  /** A number with at most one digit after the point. */
  readonly rate: (value: number) => string;
  /** A number of any size with the digits that matter: 0.125, 2.4, 1,234.5. */
  readonly figure: (value: number) => string;
  readonly money: (value: number) => string;
  /** The price of a single request: small, so with the digits that matter. */
  readonly price: (value: number) => string;
  /** A short span of time, in seconds: 340 ms, 1.9 s. */
  readonly brief: (seconds: number) => string;
  /** A span of time: 340 ms, 7.2 s, then as a clock shows it, 12:34, 1:02:03. */
  readonly clock: (seconds: number) => string;
  /** The time of day, in milliseconds since the epoch: 2:32 PM. */
  readonly timeOfDay: (time: number) => string;
}

/** @param translations by the English text; what is missing stays English */
export function createWording(translations: Readonly<Record<string, string>>, language: string): Wording {
  const plain = new Intl.NumberFormat(language);
  const short = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
  const rate = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const exact = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
  const money = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 4 });
  const price = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
  const timeOfDay = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
  const t: Wording['t'] = (text, ...values) =>
    (translations[text] ?? text).replaceAll(/\{(\d)\}/gu, (_match, index: string) =>
      String(values[Number(index)] ?? ''),
    );
  const brief: Wording['brief'] = (seconds) =>
    seconds < 1 ? `${plain.format(Math.round(seconds * 1000))} ms` : `${rate.format(seconds)} s`;
  return {
    t,
    number: (value) => plain.format(value),
    records: (count) => (count === 1 ? t('1 record') : t('{0} records', plain.format(count))),
    short: (value) => short.format(value),
    rate: (value) => rate.format(value),
    figure: (value) => (Math.abs(value) < 100 ? exact : rate).format(value),
    money: (value) => money.format(value),
    price: (value) => price.format(value),
    brief,
    timeOfDay: (time) => timeOfDay.format(time),
    clock: (seconds) => {
      if (seconds < 10) return seconds > 0 ? brief(seconds) : '0 s';
      const whole = Math.round(seconds);
      const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
      const two = (value: number): string => String(value).padStart(2, '0');
      return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
    },
  };
}
