import * as z from 'zod/mini';
import { Results } from '../results.ts';
import type { StudioTab, TabContext, TabKind } from '../tab.ts';
import { isGoingOn } from '../runState.ts';
import type { StudioRun, ToStudio } from '../../../src/protocol/studio.ts';

const keptSchema = z.object({ output: z.string(), query: z.string() });

/** The records as they arrive. */
class RecordsTab implements StudioTab {
  readonly root: HTMLElement;
  readonly #results: Results;

  constructor({ words, host, send, kept, keep }: TabContext) {
    this.#results = new Results(
      {
        words,
        fetchRows: ({ output, query }, start, count) => host.request({ type: 'rows', output, query, start, count }),
        fetchRecord: (output, line) => host.request({ type: 'record', output, line }),
        openLine: (output, line) => send({ type: 'open-line', output, line }),
        onView: keep,
      },
      keptSchema.safeParse(kept).data,
    );
    this.root = this.#results.root;
  }

  show(run: StudioRun): void {
    this.#results.show(run, isGoingOn(run));
  }

  receive(message: ToStudio): void {
    if (message.type === 'results') this.#results.showCounts(message.counts);
  }

  restart(): void {
    this.#results.restart();
  }
}

export const recordsTab: TabKind = {
  id: 'records',
  label: ({ t }) => t('Records'),
  badge: ({ snapshot }, { short }) => (snapshot.records === 0 ? '' : short(snapshot.records)),
  create: (context) => new RecordsTab(context),
};
