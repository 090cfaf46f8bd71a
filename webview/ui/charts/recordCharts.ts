/** The charts of records: how their values are spread, their labels, topics and embeddings. */
import type { ChartFormat, StudioCharts } from '../../../src/protocol/studioCharts.ts';
import { labelsBeside } from './chartTexts.ts';
import { Chart, type ChartContent } from './chart.ts';
import { labelsContent, mapContent, spreadContent } from './recordContents.ts';
import { TopicsChart, type TopicsOptions } from './topicsChart.ts';

export interface RecordChartsOptions extends TopicsOptions {
  readonly onSave: (name: string, format: ChartFormat, content: string) => void;
  /** A record is to be seen, by its line from 0. */
  readonly onRecord: (line: number) => void;
}

/** What is drawn of records, one below the other. */
export function drawRecordCharts(
  charts: StudioCharts,
  { onSave, onRecord, ...ofTopics }: RecordChartsOptions,
): readonly HTMLElement[] {
  const { words } = ofTopics;
  const { t } = words;
  const { topics, spreads, maps } = charts;
  const chart = (title: string): Chart => new Chart({ words, title, onSave });
  const drawn = (title: string, content: ChartContent): HTMLElement => {
    const one = chart(title);
    one.show(content);
    return one.root;
  };
  return [
    ...(topics === null ? [] : [new TopicsChart(chart(t('Topics')), topics, ofTopics).root]),
    ...spreads.map((spread) =>
      drawn(spread.kind === 'words' ? t('Length of {0}', spread.field) : spread.field, spreadContent(spread, words)),
    ),
    ...labelsBeside(charts).map((label) => drawn(t('Values of {0}', label.field), labelsContent(label, words))),
    ...maps.map((map) => drawn(t('Similarity by {0}', map.field), mapContent(map, words, onRecord))),
  ];
}
