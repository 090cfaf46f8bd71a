/** What the charts of a run's steps and times say: pictures, sentences and tables. */
import type { StudioRun } from '../../src/protocol/studio.ts';
import type { ChartContent } from '../ui/charts/chart.ts';
import { barFigure, latencySentence, rejectedKey } from '../ui/charts/chartTexts.ts';
import { drawBars, drawColumns } from '../ui/charts/drawings.ts';
import type { Wording } from '../ui/wording.ts';
import { reasonText } from '../ui/reasons.ts';

/** Bars of one picture; the table has them all. */
const MOST_BARS = 30;

export function funnelContent({ snapshot }: StudioRun, words: Wording, onStep: (step: string) => void): ChartContent {
  const { t, number } = words;
  const steps = snapshot.steps.map(({ id, out, rejected }) => ({
    id,
    out,
    rejected: Object.values(rejected).reduce((sum, count) => sum + count, 0),
  }));
  const bars = steps.map(({ id, out, rejected }) => ({
    name: id,
    value: out,
    more: rejected,
    figure: barFigure(out, rejected, words),
    sentence: t('{0}: {1} passed on, {2} rejected', id, number(out), number(rejected)),
    ...(rejected === 0 ? {} : { onChoose: () => onStep(id) }),
  }));
  return {
    sentence: t(
      '{0} in the end; {1} rejected on the way.',
      words.records(snapshot.records),
      number(snapshot.discarded),
    ),
    draw: (width) => drawBars(bars, width),
    key: steps.some(({ rejected }) => rejected > 0)
      ? [{ look: 'value', text: t('Passed on') }, rejectedKey(words)]
      : [],
    columns: [t('Step'), t('Passed on'), t('Rejected')],
    rows: steps.map(({ id, out, rejected }) => [id, number(out), number(rejected)]),
  };
}

/** Undefined where nothing was rejected. */
export function reasonsContent(
  { snapshot }: StudioRun,
  words: Wording,
  onReason: (step: string, reason: string) => void,
): ChartContent | undefined {
  const { t, number } = words;
  const groups = snapshot.steps
    .flatMap(({ id, rejected }) => Object.entries(rejected).map(([reason, count]) => ({ step: id, reason, count })))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  const [first] = groups;
  if (first === undefined) return undefined;
  const bars = groups.slice(0, MOST_BARS).map(({ step, reason, count }) => ({
    name: `${reasonText(reason, words)} (${step})`,
    value: count,
    figure: number(count),
    sentence: t('{0}, in the step {1}: {2}', reasonText(reason, words), step, number(count)),
    onChoose: () => onReason(step, reason),
  }));
  return {
    sentence: t('Most often: {0} ({1}).', reasonText(first.reason, words), number(first.count)),
    draw: (width) => drawBars(bars, width),
    columns: [t('Step'), t('Reason'), t('Rejected')],
    rows: groups.map(({ step, reason, count }) => [step, reasonText(reason, words), number(count)]),
  };
}

/** Answers per second over the time of the run; undefined before the second span, which a curve needs. */
export function speedContent({ snapshot }: StudioRun, words: Wording): ChartContent | undefined {
  const { t, rate } = words;
  const { seconds, spans } = snapshot.course;
  const speeds = spans.map(({ answers }, at) => answers / lengthOf(snapshot, at));
  const most = Math.max(0, ...speeds);
  if (spans.length < 2 || most === 0) return undefined;
  const ends = endsOf(snapshot, words);
  const columns = spans.map((_, at) => {
    return {
      value: speeds[at] ?? 0,
      sentence: t('{0}: {1} answers per second', spanText(at, seconds, words), rate(speeds[at] ?? 0)),
    };
  });
  return {
    sentence: t('{0} answers per second at the most.', rate(most)),
    draw: (width) => drawColumns(columns, { most, top: t('{0} /s', rate(most)), ends }, width),
    columns: [t('Time'), t('Answers'), t('Answers per Second')],
    rows: spans.map(({ answers }, at) => [spanText(at, seconds, words), words.number(answers), rate(speeds[at] ?? 0)]),
  };
}

/** How long answers took over the time of the run; undefined where nothing was asked. */
export function latencyContent({ snapshot }: StudioRun, words: Wording): ChartContent | undefined {
  const { t, brief } = words;
  const { seconds, spans } = snapshot.course;
  const answers = spans.reduce((sum, span) => sum + span.answers, 0);
  if (spans.length < 2 || answers === 0) return undefined;
  // The one that the head of the Studio tells.
  const median = snapshot.latency?.p50 ?? null;
  const mean = spans.reduce((sum, span) => sum + span.mean * span.answers, 0) / answers;
  const longest = Math.max(...spans.map((span) => span.longest));
  const most = Math.max(...spans.map((span) => span.mean));
  const ends = endsOf(snapshot, words);
  const columns = spans.map((span, at) => {
    return {
      value: span.mean,
      sentence: t(
        '{0}: {1} on the average, {2} at the most',
        spanText(at, seconds, words),
        brief(span.mean),
        brief(span.longest),
      ),
    };
  });
  return {
    sentence: latencySentence({ median, mean, longest }, words),
    draw: (width) => drawColumns(columns, { most, top: brief(most), ends }, width),
    columns: [t('Time'), t('Answers'), t('Mean'), t('Longest')],
    rows: spans.map((span, at) => [
      spanText(at, seconds, words),
      words.number(span.answers),
      brief(span.mean),
      brief(span.longest),
    ]),
  };
}

type Timed = StudioRun['snapshot'];

/** Seconds of a span: the last one may not be over yet. */
function lengthOf({ course: { seconds, spans }, elapsedSeconds }: Timed, at: number): number {
  const rest = elapsedSeconds - at * seconds;
  return at === spans.length - 1 && rest > 0 ? Math.min(seconds, rest) : seconds;
}

function spanText(at: number, seconds: number, { t, clock }: Wording): string {
  return t('{0} to {1}', clock(at * seconds), clock((at + 1) * seconds));
}

function endsOf({ course: { seconds, spans } }: Timed, { clock }: Wording): readonly [string, string] {
  return [clock(0), clock(spans.length * seconds)];
}
