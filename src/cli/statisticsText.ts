import { BINS, type Bin, type DistributionSummary } from '../core/curate/statistics/distribution.ts';
import type { EmbeddingSummary } from '../core/curate/statistics/embeddingStatistics.ts';
import type { RecordSummary } from '../core/curate/statistics/recordStatistics.ts';
import type { TextSummary } from '../core/curate/statistics/textStatistics.ts';
import type { DatasetDescription } from '../core/run/describeDataset.ts';
import type { StepRejects } from '../core/run/rejectStatistics.ts';
import { counted } from './counted.ts';

const BAR = 30;
const SHOWN_LABELS = 12;
const SHOWN_WORDS = 10;

/** The report that a person reads. */
export function statisticsText({ statistics: summary, unreadable, steps, lostTopics }: DatasetDescription): string {
  const lines = [counted(summary.records, 'record')];
  for (const [reason, count] of Object.entries(unreadable))
    lines.push(`  ${count} ${count === 1 ? 'line is no record' : 'lines are no records'}: ${reason}`);
  if (summary.fieldsLeftOut > 0) lines.push(`  ${summary.fieldsLeftOut} fields were left out: there are too many`);
  for (const [field, text] of Object.entries(summary.texts)) {
    if (summary.labels[field] === undefined) lines.push('', ...textLines(field, text, summary.records));
  }
  for (const [field, number] of Object.entries(summary.numbers)) {
    lines.push('', `${field}: ${spread(number)}`);
    if (number.notNumbers > 0) lines.push(`  ${number.notNumbers} values are no numbers`);
    const bins = halved(number.histogram);
    const most = Math.max(...bins.map(({ count }) => count));
    for (const { from, to, count } of bins) {
      const range = from === to ? short(from).padStart(21) : `${short(from).padStart(9)} … ${short(to).padEnd(9)}`;
      lines.push(`  ${range} ${bar(count, most)} ${count}`);
    }
  }
  for (const [field, label] of Object.entries(summary.labels)) {
    lines.push('', `${field}: ${label.values} values, balance ${label.balance.toFixed(2)} (1 is even)`);
    const most = label.counts[0]?.[1] ?? 1;
    for (const [value, count] of label.counts.slice(0, SHOWN_LABELS)) {
      lines.push(`  ${cut(value, 24).padEnd(24)} ${bar(count, most)} ${count}`);
    }
    if (label.counts.length > SHOWN_LABELS) lines.push(`  … and ${label.counts.length - SHOWN_LABELS} more`);
  }
  for (const [field, topics] of Object.entries(summary.topics)) {
    const spreadOf = topics.records === null ? '' : `, records for each: ${spread(topics.records)}`;
    lines.push('', `topics in ${field}: ${topics.topics}, balance ${topics.balance.toFixed(2)}${spreadOf}`);
  }
  for (const [field, topics] of Object.entries(lostTopics)) {
    if (topics.length === 0) continue;
    const shown = topics.slice(0, SHOWN_LABELS).map((topic) => cut(topic, 40));
    lines.push(`  ${topics.length} topics in ${field} have no record left: ${shown.join('; ')}`);
  }
  for (const [field, embedding] of Object.entries(summary.embeddings))
    lines.push('', ...embeddingLines(field, embedding));
  lines.push(...associationLines(summary), ...rejectLines(steps));
  return `${lines.join('\n')}\n`;
}

/** Half of many bins: a screen has few lines. */
function halved(bins: readonly Bin[]): readonly Bin[] {
  if (bins.length <= BINS / 2) return bins;
  return bins.flatMap((bin, at) => {
    const next = bins[at + 1];
    if (at % 2 === 1) return [];
    return [next === undefined ? bin : { from: bin.from, to: next.to, count: bin.count + next.count }];
  });
}

