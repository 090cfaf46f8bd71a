import * as z from 'zod/mini';
import { REJECTS, wholeView, type StudioRun, type ToStudio } from '../../../src/protocol/studio.ts';
import { setHidden } from '../../ui/element.ts';
import { createDropdown, fillDropdown } from '../../ui/toolkit.ts';
import { createHistory } from '../recordView.ts';
import { drawReject, readReject, type Reject } from '../rejectView.ts';
import { reasonsSaying, reasonText } from '../../ui/reasons.ts';
import { rejectColumns } from '../rejectColumns.ts';
import { RecordTable } from '../recordTable.ts';
import { KeptWork } from '../keptWork.ts';
import { Repair } from '../repair.ts';
import type { ManyScope } from '../repairMany.ts';
import { scopeOf, selectedScope } from '../repairScopes.ts';
import { isGoingOn } from '../runState.ts';
import type { StudioTab, TabContext, TabKind } from '../tab.ts';

const ALL = '';
/** What another tab can ask to see here. */
const wishSchema = z.union([
  z.object({ step: z.string(), reason: z.optional(z.string()) }),
  z.object({ line: z.number() }),
]);
export type RejectedWish = z.infer<typeof wishSchema>;

/** What was turned down, with the reasons. */
class RejectedTab implements StudioTab {
  readonly root: HTMLElement;
  readonly #context: TabContext;
  readonly #table: RecordTable;
  readonly #repair: Repair;
  /** What is looked at. */
  #reject: Reject | undefined;
  readonly #steps;
  readonly #reasons;
  #run: StudioRun | undefined;
  #choices = '';
  #asked = false;

