import * as z from 'zod/mini';
import type { ResultView } from '../../src/protocol/studio.ts';
import { repairDraftSchema, type RepairDraft } from './repairDraft.ts';
import type { TabContext } from './tab.ts';
import { tableStateSchema, untouched, type TableState } from './tableState.ts';

const keptSchema = z.object({ table: tableStateSchema, repair: z.nullable(repairDraftSchema) });

/** What a tab with a table keeps over a reload of the window: where the person was, and what they had begun to put right. */
export class KeptWork {
  readonly #keep: TabContext['keep'];
  #work: z.infer<typeof keptSchema>;

  /** @param view what is shown where nothing was kept */
  constructor({ kept, keep }: Pick<TabContext, 'kept' | 'keep'>, view: ResultView) {
    this.#keep = keep;
    this.#work = keptSchema.safeParse(kept).data ?? { table: untouched(view), repair: null };
  }

  get table(): TableState {
    return this.#work.table;
  }

  set table(table: TableState) {
    this.#work = { ...this.#work, table };
    this.#keep(this.#work);
  }

  get repair(): RepairDraft | null {
    return this.#work.repair;
  }

  set repair(repair: RepairDraft | null) {
    this.#work = { ...this.#work, repair };
    this.#keep(this.#work);
  }
}
