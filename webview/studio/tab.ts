/** What a tab of the Studio is: the contract between the panel and what it shows. */
import type { Messenger } from '../../src/protocol/messenger.ts';
import type {
  HostAnswers,
  StudioAction,
  StudioAnswers,
  StudioRun,
  ToHost,
  ToStudio,
} from '../../src/protocol/studio.ts';
import type { Wording } from '../ui/wording.ts';

export type Host = Messenger<ToStudio, StudioAnswers, ToHost, HostAnswers>;

/** What a tab works with. */
export interface TabContext {
  readonly words: Wording;
  readonly host: Pick<Host, 'request'>;
  /** Has the host do something; what goes wrong is told there. */
  readonly send: (message: ToHost) => void;
  readonly act: (action: StudioAction) => void;
  /** What this tab kept, of this very run, before the window was reloaded; unchecked. */
  readonly kept: unknown;
  /** Keeps the tab's own state over a reload: plain JSON, small. */
  readonly keep: (state: unknown) => void;
  /** Opens another tab and tells it what to show. */
  readonly open: (tab: TabId, wish?: unknown) => void;
}

/** A tab that has been opened. It is made when it is first looked at, and stays. */
export interface StudioTab {
  /** What is shown below the tabs; the panel gives it its role and its name. */
  readonly root: HTMLElement;
  /** The run has moved on. Called for the tab in sight alone, and when it comes into sight. */
  show(run: StudioRun): void;
  /** There is news of the host's that is not about the run as a whole. Also for tabs out of sight. */
  receive?(message: ToStudio): void;
  /** Another tab asks to show something here (`TabContext.open`); the wish is that tab's own. */
  wish?(wish: unknown): void;
  /** The panel shows another run now: everything is looked at anew. `show` follows. */
  restart(): void;
}

/** A kind of tab, as the registry (`tabs.ts`) lists it. */
export interface TabKind {
  readonly id: TabId;
  readonly label: (words: Wording) => string;
  /** A short figure behind the label; empty: none. */
  readonly badge?: (run: StudioRun, words: Wording) => string;
  readonly create: (context: TabContext) => StudioTab;
}

export const TAB_IDS = ['run', 'records', 'rejected', 'charts'] as const;
export type TabId = (typeof TAB_IDS)[number];
