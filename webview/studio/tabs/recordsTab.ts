import * as z from 'zod/mini';
import { DECISION_FILTERS } from '../../../src/protocol/dataset.ts';
import { outputOf, outputSource, wholeView, type StudioRun, type ToStudio } from '../../../src/protocol/studio.ts';
import { element, setHidden, setText } from '../../ui/element.ts';
import { iconButton } from '../../ui/iconButton.ts';
import { createDropdown, fillDropdown } from '../../ui/toolkit.ts';
import { filterText } from '../../ui/filterText.ts';
import { createHistory, drawCard } from '../recordView.ts';
import { RecordTable } from '../recordTable.ts';
import { KeptWork } from '../keptWork.ts';
import { Repair } from '../repair.ts';
import type { ManyScope } from '../repairMany.ts';
import { scopeOf, selectedScope } from '../repairScopes.ts';
import { isGoingOn } from '../runState.ts';
import type { StudioTab, TabContext, TabKind } from '../tab.ts';

/** What another tab can ask to see here. */
const wishSchema = z.object({ output: z.string(), line: z.number() });

/** The records as they arrive. */
class RecordsTab implements StudioTab {
  readonly root: HTMLElement;
  readonly #context: TabContext;
  readonly #table: RecordTable;
  readonly #repair: Repair;
  readonly #outputs;
  readonly #decisions;
  readonly #selected = element('span', { class: 'count', role: 'status' });
  readonly #ofSelection = element('span', { class: 'tool-group' }, this.#selected);
  #names = '';

  constructor(context: TabContext) {
    this.#context = context;
    const { words, host, send } = context;
    const { t, number } = words;
    const history = createHistory(context);
    const work = new KeptWork(context, wholeView(outputSource('')));
    this.#repair = new Repair({
      context,
      name: 'record',
      others: () => this.#others(),
      draft: work.repair,
      onDraft: (draft) => {
        work.repair = draft;
      },
    });
    const exporting = iconButton({
      label: t('Export What Is Shown'),
      icon: 'export',
      onClick: () => send({ type: 'export', view: this.#table.view, rows: null }),
    });
    exporting.disabled = true;
    this.#ofSelection.append(
      iconButton({
        label: t('Export What Is Selected'),
        icon: 'save-all',
        onClick: () => send({ type: 'export', view: this.#table.view, rows: this.#table.selection }),
      }),
      iconButton({ label: t('Repair What Is Selected'), icon: 'edit', onClick: () => void this.#repairSelected() }),
    );
    setHidden(this.#ofSelection, true);
    this.#outputs = createDropdown({
      label: t('Output'),
      onChange: (output) => this.#table.look({ ...this.#table.view, source: outputSource(output) }),
    });
    this.#decisions = createDropdown({
      label: t('Which records'),
      onChange: (value) => {
        const decision = DECISION_FILTERS.find((filter) => filter === value) ?? 'all';
        this.#table.look({ ...this.#table.view, decision });
      },
    });
    fillDropdown(
      this.#decisions,
      DECISION_FILTERS.map((filter) => ({ value: filter, label: filterText(filter, words) })),
      work.table.view.decision,
    );
    this.#table = new RecordTable(
      {
        words,
        label: t('Records'),
        searchLabel: t('Search the records'),
        fetchRows: (view, start, count) => host.request({ type: 'rows', view, start, count }),
        fetchRecord: (source, line) => host.request({ type: 'record', source, line }),
        onState: (state) => {
          work.table = state;
        },
        onSelect: (selected) => {
          setText(this.#selected, t('{0} selected', number(selected)));
          setHidden(this.#ofSelection, selected === 0);
          this.#repair.refreshOthers();
        },
        review: {
          decide: (source, line, change) => host.request({ type: 'decide', source, line, change }),
          undo: (source) => host.request({ type: 'undo', source }),
          redo: (source) => host.request({ type: 'redo', source }),
          openReview: (source) => send({ type: 'open-review', source }),
          apply: (source) => send({ type: 'apply', source }),
          edit: (source, line) => this.#repair.open(source, line),
        },
        title: ({ line }) => t('Line {0}', number(line + 1)),
        draw: (record) => {
          const { source } = this.#table.view;
          history.show(source, record.line);
          this.#repair.follow(source, record.line);
          return [drawCard(record, context), this.#repair.root, history.root];
        },
        actions: [
          {
            label: t('Repair'),
            icon: 'edit',
            onClick: ({ line }) => void this.#repair.open(this.#table.view.source, line),
          },
          {
            label: t('Open in File'),
            icon: 'go-to-file',
            onClick: ({ line }) => send({ type: 'open-line', source: this.#table.view.source, line }),
          },
        ],
        choosers: [this.#outputs, this.#decisions],
        tools: [exporting, this.#ofSelection],
        onCount: (matched) => {
          exporting.disabled = matched === 0;
        },
      },
      work.table,
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
    else if (message.type === 'repair-progress') this.#repair.receive(message);
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

  /** Those that are selected, and those that the present search finds. */
  #others(): readonly ManyScope[] {
    const { t, number } = this.#context.words;
    const { matched, isPart } = this.#table;
    const found = isPart && matched > 1 ? [t('The Same for All {0} Found…', number(matched))] : [];
    return [...selectedScope(this.#table, this.#context.words), ...found.map((label) => scopeOf(this.#table, label))];
  }

  /** Opens the first of the selected records to be put right; the others are offered with it. */
  async #repairSelected(): Promise<void> {
    const [first] = this.#table.selection;
    if (first === undefined) return;
    const [line] = await this.#table.lines([{ from: first.from, to: first.from + 1 }]);
    if (line === undefined) return;
    await this.#table.showRecord(line);
    await this.#repair.open(this.#table.view.source, line);
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
