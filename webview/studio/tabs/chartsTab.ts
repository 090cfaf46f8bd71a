import * as z from 'zod/mini';
import type { StudioRun, ToStudio } from '../../../src/protocol/studio.ts';
import type { StudioCharts } from '../../../src/protocol/studioCharts.ts';
import { Chart, type ChartContent, type ChartOptions } from '../../ui/charts/chart.ts';
import { drawRecordCharts } from '../../ui/charts/recordCharts.ts';
import { element, setHidden, setText } from '../../ui/element.ts';
import { createButton, createDropdown, fillDropdown } from '../../ui/toolkit.ts';
import { funnelContent, latencyContent, reasonsContent, speedContent } from '../chartContents.ts';
import { isGoingOn } from '../runState.ts';
import type { StudioTab, TabContext, TabKind } from '../tab.ts';
import type { RejectedWish } from './rejectedTab.ts';

/** What the tab keeps over a reload of the window. */
const keptSchema = z.object({ output: z.string(), topics: z.array(z.string()) });

function showOrHide(chart: Chart, content: ChartContent | undefined): void {
  if (content !== undefined) chart.show(content);
  setHidden(chart.root, content === undefined);
}

/** The run in pictures: its steps as it goes on, its records as they were when they were measured last. */
class ChartsTab implements StudioTab {
  readonly root: HTMLElement;
  readonly #context: TabContext;
  readonly #note = element('p', { class: 'chart-sentence' });
  readonly #parts = element('div', { class: 'charts-parts' });
  readonly #outputs;
  readonly #measure;
  readonly #funnel: Chart;
  readonly #reasons: Chart;
  readonly #speed: Chart;
  readonly #latency: Chart;
  #run: StudioRun | undefined;
  #names = '';
  /** Which output's records are shown, and names of the topics down to the one that is looked at. */
  #kept: z.infer<typeof keptSchema> = { output: '', topics: [] };
  /** What was measured last: the run, the output, its records. */
  #measured = '';
  #drawn = '';
  #isMeasuring = false;

  constructor(context: TabContext) {
    this.#context = context;
    this.#kept = keptSchema.safeParse(context.kept).data ?? this.#kept;
    const { t } = context.words;
    this.#note.setAttribute('role', 'status');
    this.#outputs = createDropdown({
      label: t('Output'),
      onChange: (output) => {
        this.#keep({ output, topics: [] });
        void this.#look();
      },
    });
    this.#measure = createButton({ label: t('Measure Again'), icon: 'refresh', onClick: () => void this.#look() });
    this.#funnel = this.#chart(t('Steps'));
    this.#reasons = this.#chart(t('Reasons of Rejection'));
    this.#speed = this.#chart(t('Throughput'));
    this.#latency = this.#chart(t('Latency'));
    const charts = [this.#funnel, this.#reasons, this.#speed, this.#latency];
    const overview = element('div', { class: 'charts-parts' }, ...charts.map(({ root }) => root));
    const tools = element('div', { class: 'chart-above' }, this.#outputs, this.#measure, this.#note);
    this.root = element('div', { class: 'charts-tab' }, overview, tools, this.#parts);
  }

  show(run: StudioRun): void {
    this.#run = run;
    const { words, open } = this.#context;
    const { snapshot } = run;
    const counts = snapshot.steps.map(({ out, rejected }) => [out, rejected]);
    const state = JSON.stringify([counts, snapshot.records, snapshot.course]);
    if (state !== this.#drawn) {
      this.#drawn = state;
      const rejected = (wish: RejectedWish): void => open('rejected', wish);
      this.#funnel.show(funnelContent(run, words, (step) => rejected({ step })));
      const reasons = reasonsContent(run, words, (step, reason) => rejected({ step, reason }));
      showOrHide(this.#reasons, reasons);
      showOrHide(this.#speed, speedContent(run, words));
      showOrHide(this.#latency, latencyContent(run, words));
    }
    this.#fillOutputs(run);
    const goesOn = isGoingOn(run);
    setHidden(this.#measure, !goesOn);
    // While a run goes on its records are measured once, and again when the person says so or it is over.
    const wanted = JSON.stringify([run.folder, this.#output, goesOn ? snapshot.records > 0 : snapshot.records, goesOn]);
    if (wanted === this.#measured) return;
    this.#measured = wanted;
    void this.#look();
  }

  receive(message: ToStudio): void {
    if (message.type !== 'charts-share' || message.output !== this.#output || !this.#isMeasuring) return;
    // In steps that a screen reader can follow.
    const percent = Math.floor(message.share * 10) * 10;
    setText(this.#note, this.#context.words.t('Measuring the records: {0}%', percent));
  }

  restart(): void {
    this.#measured = '';
    this.#drawn = '';
    this.#names = '';
    this.#kept = { output: '', topics: [] };
    this.#parts.replaceChildren();
  }

  #fillOutputs({ snapshot }: StudioRun): void {
    const names = snapshot.outputs.map(({ name }) => name);
    if (names.join('\n') === this.#names) return;
    this.#names = names.join('\n');
    if (!names.includes(this.#output)) this.#keep({ output: names[0] ?? '', topics: [] });
    fillDropdown(
      this.#outputs,
      snapshot.outputs.map(({ name, path }) => ({ value: name, label: path })),
      this.#output,
    );
    setHidden(this.#outputs, names.length < 2);
  }

  get #output(): string {
    return this.#kept.output;
  }

  #keep(change: Partial<z.infer<typeof keptSchema>>): void {
    this.#kept = { ...this.#kept, ...change };
    this.#context.keep(this.#kept);
  }

  async #look(): Promise<void> {
    const { words, host } = this.#context;
    const { t, records } = words;
    const [run, output] = [this.#run, this.#output];
    if (run === undefined || run.snapshot.records === 0) {
      setText(this.#note, t('Charts of the records appear with the first of them.'));
      this.#parts.replaceChildren();
      return;
    }
    this.#isMeasuring = true;
    setText(this.#note, t('Measuring the records…'));
    try {
      const charts = await host.request({ type: 'charts', output });
      if (this.#run?.folder !== run.folder || this.#output !== output) return;
      this.#isMeasuring = false;
      setText(this.#note, t('{0} measured.', records(charts.records)));
      this.#parts.replaceChildren(...this.#draw(charts));
    } catch (error) {
      if (this.#run?.folder !== run.folder || this.#output !== output) return;
      this.#isMeasuring = false;
      setText(this.#note, error instanceof Error ? error.message : String(error));
    }
  }

  #draw(charts: StudioCharts): readonly HTMLElement[] {
    const { words, open, send } = this.#context;
    // What is thin while a run goes on may not be when it is over.
    const isOver = this.#run !== undefined && !isGoingOn(this.#run);
    return drawRecordCharts(charts, {
      words,
      onSave: this.#save,
      at: this.#kept.topics,
      onPath: (topics) => this.#keep({ topics: [...topics] }),
      onRecord: (line) => open('records', { output: this.#output, line }),
      ...(isOver ? { onMore: (path) => send({ type: 'generate-more', path }) } : {}),
    });
  }

  readonly #save: ChartOptions['onSave'] = (name, format, content) =>
    this.#context.send({ type: 'save-chart', name, format, content });

  #chart(title: string): Chart {
    return new Chart({ words: this.#context.words, title, onSave: this.#save });
  }
}

export const chartsTab: TabKind = {
  id: 'charts',
  label: ({ t }) => t('Charts'),
  create: (context) => new ChartsTab(context),
};
