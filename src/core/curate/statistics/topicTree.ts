/** Topics of records as a tree: macro topics, the topics below them, the subtopics below those. */

/** Branches that are kept apart; records of more are counted at the branch above. */
const MOST_BRANCHES = 5000;

/** A branch with everything below it. */
export interface TopicBranch {
  readonly name: string;
  /** Records below it, those that have no finer topic included. */
  readonly records: number;
  /** Those with the most records first; equal ones by name. */
  readonly branches: readonly TopicBranch[];
}

interface Branch {
  records: number;
  readonly branches: Map<string, Branch>;
}

/** From the widest to the narrowest. */
const LEVELS = [/(?:^|[._])macro_?topic$/iu, /(?:^|[._])topic$/iu, /(?:^|[._])sub_?topic$/iu] as const;

/** How wide the topics in a field are, 0 the widest; undefined: the field holds no topics. */
function levelOf(field: string): number | undefined {
  const level = LEVELS.findIndex((pattern) => pattern.test(field));
  return level === -1 ? undefined : level;
}

/** Grows as records come, in bounded memory. */
export class TopicTree {
  readonly #root: Branch = { records: 0, branches: new Map() };
  #branches = 0;

  /** @param values the record's values by field; those that are no topics count for nothing */
  add(values: Iterable<readonly [string, unknown]>): void {
    const path: (string | undefined)[] = LEVELS.map(() => undefined);
    for (const [field, value] of values) {
      const level = levelOf(field);
      if (level !== undefined && typeof value === 'string' && value.trim() !== '') path[level] ??= value;
    }
    const names = path.filter((name) => name !== undefined);
    if (names.length === 0) return;
    this.#root.records += 1;
    let branch = this.#root;
    for (const name of names) {
      const next = this.#branchOf(branch, name);
      if (next === undefined) return;
      next.records += 1;
      branch = next;
    }
  }

  /** Makes sure that a topic of which nothing is left is seen. */
  addEmpty(name: string): void {
    if (!this.#has(this.#root, name)) this.#branchOf(this.#root, name);
  }

  /** Null when no record had a topic. */
  summary(): TopicBranch | null {
    return this.#branches === 0 ? null : branchOf('', this.#root);
  }

  #branchOf({ branches }: Branch, name: string): Branch | undefined {
    const known = branches.get(name);
    if (known !== undefined || this.#branches >= MOST_BRANCHES) return known;
    this.#branches += 1;
    const made = { records: 0, branches: new Map<string, Branch>() };
    branches.set(name, made);
    return made;
  }

  #has({ branches }: Branch, name: string): boolean {
    return branches.has(name) || [...branches.values()].some((branch) => this.#has(branch, name));
  }
}

function branchOf(name: string, { records, branches }: Branch): TopicBranch {
  const below = [...branches].map(([below, branch]) => branchOf(below, branch));
  below.sort((a, b) => b.records - a.records || (a.name < b.name ? -1 : 1));
  return { name, records, branches: below };
}
