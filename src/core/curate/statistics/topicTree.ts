/** Topics of records as a tree: macro topics, the topics below them, the subtopics below those. */

/** Branches that are kept apart; records of more are counted at the branch above. */
const MOST_BRANCHES = 5000;
/** A branch with less than this share of the mean of its siblings is thin. */
const THIN_SHARE = 0.5;

/** One level of a record's way down the tree. */
export interface TopicPlace {
  /** Field that holds the topic, as the step made it that the topic comes from. */
  readonly field: string;
  readonly value: string;
  /** Step that made it; absent: nobody knows. */
  readonly step?: string;
}

/** A branch with everything below it. */
export interface TopicBranch {
  readonly name: string;
  /** Field that holds the topic; empty at the root. */
  readonly field: string;
  /** Step of the run that made it; null: nobody knows. */
  readonly step: string | null;
  /** Records below it, those that have no finer topic included. */
  readonly records: number;
  /** What was turned down below it. */
  readonly rejected: number;
  /** Whether it has no records, or fewer than half of the mean of its siblings (of the same field). */
  readonly isThin: boolean;
  /** Those with the most records first; equal ones by name. */
  readonly branches: readonly TopicBranch[];
}

interface Branch {
  readonly name: string;
  readonly field: string;
  readonly step: string | null;
  records: number;
  rejected: number;
  readonly branches: Map<string, Branch>;
}

/** From the widest to the narrowest. */
const LEVELS = [/(?:^|[._])macro_?topic$/iu, /(?:^|[._])topic$/iu, /(?:^|[._])sub_?topic$/iu] as const;

/** How wide the topics in a field are, 0 the widest; undefined: the field holds no topics. */
function levelOf(field: string): number | undefined {
  const level = LEVELS.findIndex((pattern) => pattern.test(field));
  return level === -1 ? undefined : level;
}

/** Whether a field names the topic of a record, or one above it. */
export function isTopicField(name: string): boolean {
  return levelOf(name) !== undefined;
}

/** Grows as records come, in bounded memory. */
export class TopicTree {
  readonly #root = branchNamed('', '', null);
  /** Fields of records that hold topics. */
  readonly #fields = new Set<string>();
  #branches = 0;
  /** Levels that are kept apart. */
  #levels = Number.POSITIVE_INFINITY;

  /**
   * Counts a record by its topics, or what was turned down: that by the fields which the records have as well.
   *
   * @param values the record's values by field; those that are no topics count for nothing
   */
  addFields(values: Iterable<readonly [string, unknown]>, what: 'records' | 'rejected' = 'records'): void {
    const path: (TopicPlace | undefined)[] = LEVELS.map(() => undefined);
    for (const [field, value] of values) {
      const level = levelOf(field);
      if (level === undefined || typeof value !== 'string' || value.trim() === '') continue;
      if (what === 'records') this.#fields.add(field);
      if (this.#fields.has(field)) path[level] ??= { field, value };
    }
    this.add(
      path.filter((place) => place !== undefined),
      what,
    );
  }

  /** Counts a record, or what was turned down. @param path from the widest topic to the narrowest */
  add(path: readonly TopicPlace[], what: 'records' | 'rejected' = 'records'): void {
    if (path.length === 0) return;
    this.#root[what] += 1;
    let branch = this.#root;
    for (const [level, place] of path.entries()) {
      const next = level < this.#levels ? this.#branchOf(branch, place, level) : undefined;
      if (next === undefined) return;
      next[what] += 1;
      branch = next;
    }
  }

  /** Null when no record had a topic. */
  summary(): TopicBranch | null {
    return this.#branches === 0 ? null : branchOf(this.#root, false);
  }

  #branchOf({ branches }: Branch, { field, value, step }: TopicPlace, level: number): Branch | undefined {
    const key = `${field}\n${value}`;
    const known = branches.get(key);
    if (known !== undefined) return known;
    // All branches of a level or none: a branch without those below it beside others with them would look poor.
    while (this.#branches >= MOST_BRANCHES && this.#levels > 1 && this.#cut());
    if (this.#branches >= MOST_BRANCHES || level >= this.#levels) return undefined;
    this.#branches += 1;
    const made = branchNamed(value, field, step ?? null);
    branches.set(key, made);
    return made;
  }

  /** Gives up the narrowest level; its records stay counted above. @returns whether there was one to give up */
  #cut(): boolean {
    const deepest = depthOf(this.#root);
    this.#levels = Math.max(1, deepest - 1);
    this.#branches -= cutBelow(this.#root, this.#levels);
    return deepest > 1;
  }
}

function branchNamed(name: string, field: string, step: string | null): Branch {
  return { name, field, step, records: 0, rejected: 0, branches: new Map() };
}

function depthOf({ branches }: Branch): number {
  let deepest = 0;
  for (const branch of branches.values()) deepest = Math.max(deepest, 1 + depthOf(branch));
  return deepest;
}

/** Takes away what stands more than so many levels below. @returns how many branches that were */
function cutBelow({ branches }: Branch, levels: number): number {
  if (levels === 0) {
    const { size } = branches;
    branches.clear();
    return size;
  }
  let cut = 0;
  for (const branch of branches.values()) cut += cutBelow(branch, levels - 1);
  return cut;
}

function branchOf({ branches, ...own }: Branch, isThin: boolean): TopicBranch {
  const totals = new Map<string, { records: number; siblings: number }>();
  for (const { field, records } of branches.values()) {
    const total = totals.get(field) ?? { records: 0, siblings: 0 };
    totals.set(field, { records: total.records + records, siblings: total.siblings + 1 });
  }
  const below = [...branches.values()].map((branch) => {
    const { records = 0, siblings = 0 } = totals.get(branch.field) ?? {};
    const mean = siblings < 2 ? 0 : (records - branch.records) / (siblings - 1);
    return branchOf(branch, branch.records === 0 || branch.records < THIN_SHARE * mean);
  });
  below.sort((a, b) => b.records - a.records || (a.name < b.name ? -1 : 1));
  return { ...own, isThin, branches: below };
}
