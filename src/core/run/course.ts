/** How fast a run was and how long answers took, over its time, in a bounded number of spans. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { parseJson } from '../record/json.ts';
import type { CourseFigures } from './events.ts';

/** Spans that are kept at the most; then each two become one. */
const MOST_SPANS = 60;
const FIRST_SECONDS = 1;

/** The figures as they stand in a report. */
export const courseSchema = z.object({
  seconds: z.number().positive(),
  spans: z.array(z.object({ answers: z.number(), mean: z.number(), longest: z.number() })),
});

interface Span {
  answers: number;
  /** Of all answers together. */
  seconds: number;
  longest: number;
}

export class Course {
  readonly #now: () => number;
  readonly #startedAt: number;
  /** Seconds that earlier processes have worked on the run. */
  readonly #before: number;
  #width = FIRST_SECONDS;
  #spans: Span[] = [];

  /**
   * @param startedAt when this process took the run up
   * @param before what earlier processes have noted, and how long they worked
   */
  constructor(
    now: () => number,
    startedAt: number,
    before?: { readonly figures: CourseFigures; readonly seconds: number },
  ) {
    this.#now = now;
    this.#startedAt = startedAt;
    this.#before = before?.seconds ?? 0;
    if (before === undefined) return;
    this.#width = before.figures.seconds;
    this.#spans = before.figures.spans.map(({ answers, mean, longest }) => {
      return { answers, seconds: mean * answers, longest };
    });
  }

  add(milliseconds: number): void {
    const seconds = milliseconds / 1000;
    const at = this.#before + (this.#now() - this.#startedAt) / 1000;
    while (at >= this.#width * MOST_SPANS) this.#halve();
    const index = Math.max(0, Math.floor(at / this.#width));
    while (this.#spans.length <= index) this.#spans.push({ answers: 0, seconds: 0, longest: 0 });
    const span = this.#spans[index];
    if (span === undefined) return;
    span.answers += 1;
    span.seconds += seconds;
    span.longest = Math.max(span.longest, seconds);
  }

  figures(): CourseFigures {
    return {
      seconds: this.#width,
      spans: this.#spans.map(({ answers, seconds, longest }) => {
        return { answers, mean: answers === 0 ? 0 : rounded(seconds / answers), longest: rounded(longest) };
      }),
    };
  }

  #halve(): void {
    this.#width *= 2;
    const pairs: Span[] = [];
    for (let at = 0; at < this.#spans.length; at += 2) {
      const [one, other] = this.#spans.slice(at, at + 2);
      if (one === undefined) break;
      pairs.push({
        answers: one.answers + (other?.answers ?? 0),
        seconds: one.seconds + (other?.seconds ?? 0),
        longest: Math.max(one.longest, other?.longest ?? 0),
      });
    }
    this.#spans = pairs;
  }
}

function rounded(seconds: number): number {
  return Number(seconds.toFixed(4));
}

/** What the report of a run's earlier processes says; undefined where there is none, or one that did not note it. */
export async function readCourse(report: string): Promise<CourseFigures | undefined> {
  const text = await readFile(report, 'utf8').catch(() => '');
  return z.object({ course: courseSchema }).safeParse(parseJson(text)).data?.course;
}
