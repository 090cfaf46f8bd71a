import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { parseJson } from '../record/json.ts';
import type { RunReport } from './report.ts';
import type { RunPaths } from './runFolder.ts';

const counted = z.object({ prompt: z.number(), completion: z.number() });
const reportSchema = z.object({
  estimate: z.object({ tokens: counted }),
  totals: z.object({ requests: z.number(), reused: z.number(), tokens: counted }),
});

/**
 * How many percent more (or, negative, fewer) tokens a run used than it was expected to; null where that says nothing,
 * because answers were taken over or nothing was asked.
 */
export function tokensOff({ estimate, totals }: Pick<RunReport, 'estimate' | 'totals'>): number | null {
  return offOf(estimate.tokens, totals);
}

/** The same from a run's `report.json`; null as well where there is none. */
export async function readTokensOff({ report }: Pick<RunPaths, 'report'>): Promise<number | null> {
  const read = reportSchema.safeParse(parseJson(await readFile(report, 'utf8').catch(() => '')));
  return read.success ? offOf(read.data.estimate.tokens, read.data.totals) : null;
}

type Counted = z.infer<typeof counted>;

function offOf(estimated: Counted, totals: Pick<RunReport['totals'], 'requests' | 'reused' | 'tokens'>): number | null {
  const expected = estimated.prompt + estimated.completion;
  if (expected === 0 || totals.reused > 0 || totals.requests === 0) return null;
  return Math.round(((totals.tokens.prompt + totals.tokens.completion) / expected - 1) * 100);
}
