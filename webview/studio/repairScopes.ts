/** What else of a table an instruction can be given for. */
import type { RowRanges } from '../../src/protocol/studio.ts';
import type { Wording } from '../ui/wording.ts';
import type { RecordTable } from './recordTable.ts';
import type { ManyScope } from './repairMany.ts';

/** All rows that a table shows, or some. */
export function scopeOf(table: RecordTable, label: string, ranges?: RowRanges): ManyScope {
  const { source } = table.view;
  return {
    label,
    source,
    scope: async () => ({ kind: 'lines', source, lines: [...(await table.lines(ranges))] }),
  };
}

/** The rows that are selected; nothing when it is one alone. */
export function selectedScope(table: RecordTable, { t, number }: Wording): readonly ManyScope[] {
  const { selection } = table;
  const count = selection.reduce((sum, { from, to }) => sum + to - from, 0);
  return count < 2 ? [] : [scopeOf(table, t('The Same for All {0} Selected…', number(count)), selection)];
}
