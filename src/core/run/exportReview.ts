/** Decisions of people, applied to what an export reads. */
import { applyReview, type ReviewPolicy, type ReviewStatus } from '../curate/review/applyReview.ts';
import { reviewId, type Decision } from '../curate/review/decision.ts';
import { InvalidInputError } from '../errors.ts';
import type { ExportSource } from './exportSource.ts';
import { readExported, type ExportedLine } from './readExported.ts';

export interface ExportReview {
  /** The review file, for messages. */
  readonly file: string;
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly policy: ReviewPolicy;
}

/** What came of a review: records by status, and decisions about records that are not there. */
export interface ReviewReport {
  readonly file: string;
  readonly decisions: number;
  readonly kept: Readonly<Record<ReviewStatus, number>>;
  /** Records that were turned down once and are added behind the others. */
  readonly added: number;
  readonly unused: number;
}

/** Lines of a source as a review leaves them: rejected ones with their reason in the place of the record, edits made. */
export class ReviewedLines {
  readonly #source: ExportSource;
  readonly #review: ExportReview | undefined;
  #kept: Record<ReviewStatus, number> = { accepted: 0, undecided: 0, changed: 0 };
  #added = 0;
  #unused = new Set<string>();

  /** @param review undefined: the lines as they are */
  constructor(source: ExportSource, review: ExportReview | undefined) {
    this.#source = source;
    this.#review = review;
  }

  /** The lines from the first one on; counts anew. */
  async *read(): AsyncGenerator<ExportedLine> {
    const review = this.#review;
    if (review === undefined) {
      yield* readExported(this.#source);
      return;
    }
    this.#kept = { accepted: 0, undecided: 0, changed: 0 };
    this.#unused = new Set(review.decisions.keys());
    this.#added = 0;
    let index = 0;
    let last = 0;
    for await (const line of readExported(this.#source)) {
      yield line.fields === null ? line : this.#apply(review, line, String(index));
      index += 1;
      last = line.number;
    }
    yield* this.#additions(review, last);
  }

  /** Null without a review. To be asked for when all lines were read. */
  report(): ReviewReport | null {
    if (this.#review === undefined) return null;
    const { file, decisions } = this.#review;
    return { file, decisions: decisions.size, kept: this.#kept, added: this.#added, unused: this.#unused.size };
  }

  /** @throws InvalidInputError when no decision is about a record that was read */
  checkUsed(): void {
    const report = this.report();
    if (report === null || report.decisions === 0 || report.unused < report.decisions) return;
    const message = `none of the ${report.decisions} decisions in ${report.file} is about a record of ${this.#source.path}: is it the review of another dataset? Nothing was written`;
    throw InvalidInputError.of('other-review', message);
  }

  /** What is to be added and is not there yet; what was added once is a record like the others. */
  *#additions({ decisions, policy }: ExportReview, last: number): Generator<ExportedLine> {
    for (const id of [...this.#unused]) {
      const decision = decisions.get(id);
      const add = decision?.add;
      if (decision === undefined || add === undefined || decision.verdict === 'reject') continue;
      if (policy.minRating !== undefined && decision.rating !== null && decision.rating < policy.minRating) continue;
      this.#unused.delete(id);
      this.#added += 1;
      yield { number: last + this.#added, fields: add, text: JSON.stringify(add) };
    }
  }

  #apply(
    { decisions, policy }: ExportReview,
    line: Extract<ExportedLine, { text: string }>,
    key: string,
  ): ExportedLine {
    const id = reviewId(line.fields, key) ?? key;
    this.#unused.delete(id);
    const reviewed = applyReview(line.fields, decisions.get(id), policy);
    if ('reason' in reviewed) return { number: line.number, fields: null, ...reviewed };
    this.#kept[reviewed.status] += 1;
    const { fields } = reviewed;
    return fields === line.fields ? line : { number: line.number, fields, text: JSON.stringify(fields) };
  }
}
