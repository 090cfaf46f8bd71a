/** Makes what a person decided about the records of a dataset part of the dataset: in a new file, or in the file itself. */
import { rename } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ReviewPolicy } from '../curate/review/applyReview.ts';
import { REVIEW_ENDING, reviewId } from '../curate/review/decision.ts';
import { readReview } from '../curate/review/readReview.ts';
import { fieldsOfFirst } from '../datasets/firstRecord.ts';
import { InvalidInputError } from '../errors.ts';
import { findWorkspaceRoot } from '../pipeline/workspaceRoot.ts';
import { exportRecords } from './exportRecords.ts';
import { fileSource } from './exportSource.ts';
import type { ExportReport } from './exportTally.ts';
import { exists } from './runFolder.ts';

export interface ApplyReviewOptions {
  /** Absolute path of the JSONL file. */
  readonly dataset: string;
  /** Absolute path of its review file. */
  readonly review: string;
  /** Absolute path of the file to write: the dataset itself, or another one, which is overwritten. */
  readonly output: string;
  readonly undecided: ReviewPolicy['undecided'];
  /** Version of Openline, for the card of a new file. */
  readonly version: string;
  readonly stop?: AbortSignal;
}

export interface AppliedReview {
  readonly report: ExportReport;
  /** Where the review went, since its records cannot be told by their number any more; null: it stays in use. */
  readonly movedReview: string | null;
}

/**
 * Writes the records as the review leaves them. A new file is put in place when it is complete, and the old one is not
 * touched before. Decisions about records without an id go by the record's number, which is another one after rejected
 * records are gone from the file itself: such a review is put aside then.
 *
 * @throws InvalidInputError when review or dataset cannot be read, or nothing of the review is about the dataset
 */
export async function applyReviewFile(options: ApplyReviewOptions): Promise<AppliedReview> {
  const { dataset, review: path, output, undecided, version, stop } = options;
  const inPlace = output === dataset;
  const { decisions, diagnostics } = await readReview(path, basename(path));
  if (diagnostics.length > 0) throw new InvalidInputError(diagnostics);
  const goesByNumber = inPlace && reviewId(await fieldsOfFirst(dataset), null) === null;
  const report = await exportRecords({
    source: await fileSource(dataset, basename(dataset)),
    format: 'jsonl',
    output,
    root: await findWorkspaceRoot(output),
    review: { file: basename(path), decisions, policy: { undecided, changed: 'keep' } },
    force: true,
    inPlace,
    version,
    ...(stop === undefined ? {} : { stop }),
  });
  return { report, movedReview: goesByNumber ? await putAside(path) : null };
}

async function putAside(review: string): Promise<string> {
  const stem = review.slice(0, -REVIEW_ENDING.length);
  for (let number = 1; ; number += 1) {
    const aside = `${stem}.applied${number === 1 ? '' : `-${number}`}${REVIEW_ENDING}`;
    if (await exists(aside)) continue;
    await rename(review, aside);
    return aside;
  }
}
