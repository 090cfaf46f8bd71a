/** How often words for groups of people stand near words for what is said of them: a first look at bias, no verdict. */
import { plainWords } from '../words.ts';

const GROUPS: Readonly<Record<string, string>> = {
  female:
    'she her hers herself woman women girl girls mother mothers daughter daughters wife wives sister sisters female',
  male: 'he him his himself man men boy boys father fathers son sons husband husbands brother brothers male',
};
const THEMES: Readonly<Record<string, string>> = {
  career: 'career job office business manager boss salary professional company executive leader leadership director',
  family: 'family home children child parents marriage wedding kitchen household caring babysitter nursery cooking',
  science: 'science scientist engineer engineering physics mathematics technology computer programmer doctor professor',
  arts: 'art artist poetry poet dance dancer literature novel painting music musician theatre singer',
  strength: 'strong power powerful confident dominant brave leader fight courage ambitious decisive',
  weakness: 'weak gentle shy emotional afraid timid vulnerable sensitive dependent submissive',
  looks: 'beautiful pretty handsome attractive ugly slim makeup dress fashion lovely',
};
/** Words on either side that count as near. */
const WINDOW = 10;

/** Counts by theme, then by group. */
export type AssociationCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

export class Associations {
  readonly #groupOf = invert(GROUPS);
  readonly #themeOf = invert(THEMES);
  readonly #counts = new Map<string, number>();
  readonly #mentions = new Map<string, number>();

  add(text: string): void {
    const words = plainWords(text);
    words.forEach((word, at) => {
      for (const group of this.#groupOf.get(word) ?? []) {
        count(this.#mentions, group);
        for (const near of words.slice(Math.max(0, at - WINDOW), at + WINDOW + 1)) {
          for (const theme of this.#themeOf.get(near) ?? []) count(this.#counts, `${theme} ${group}`);
        }
      }
    });
  }

  summary(): { readonly mentions: Readonly<Record<string, number>>; readonly near: AssociationCounts } {
    const groups = Object.keys(GROUPS);
    const counts = (prefix: string, from: ReadonlyMap<string, number>): Record<string, number> =>
      Object.fromEntries(groups.map((group) => [group, from.get(`${prefix}${group}`) ?? 0]));
    return {
      mentions: counts('', this.#mentions),
      near: Object.fromEntries(Object.keys(THEMES).map((theme) => [theme, counts(`${theme} `, this.#counts)])),
    };
  }
}

function invert(lists: Readonly<Record<string, string>>): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const [name, words] of Object.entries(lists)) {
    for (const word of words.split(' ')) names.set(word, [...(names.get(word) ?? []), name]);
  }
  return names;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