  constructor(context: TabContext) {
    this.#context = context;
    const { words, host, send } = context;
    const { t } = words;
    const history = createHistory(context);
    const work = new KeptWork(context, wholeView(REJECTS));
    this.#repair = new Repair({
      context,
      name: 'reject',
      others: () => this.#others(),
      draft: work.repair,
      onDraft: (draft) => {
        work.repair = draft;
      },
    });
    this.#steps = createDropdown({ label: t('Step'), onChange: (step) => this.#filter({ step }) });
    this.#reasons = createDropdown({ label: t('Reason'), onChange: (reason) => this.#filter({ reason }) });
    this.#table = new RecordTable(
      {
        words,
        label: t('Rejected'),
        searchLabel: t('Search what was rejected'),
        foundAlso: (query) => (query === '' ? undefined : { reason: reasonsSaying(query, words) }),
        fetchRows: (view, start, count) => host.request({ type: 'rows', view, start, count }),
        shownColumns: (names) => rejectColumns(names, words),
        fetchRecord: (source, line) => host.request({ type: 'record', source, line }),
        onState: (state) => {
          work.table = state;
        },
        title: (record) => {
          const reject = readReject(record);
          return reject === undefined ? t('Rejected') : `${reject.step} ${reject.id}`;
        },
        draw: (record) => {
          history.show(REJECTS, record.line);
          this.#reject = readReject(record);
          this.#repair.follow(REJECTS, record.line);
          return [...drawReject(record, context), this.#repair.root, history.root];
        },
        actions: [
          { label: t('Repair'), icon: 'edit', onClick: ({ line }) => void this.#repair.open(REJECTS, line) },
          {
            label: t('Open in File'),
            icon: 'go-to-file',
            onClick: ({ line }) => send({ type: 'open-line', source: REJECTS, line }),
          },
        ],
        choosers: [this.#steps, this.#reasons],
        onSelect: () => this.#repair.refreshOthers(),
      },
      work.table,
    );
    this.root = this.#table.root;
  }

  show(run: StudioRun): void {
    const { t } = this.#context.words;
    this.#table.empty = isGoingOn(run) ? t('Nothing was rejected so far.') : t('Nothing was rejected.');
    this.#run = run;
    this.#repair.showRun(run);
    this.#fill(run);
    if (this.#asked) return;
    this.#asked = true;
    this.#table.look(this.#table.view);
  }

  receive(message: ToStudio): void {
    if (message.type === 'results') this.#table.showCounts(message.counts);
    else if (message.type === 'repair-progress') this.#repair.receive(message);
  }

  wish(wish: unknown): void {
    const { data } = wishSchema.safeParse(wish);
    if (data === undefined) return;
    if ('line' in data) {
      void this.#table.showRecord(data.line);
      return;
    }
    const { step, reason } = data;
    this.#table.look({ ...wholeView(REJECTS), where: reason === undefined ? { step } : { step, reason } });
    if (this.#run !== undefined) this.#fill(this.#run);
  }

  restart(): void {
    this.#asked = false;
    this.#choices = '';
    this.#table.restart();
  }

  /** Those that were turned down for the same reason, and those that the present search finds. */
  #others(): readonly ManyScope[] {
    const { words } = this.#context;
    const { t, number } = words;
    const others: ManyScope[] = [];
    const reject = this.#reject;
    const step = this.#run?.snapshot.steps.find(({ id }) => id === reject?.step);
    const count = reject === undefined ? 0 : (step?.rejected[reject.reason] ?? 0);
    if (reject !== undefined && count > 1) {
      const scope = { kind: 'cause' as const, step: reject.step, reason: reject.reason };
      others.push({
        label: t('The Same for All {0} Rejected for This Reason…', number(count)),
        source: REJECTS,
        scope: () => Promise.resolve(scope),
      });
    }
    const { matched, view } = this.#table;
    if (view.query !== '' && matched > 1) {
      others.push(scopeOf(this.#table, t('The Same for All {0} Found…', number(matched))));
    }
    return [...selectedScope(this.#table, words), ...others];
  }

  /** The steps and reasons that there are, each with its count. */
  #fill({ snapshot }: StudioRun): void {
    const { words } = this.#context;
    const { t, number } = words;
    const { where } = this.#table.view;
    const [steps, reasons] = [new Map<string, number>(), new Map<string, number>()];
    for (const { id, rejected } of snapshot.steps) {
      for (const [reason, count] of Object.entries(rejected)) {
        steps.set(id, (steps.get(id) ?? 0) + count);
        if (where['step'] === undefined || where['step'] === id)
          reasons.set(reason, (reasons.get(reason) ?? 0) + count);
      }
    }
    const choices = JSON.stringify([where, [...steps], [...reasons]]);
    if (choices === this.#choices) return;
    this.#choices = choices;
    const counted = (name: string, count: number): string => `${name} (${number(count)})`;
    fillDropdown(
      this.#steps,
      [
        { value: ALL, label: t('All steps') },
        ...[...steps].map(([id, count]) => ({ value: id, label: counted(id, count) })),
      ],
      where['step'] ?? ALL,
    );
    fillDropdown(
      this.#reasons,
      [
        { value: ALL, label: t('All reasons') },
        ...[...reasons].map(([reason, count]) => ({ value: reason, label: counted(reasonText(reason, words), count) })),
      ],
      where['reason'] ?? ALL,
    );
    for (const dropdown of [this.#steps, this.#reasons]) setHidden(dropdown, steps.size === 0);
  }

  #filter(change: Readonly<Record<string, string>>): void {
    const { view } = this.#table;
    const where = Object.entries({ ...view.where, ...change }).filter(([, value]) => value !== ALL);
    this.#table.look({ ...view, where: Object.fromEntries(where) });
    if (this.#run !== undefined) this.#fill(this.#run);
  }
}

export const rejectedTab: TabKind = {
  id: 'rejected',
  label: ({ t }) => t('Rejected'),
  badge: ({ snapshot }, { short }) => (snapshot.discarded === 0 ? '' : short(snapshot.discarded)),
  create: (context) => new RejectedTab(context),
};