function textLines(field: string, text: TextSummary, records: number): string[] {
  const missing = records - text.texts;
  const lines = [`${field}: ${text.texts} texts${missing > 0 ? `, ${missing} records without` : ''}`];
  if (text.measured < text.texts) {
    lines.push(`  all but the characters from a sample of ${text.measured} texts, drawn with a fixed seed`);
  }
  for (const [name, values] of [
    ['characters', text.characters],
    ['words', text.words],
    ['tokens', text.tokens],
  ] as const) {
    if (values !== null) lines.push(`  ${name.padEnd(11)} ${spread(values)}`);
  }
  const { words, exact, top } = text.vocabulary;
  const frequent = top.slice(0, SHOWN_WORDS).map(([word]) => word);
  lines.push(`  vocabulary  ${exact ? '' : 'about '}${words} words; most frequent: ${frequent.join(', ')}`);
  const byLength = (values: Readonly<Record<string, number>>, digits: number): string =>
    Object.entries(values)
      .map(([length, value]) => `${length}: ${value.toFixed(digits)}`)
      .join('  ');
  lines.push(`  distinct-n  ${byLength(text.distinct, 3)}`, `  entropy     ${byLength(text.entropy, 2)} bits`);
  const { sampled, nearest, nearDuplicates } = text.repetition;
  if (nearest !== null && nearDuplicates !== null) {
    const share = `${percent(nearDuplicates)} have a near duplicate`;
    lines.push(`  repetition  ${share}; mean similarity to the nearest ${nearest.toFixed(2)} (sample of ${sampled})`);
  }
  return lines;
}

function embeddingLines(field: string, embedding: EmbeddingSummary): string[] {
  const { embeddings, dimensions, missing, unusable, sampled, nearest, nearDuplicates, meanCosine, clusters } =
    embedding;
  const lines = [`embeddings in ${field}: ${embeddings} of ${dimensions} numbers`];
  if (missing > 0) lines.push(`  ${missing} records without`);
  if (unusable > 0) lines.push(`  ${unusable} are no embedding, or of another length than the first`);
  if (nearest !== null && nearDuplicates !== null && meanCosine !== null) {
    lines.push(
      `  self-similarity  mean cosine ${meanCosine.toFixed(3)}; to the nearest: ${spread(nearest)} (sample of ${sampled})`,
      `  near duplicates  ${percent(nearDuplicates)} have another with a cosine of 0.95 or more`,
    );
  }
  const shown = clusters.slice(0, SHOWN_LABELS).map(percent).join('  ');
  lines.push(`  ${clusters.length} clusters  ${shown}${clusters.length > SHOWN_LABELS ? '  …' : ''}`);
  return lines;
}

function associationLines({ associations: { mentions, near } }: RecordSummary): string[] {
  const groups = Object.keys(mentions);
  if (groups.every((group) => mentions[group] === 0)) return [];
  const lines = [
    '',
    `words near words for people (${groups.map((group) => `${group}: ${mentions[group] ?? 0}`).join(', ')})`,
  ];
  for (const [theme, counts] of Object.entries(near)) {
    if (groups.every((group) => counts[group] === 0)) continue;
    lines.push(`  ${theme.padEnd(10)} ${groups.map((group) => `${group} ${counts[group] ?? 0}`).join('   ')}`);
  }
  return lines;
}

function rejectLines(steps: readonly StepRejects[]): string[] {
  if (steps.length === 0) return [];
  const width = Math.max(...steps.map(({ step }) => step.length));
  return [
    '',
    'steps of the run',
    ...steps.map(({ step, in: entered, out, rejected }) => {
      const reasons = Object.entries(rejected).map(
        ([reason, { count, share }]) => `${reason} ${count} (${percent(share)})`,
      );
      return `  ${step.padEnd(width)} ${String(entered).padStart(7)} → ${out}${reasons.length === 0 ? '' : `  rejected: ${reasons.join(', ')}`}`;
    }),
  ];
}

/** A distribution in one line. */
export function spread({ mean, min, p5, median, p95, max }: DistributionSummary): string {
  return `mean ${short(mean)}, median ${short(median)}, 5–95% ${short(p5)}–${short(p95)}, from ${short(min)} to ${short(max)}`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

function short(value: number): string {
  return String(Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3)));
}

function bar(count: number, most: number): string {
  return '█'.repeat(Math.round((count / Math.max(1, most)) * BAR)).padEnd(BAR);
}

function cut(text: string, length: number): string {
  const line = text.replace(/\s+/gu, ' ');
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}
