import type { DistributionSummary } from '../core/curate/statistics/distribution.ts';
import type { Comparison } from '../core/curate/statistics/compareDatasets.ts';
import type { ModelScore } from '../core/curate/statistics/usefulness.ts';
import { percent, spread } from './statisticsText.ts';

/** The comparison that a person reads. */
export function comparisonText(
  comparison: Comparison,
  names: readonly [string, string],
  fields: readonly [string, string],
  unreadable: readonly Readonly<Record<string, number>>[],
): string {
  const { records, withoutText, texts, divergence, covered, topics, duplicates, tellApart } = comparison;
  const lines: string[] = [];
  names.forEach((name, at) => {
    const missing = withoutText[at] ?? 0;
    lines.push(
      `${'AB'.charAt(at)}  ${name}: ${records[at] ?? 0} records, texts in ${fields[at] ?? ''}${missing > 0 ? `, ${missing} without` : ''}`,
    );
    for (const [reason, count] of Object.entries(unreadable[at] ?? {})) {
      lines.push(`   ${count} ${count === 1 ? 'line is no record' : 'lines are no records'}: ${reason}`);
    }
  });
  for (const key of ['characters', 'words', 'tokens'] as const) {
    lines.push('', key);
    texts.forEach((text, at) => lines.push(`  ${'AB'.charAt(at)}  ${spreadOf(text[key])}`));
  }
  if (texts.some(({ measured, texts: all }) => measured < all)) {
    const counts = texts.map(({ measured }) => measured).join(' and ');
    lines.push('', `words, tokens and n-grams are those of samples, drawn with a fixed seed: ${counts} texts`);
  }
  lines.push('', 'n-grams                        n = 1    n = 2    n = 3');
  const row = (label: string, values: Readonly<Record<string, number>>): string =>
    `  ${label.padEnd(28)} ${Object.values(values)
      .map((value) => value.toFixed(3).padEnd(8))
      .join(' ')}`.trimEnd();
  lines.push(
    row('distinct in A', texts[0].distinct),
    row('distinct in B', texts[1].distinct),
    row('divergence (0 same, 1 none)', divergence),
    row('share of B that A has', covered),
  );
  if (topics !== null) {
    lines.push('', `topics: ${topics.both} in both, ${topics.onlyFirst} only in A, ${topics.onlySecond} only in B`);
  }
  const near = duplicates.nearShare === null ? '' : `; near duplicates ${percent(duplicates.nearShare)} of a sample`;
  lines.push(
    '',
    `duplicates: ${duplicates.exact === 1 ? '1 record of B stands' : `${duplicates.exact} records of B stand`} in A (${percent(duplicates.exactShare)})${near}`,
  );
  const { auc, sampled } = tellApart;
  lines.push(
    auc === null
      ? 'told apart: too few texts (ten of each are needed)'
      : `told apart by a small classifier: AUC ${auc.toFixed(3)} (0.5 and below not at all, 1 always; ${sampled.join(' and ')} texts)`,
  );
  lines.push(...usefulnessLines(comparison));
  return `${lines.join('\n')}\n`;
}

function usefulnessLines({ usefulness }: Comparison): string[] {
  if (usefulness === null) return [];
  if (typeof usefulness === 'string') return ['', `usefulness: not told, ${usefulness}`];
  const { labels, heldOut, authentic, synthetic, both } = usefulness;
  const line = (name: string, { trainedOn, accuracy, macroF1 }: ModelScore): string =>
    `  ${name.padEnd(16)} accuracy ${accuracy.toFixed(3)}  macro F1 ${macroF1.toFixed(3)}  (${trainedOn} texts)`;
  return [
    '',
    `a simple model for ${labels} labels, tested on ${heldOut} texts of A that it has not seen, trained on`,
    line('A', authentic),
    line('B', synthetic),
    line('A and B', both),
    `  so B adds ${signed(both.accuracy - authentic.accuracy)} accuracy and ${signed(both.macroF1 - authentic.macroF1)} macro F1`,
  ];
}

function signed(difference: number): string {
  // No sign before what is shown as nothing.
  const shown = difference.toFixed(3).replace(/^-(?=0\.0+$)/u, '');
  return difference > 0 ? `+${shown}` : shown;
}

function spreadOf(distribution: DistributionSummary | null): string {
  return distribution === null ? 'none' : spread(distribution);
}
