/** The Studio: a run as it goes on or as it was, and its results. */
import * as z from 'zod/mini';
import { DisposedError, Messenger } from '../../src/protocol/messenger.ts';
import {
  readHostAnswer,
  readToStudio,
  type HostAnswers,
  type StudioAnswers,
  type StudioRun,
  type ToHost,
  type ToStudio,
} from '../../src/protocol/studio.ts';
import { windowPort, type EditorApi } from '../ui/editorApi.ts';
import { element } from '../ui/element.ts';
import { registerControls } from '../ui/toolkit.ts';
import { createWording, type Wording } from '../ui/wording.ts';
import { Failures } from './failures.ts';
import { Header } from './header.ts';
import { Results, type ResultsView } from './results.ts';
import { isGoingOn } from './runState.ts';
import { Steps } from './steps.ts';
import './studio.css';

// The page's policy forbids making code from text, which zod would try.
z.config({ jitless: true });

type Host = Messenger<ToStudio, StudioAnswers, ToHost, HostAnswers>;

const keptSchema = z.object({
  folder: z.string(),
  view: z.optional(z.object({ output: z.string(), query: z.string() })),
});

class Studio {
  readonly #api: EditorApi;
  readonly #header: Header;
  readonly #steps: Steps;
  readonly #failures: Failures;
  readonly #results: Results;
  #folder: string;
  #view: ResultsView | undefined;

  constructor(api: EditorApi, host: Host, words: Wording, run: StudioRun, root: HTMLElement) {
    this.#api = api;
    const kept = keptSchema.safeParse(api.getState()).data;
    this.#folder = run.folder;
    this.#view = kept?.folder === run.folder ? kept.view : undefined;
    const send = (message: Parameters<Host['request']>[0]): void => {
      host.request(message).catch((error: unknown) => {
        // What went wrong is told by the host, where the action is carried out.
        if (!(error instanceof DisposedError)) console.error(error);
      });
    };
    this.#header = new Header(words, (action) => send({ type: 'act', action }));
    this.#steps = new Steps(words);
    this.#failures = new Failures(words);
    this.#results = new Results(
      {
        words,
        fetchRows: ({ output, query }, start, count) => host.request({ type: 'rows', output, query, start, count }),
        fetchRecord: (output, line) => host.request({ type: 'record', output, line }),
        openLine: (output, line) => send({ type: 'open-line', output, line }),
        onView: (view) => {
          this.#view = view;
          this.#keep();
        },
      },
      this.#view,
    );
    root.replaceChildren(this.#header.root, this.#steps.root, this.#failures.root, this.#results.root);
    this.show(run);
    this.#keep();
  }

  receive(message: ToStudio): void {
    if (message.type === 'run') this.show(message.run);
    else this.#results.showCounts(message.counts);
  }

  show(run: StudioRun): void {
    if (run.folder !== this.#folder) {
      this.#folder = run.folder;
      this.#view = undefined;
      this.#results.restart();
      this.#keep();
    }
    this.#header.show(run);
    this.#steps.show(run);
    this.#failures.show(run);
    this.#results.show(run, isGoingOn(run));
  }

  #keep(): void {
    this.#api.setState({ folder: this.#folder, ...(this.#view === undefined ? {} : { view: this.#view }) });
  }
}

async function start(api: EditorApi, root: HTMLElement): Promise<void> {
  registerControls();
  const listeners = new Set<(message: ToStudio) => void>();
  const tell = (message: ToStudio): void => {
    for (const listener of listeners) listener(message);
  };
  const host: Host = new Messenger({
    port: windowPort(api),
    readMessage: readToStudio,
    readAnswer: readHostAnswer,
    // What comes before the panel is there is in the answer that makes it.
    handlers: { run: tell, results: tell },
    onError: (error) => {
      console.error(error);
    },
  });
  const { run, wording, language } = await host.request({ type: 'ready' });
  const words = createWording(wording, language);
  if (run === null) {
    const text = words.t('This run is not there any more: its folder was moved or deleted.');
    root.replaceChildren(element('p', { class: 'empty', text }));
    return;
  }
  const studio = new Studio(api, host, words, run, root);
  listeners.add((message) => studio.receive(message));
}

const root = document.getElementById('studio');
if (root !== null) {
  start(acquireVsCodeApi(), root).catch((error: unknown) => {
    root.replaceChildren(element('p', { class: 'error', role: 'alert', text: String(error) }));
  });
}
