/** One example of each cause for which a run turns something down: the first of them. */
import { readRecordLines } from '../datasets/readRecordLines.ts';
import * as z from 'zod';

/** Causes that have an example, at the most: a script may give each record a reason of its own. */
const MOST_CAUSES = 200;
/** Characters of a message; all of it stands in the rejects file. */
const LONGEST_MESSAGE = 1000;

/** A failure as it stands in a report. */
export const failureExampleSchema = z.object({
  step: z.string(),
  key: z.string(),
  reason: z.string(),
  message: z.string(),
});
export type FailureExample = Readonly<z.infer<typeof failureExampleSchema>>;

export class FailureExamples {
  readonly #found = new Map<string, FailureExample>();
  #list: readonly FailureExample[] = [];

  /** In the order in which the causes came up, at most 200; the same array until there is another. */
  get list(): readonly FailureExample[] {
    return this.#list;
  }

  has(step: string, reason: string): boolean {
    return this.#found.has(causeOf(step, reason));
  }

  /** Keeps a failure, if it is the first of its step and reason. @param example is asked only then */
  add(step: string, reason: string, example: () => { readonly key: string; readonly message: string }): void {
    if (this.#found.size >= MOST_CAUSES || this.has(step, reason)) return;
    const { key, message } = example();
    this.#found.set(causeOf(step, reason), { step, key, reason, message: message.slice(0, LONGEST_MESSAGE) });
    this.#list = [...this.#found.values()];
  }
}

function causeOf(step: string, reason: string): string {
  return `${step}\n${reason}`;
}

const rejectSchema = z.object({ id: z.string(), step: z.string(), reason: z.string(), message: z.string() });

/**
 * The examples in a rejects file, of runs whose report has none. It is read until each cause has one; nothing where
 * there is no such file.
 *
 * @param causes what was turned down, by step and reason
 */
export async function readFailureExamples(
  path: string,
  causes: readonly { readonly step: string; readonly reason: string }[],
): Promise<readonly FailureExample[]> {
  const examples = new FailureExamples();
  const most = Math.min(causes.length, MOST_CAUSES);
  if (most === 0) return [];
  try {
    for await (const entry of readRecordLines(path, { growing: true })) {
      const reject = 'fields' in entry ? rejectSchema.safeParse(entry.fields).data : undefined;
      if (reject === undefined) continue;
      const { step, reason, id, message } = reject;
      if (examples.has(step, reason)) continue;
      if (!causes.some((cause) => cause.step === step && cause.reason === reason)) continue;
      examples.add(step, reason, () => ({ key: id, message }));
      if (examples.list.length === most) break;
    }
  } catch {
    // The run was removed meanwhile, or turned nothing down: what was found is all there is.
  }
  return examples.list;
}
