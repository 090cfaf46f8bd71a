import * as z from 'zod/mini';
import {
  outputOf,
  outputSource,
  type ResultView,
  type StudioRun,
  type ToStudio,
} from '../../../src/protocol/studio.ts';
import { setHidden } from '../../ui/element.ts';
import { createDropdown, fillDropdown } from '../../ui/toolkit.ts';
import { createHistory, drawCard } from '../recordView.ts';
import { RecordTable } from '../recordTable.ts';
import { isGoingOn } from '../runState.ts';
import type { StudioTab, TabContext, TabKind } from '../tab.ts';

/** What another tab can ask to see here. */
const wishSchema = z.object({ output: z.string(), line: z.number() });

const keptSchema = z.object({ output: z.string(), query: z.string() });

/** The records as they arrive. */
class RecordsTab implements StudioTab {
  readonly root: HTMLElement;
  readonly #context: TabContext;
  readonly #table: RecordTable;
  readonly #outputs;
  #names = '';

  constructor(context: TabContext) {
    this.#context = context;
    const { words, host, send, kept, keep } = context;
    const { t, number } = words;
    const history = createHistory(context);
    this.#outputs = createDropdown({
      label: t('Output'),
      onChange: (output) => this.#table.look({ ...this.#table.view, source: outputSource(output) }),
    });
    const before = keptSchema.safeParse(kept).data ?? { output: '', query: '' };
    this.#table = new RecordTable(
      {
        words,
        label: t('Records'),
        searchLabel: t('Search the records'),
        fetchRows: (view, start, count) => host.request({ type: 'rows', view, start, count }),
        fetchRecord: (source, line) => host.request({ type: 'record', source, line }),
        onView: ({ source, query }: ResultView) => keep({ output: outputOf(source) ?? '', query }),
        title: ({ line }) => t('Line {0}', number(line + 1)),
        draw: (record) => {
          history.show(this.#table.view.source, record.line);
          return [drawCard(record, context), history.root];
        },
        actions: [
          {
            label: t('Open in File'),
            icon: 'go-to-file',
            onClick: ({ line }) => send({ type: 'open-line', source: this.#table.view.source, line }),
          },
        ],
        choosers: [this.#outputs],
      },
      { source: outputSource(before.output), query: before.query, where: {} },
    );
    this.root = this.#table.root;
  }

  show(run: StudioRun): void {
    const { outputs } = run.snapshot;
    const { t } = this.#context.words;
    const names = outputs.map(({ name }) => name);
    if (names.join('\n') !== this.#names) {
      this.#names = names.join('\n');
      const shown = outputOf(this.#table.view.source) ?? '';
      const output = names.includes(shown) ? shown : (names[0] ?? '');
      fillDropdown(
        this.#outputs,
        outputs.map(({ name, path }) => ({ value: name, label: path })),
        output,
      );
      setHidden(this.#outputs, names.length < 2);
      if (output !== '') this.#table.look({ ...this.#table.view, source: outputSource(output) });
    }
    const none = isGoingOn(run) ? t('The first records will appear here.') : t('There are no records.');
    this.#table.empty = run.absent[outputOf(this.#table.view.source) ?? ''] ?? none;
  }

  receive(message: ToStudio): void {
    if (message.type === 'results') this.#table.showCounts(message.counts);
  }

  wish(wish: unknown): void {
    const { data } = wishSchema.safeParse(wish);
    if (data === undefined) return;
    const source = outputSource(data.output);
    if (this.#table.view.source !== source) {
      this.#outputs.value = data.output;
      this.#table.look({ ...this.#table.view, source });
    }
    void this.#table.showRecord(data.line);
  }

  restart(): void {
    this.#names = '';
    this.#table.restart();
  }
}

export const recordsTab: TabKind = {
  id: 'records',
  label: ({ t }) => t('Records'),
  badge: ({ snapshot }, { short }) => (snapshot.records === 0 ? '' : short(snapshot.records)),
  create: (context) => new RecordsTab(context),
};
