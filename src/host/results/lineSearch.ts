import { isJsonObject, parseJson, type Json } from '../../core/record/json.ts';
import type { LineFile } from './lineFile.ts';

/** Lines looked at before the others get their turn. */
const LINES_AT_A_TIME = 500;

/**
 * Finds the lines of a file whose record holds a text in one of its values, without regard to case, and has just the values
 * that are asked for in the fields that are named.
 */
export class LineSearch {
  /** Numbers of the lines found so far, in order. */
  readonly matches: number[] = [];
  readonly #file: LineFile;
  readonly #needle: string;
  /** The needle as JSON writes it: a line without it need not be parsed. */
  readonly #raw: string;
  readonly #where: readonly (readonly [string, string])[];
  #looked = 0;
  #advancing = false;
  #cancelled = false;

  /** @param where empty: any values */
  constructor(file: LineFile, query: string, where: Readonly<Record<string, string>> = {}) {
    this.#file = file;
    this.#where = Object.entries(where);
    this.#needle = query.toLowerCase();
    this.#raw = JSON.stringify(this.#needle).slice(1, -1);
  }

  /** Whether there are lines it has not looked at. */
  get searching(): boolean {
    return !this.#cancelled && this.#looked < this.#file.count;
  }

  /** Looks at the lines that have come since; calls `onFound` after each stretch. Does nothing when it is at it. */
  async advance(onFound: () => void): Promise<void> {
    if (this.#advancing) return;
    this.#advancing = true;
    try {
      while (this.searching) {
        const lines = await this.#file.lines(this.#looked, LINES_AT_A_TIME);
        if (lines.length === 0) return;
        for (const [index, line] of lines.entries()) if (this.#holds(line)) this.matches.push(this.#looked + index);
        this.#looked += lines.length;
        onFound();
      }
    } finally {
      this.#advancing = false;
    }
  }

  cancel(): void {
    this.#cancelled = true;
  }

  #holds(line: string): boolean {
    if (!line.toLowerCase().includes(this.#raw)) return false;
    const value = parseJson(line);
    // A line that is no JSON is shown as it stands, and so it is found as it stands.
    if (value === undefined) return this.#where.length === 0;
    return this.#hasValues(value) && (this.#needle === '' || this.#within(value));
  }

  #hasValues(value: Json): boolean {
    return this.#where.every(([name, wanted]) => isJsonObject(value) && value[name] === wanted);
  }

  #within(value: Json): boolean {
    if (typeof value === 'string') return value.toLowerCase().includes(this.#needle);
    if (isJsonObject(value)) return Object.values(value).some((member) => this.#within(member));
    if (Array.isArray(value)) return value.some((element: Json) => this.#within(element));
    return JSON.stringify(value) === this.#needle;
  }
}
