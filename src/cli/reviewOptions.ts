import { resolve } from 'node:path';
import { readReview } from '../core/curate/review/readReview.ts';
import { unknownName } from '../core/files/checkValue.ts';
import { InvalidInputError } from '../core/errors.ts';
import type { ExportReview } from '../core/run/exportReview.ts';
import type { Given, OptionName } from './options.ts';
import { UsageError } from './usage.ts';

export const REVIEW_OPTIONS = ['review', 'undecided', 'changed', 'min-rating'] as const satisfies readonly OptionName[];

/**
 * The review that the options name, with what they say of records without a valid decision; defaults as of a `review` step.
 *
 * @throws UsageError, InvalidInputError when the file cannot be read
 */
export async function reviewOf(given: Given, cwd: string): Promise<ExportReview | undefined> {
  const file = given.text('review');
  if (file === undefined) {
    const lonely = REVIEW_OPTIONS.find((name) => given.text(name) !== undefined);
    if (lonely !== undefined) throw new UsageError(`--${lonely} goes with --review`);
    return undefined;
  }
  const minRating = given.number('min-rating', Number.NEGATIVE_INFINITY, false);
  const policy = {
    undecided: oneOf(given, 'undecided', ['keep', 'drop']),
    changed: oneOf(given, 'changed', ['keep', 'drop', 'apply']),
    ...(minRating === undefined ? {} : { minRating }),
  };
  const review = await readReview(resolve(cwd, file), file).catch((error: unknown) => {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw InvalidInputError.of('no-review', absent ? 'there is no such file' : String(error), { file });
  });
  if (review.diagnostics.length > 0) throw new InvalidInputError(review.diagnostics);
  return { file, decisions: review.decisions, policy };
}

/** The first one is the default. */
function oneOf<Choice extends string>(
  given: Given,
  name: OptionName,
  choices: readonly [Choice, ...(readonly Choice[])],
): Choice {
  const value = given.text(name);
  if (value === undefined) return choices[0];
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new UsageError(`--${name}: ${unknownName(value, choices, 'a choice')}`);
  return choice;
}
