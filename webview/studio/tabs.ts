import type { TabKind } from './tab.ts';
import { chartsTab } from './tabs/chartsTab.ts';
import { recordsTab } from './tabs/recordsTab.ts';
import { rejectedTab } from './tabs/rejectedTab.ts';
import { runTab } from './tabs/runTab.ts';

/** The tabs of the Studio in their order: one file each in `tabs/`. A new one needs its id in `TAB_IDS` and a line here. */
export const TABS: readonly TabKind[] = [runTab, recordsTab, rejectedTab, chartsTab];
