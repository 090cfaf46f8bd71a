import * as z from 'zod/mini';
import { DisposedError } from '../../src/protocol/messenger.ts';
import type { StudioAction, StudioRun, ToHost, ToStudio } from '../../src/protocol/studio.ts';
import type { EditorApi } from '../ui/editorApi.ts';
import { element, setHidden } from '../ui/element.ts';
import { panelId, TabStrip } from '../ui/tabStrip.ts';
import type { Wording } from '../ui/wording.ts';
import { Header } from './header.ts';
import { isGoingOn } from './runState.ts';
import { TAB_IDS, type Host, type StudioTab, type TabId, type TabKind } from './tab.ts';
import { TABS } from './tabs.ts';

/** How long after a change the state is written, in milliseconds. */
const KEEP_MS = 100;

const keptSchema = z.object({
  folder: z.string(),
  tab: z.enum(TAB_IDS),
  chosen: z.boolean(),
  tabs: z.record(z.string(), z.unknown()),
});

/** The whole panel: the header with the run's state and figures, and the tabs below it. */
export class Studio {
  readonly #api: EditorApi;
  readonly #host: Host;
  readonly #words: Wording;
  readonly #header: Header;
  readonly #strip: TabStrip;
  readonly #opened = new Map<TabId, StudioTab>();
  readonly #panels = new Map<TabId, HTMLElement>();
  #run: StudioRun;
  #tab: TabId;
  /** Whether the person chose the tab; one that was not chosen gives way to the records when the run is over. */
  #isChosen: boolean;
  /** What the tabs keep over a reload, by their ids. */
  #kept: Record<string, unknown>;
  #saving: number | undefined;

  constructor(api: EditorApi, host: Host, words: Wording, run: StudioRun, root: HTMLElement) {
    this.#api = api;
    this.#host = host;
    this.#words = words;
    this.#run = run;
    const kept = keptSchema.safeParse(api.getState()).data;
    const own = kept?.folder === run.folder ? kept : undefined;
    this.#kept = own?.tabs ?? {};
    this.#tab = own?.tab ?? firstTab(run);
    this.#isChosen = own?.chosen ?? false;
    this.#header = new Header(words, (action) => this.#act(action));
    this.#strip = new TabStrip({
      label: words.t('Views of the run'),
      tabs: TABS.map(({ id, label }) => ({ id, label: label(words) })),
      onOpen: (id, byPerson) => {
        if (byPerson) this.#isChosen = true;
        this.#open(id);
      },
    });
    const panels = TABS.map(({ id }) => {
      const panel = element('div', { class: 'tab-panel', role: 'tabpanel' });
      panel.id = panelId(id);
      panel.setAttribute('aria-labelledby', `tab-${id}`);
      this.#panels.set(id, panel);
      return panel;
    });
    root.replaceChildren(this.#header.root, this.#strip.root, ...panels);
    this.#showHead();
    this.#strip.open(this.#tab);
  }

  receive(message: ToStudio): void {
    if (message.type === 'run') this.show(message.run);
    else for (const tab of this.#opened.values()) tab.receive?.(message);
  }

  show(run: StudioRun): void {
    const was = isGoingOn(this.#run);
    const another = run.folder !== this.#run.folder;
    this.#run = run;
    if (another) {
      this.#kept = {};
      this.#isChosen = false;
      for (const tab of this.#opened.values()) tab.restart();
    }
    this.#showHead();
    const isOver = was && !isGoingOn(run) && !this.#isChosen && !this.#isBusy();
    if (another || isOver) this.#strip.open(firstTab(run));
    else this.#opened.get(this.#tab)?.show(run);
  }

  /** Whether the person is at work in the tab: it is not taken away from under their hands. */
  #isBusy(): boolean {
    return this.#panels.get(this.#tab)?.contains(document.activeElement) === true;
  }

  #showHead(): void {
    this.#header.show(this.#run);
    for (const { id, badge } of TABS) this.#strip.setBadge(id, badge?.(this.#run, this.#words) ?? '');
  }

  #open(id: string): void {
    const kind = TABS.find((candidate) => candidate.id === id);
    if (kind === undefined) return;
    this.#tab = kind.id;
    for (const [name, panel] of this.#panels) setHidden(panel, name !== id);
    this.#tabOf(kind).show(this.#run);
    this.#keep();
  }

  #tabOf(kind: TabKind): StudioTab {
    const opened = this.#opened.get(kind.id);
    if (opened !== undefined) return opened;
    const tab = kind.create({
      words: this.#words,
      host: this.#host,
      send: (message) => this.#send(message),
      act: (action) => this.#act(action),
      kept: this.#kept[kind.id],
      keep: (state) => {
        this.#kept[kind.id] = state;
        this.#keep();
      },
      open: (other, wish) => {
        this.#isChosen = true;
        this.#strip.open(other);
        if (wish !== undefined) this.#opened.get(other)?.wish?.(wish);
      },
    });
    this.#opened.set(kind.id, tab);
    this.#panels.get(kind.id)?.append(tab.root);
    return tab;
  }

  #act(action: StudioAction): void {
    this.#send({ type: 'act', action });
  }

  #send(message: ToHost): void {
    this.#host.request(message).catch((error: unknown) => {
      // What went wrong is told by the host, where the action is carried out.
      if (!(error instanceof DisposedError)) console.error(error);
    });
  }

  /** Scrolling and typing change it often: it is written when they have rested. */
  #keep(): void {
    window.clearTimeout(this.#saving);
    this.#saving = window.setTimeout(() => {
      this.#api.setState({ folder: this.#run.folder, tab: this.#tab, chosen: this.#isChosen, tabs: this.#kept });
    }, KEEP_MS);
  }
}

/** While a run goes on one watches it; of one that is over one looks at what came of it. */
function firstTab(run: StudioRun): TabId {
  return isGoingOn(run) || run.snapshot.records === 0 ? 'run' : 'records';
}
