/** Puts values into a pattern's `{name}`s; a name without a value stays as it is. */
export function fillPattern(pattern: string, values: Readonly<Record<string, string>>): string {
  return pattern.replace(/\{(\w+)\}/gu, (whole, name: string) => values[name] ?? whole);
}

/**
 * A topic as it stands within a sentence: `The history of tea` → `the history of tea`. Names and abbreviations keep
 * their capital, as far as a second capital or digit in them, or a list of a few, tells.
 */
export function withinSentence(topic: string): string {
  const [first = ''] = topic.split(' ');
  const isName = /^.+[\p{Lu}\p{N}]/u.test(first) || NAMES.has(first) || first.length === 1;
  return isName ? topic : topic.charAt(0).toLowerCase() + topic.slice(1);
}

const NAMES: ReadonlySet<string> = new Set([
  'Python',
  'Java',
  'Rust',
  'Ruby',
  'Earth',
  'Mars',
  'Moon',
  'Europe',
  'Asia',
  'Africa',
  'America',
  'Arctic',
  'Fourier',
  'Internet',
  'English',
  'French',
  'German',
  'Spanish',
  'Chinese',
  'Japanese',
  'Roman',
  'Greek',
  'Christmas',
]);
