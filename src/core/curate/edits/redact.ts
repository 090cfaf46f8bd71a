/** Personal data that can be found by its form. */
export const REDACTED_KINDS = ['email', 'iban', 'card', 'ssn', 'ip', 'phone'] as const;

export type RedactedKind = (typeof REDACTED_KINDS)[number];

interface Finder {
  readonly pattern: RegExp;
  /** What the form alone does not tell. */
  readonly isMeant?: (found: string) => boolean;
}

/** Every repetition is bounded, so that no text takes long. Order: the more exact form goes first. */
const FINDERS: Readonly<Record<RedactedKind, Finder>> = {
  email: {
    pattern:
      /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}])/gu,
  },
  iban: {
    pattern: /(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])/gu,
    isMeant: isIban,
  },
  card: { pattern: /(?<![\d.-])\d(?:[ -]?\d){12,18}(?![\d-])/gu, isMeant: isCard },
  ssn: { pattern: /(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/gu },
  ip: {
    pattern:
      /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\.?\d)|(?<![\p{L}\p{N}:.])(?:[\da-f]{1,4}:){7}[\da-f]{1,4}(?![\p{L}\p{N}:])|(?<![\p{L}\p{N}:.])(?:[\da-f]{1,4}:){1,6}(?::[\da-f]{1,4}){1,6}(?![\p{L}\p{N}:])/giu,
  },
  phone: {
    pattern: /(?<![\p{L}\p{N}.,+/-])(?:\+|00|0|\(0?)?\d{1,4}\)?(?:[ ./-]?\(?\d{1,6}\)?){1,6}(?![\p{L}\p{N}])/gu,
    isMeant: isPhone,
  },
};

/**
 * Replaces personal data by a placeholder: e-mail addresses, IBANs (check digits), card numbers (Luhn), US social security
 * numbers, IP addresses, telephone numbers.
 *
 * @param placeholder `{kind}` in it stands for the name of what was found
 */
export function redact(text: string, kinds: readonly RedactedKind[], placeholder: string): string {
  let current = text;
  for (const kind of REDACTED_KINDS) {
    if (!kinds.includes(kind)) continue;
    const { pattern, isMeant = () => true } = FINDERS[kind];
    const replacement = placeholder.replaceAll('{kind}', kind);
    current = current.replace(pattern, (found) => (isMeant(found) ? replacement : found));
  }
  return current;
}

/** ISO 13616: the check digits make the number one more than a multiple of 97. */
function isIban(found: string): boolean {
  const plain = found.replaceAll(' ', '');
  if (plain.length < 15 || plain.length > 34) return false;
  let rest = 0;
  for (const character of plain.slice(4) + plain.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** ISO/IEC 7812: the formula of Luhn; a number of one digit over and over is none. */
function isCard(found: string): boolean {
  const digits = found.replace(/\D/gu, '');
  if (/^(?<digit>\d)\k<digit>*$/u.test(digits)) return false;
  let sum = 0;
  Array.from(digits)
    .reverse()
    .forEach((digit, index) => {
      const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
      sum += value > 9 ? value - 9 : value;
    });
  return sum % 10 === 0;
}

/** E.164 has 15 digits at the most. Without a sign that it is dialled, only the North American form counts. */
function isPhone(found: string): boolean {
  const digits = found.replace(/\D/gu, '').length;
  if (digits < 7 || digits > 15) return false;
  if (/^(?:\+|00)/u.test(found)) return true;
  if (/^\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}$/u.test(found)) return true;
  return /^\(?0\d/u.test(found) && digits >= 9 && /[ ()/-]/u.test(found) && !/^\d{2}[./-]\d{2}[./-]\d{4}$/u.test(found);
}
