/** The Studio: a run as it goes on or as it was, and its results. */
import * as z from 'zod/mini';
import { Messenger } from '../../src/protocol/messenger.ts';
import { readHostAnswer, readToStudio, STUDIO_SHOWN, type ToStudio } from '../../src/protocol/studio.ts';
import { windowPort, type EditorApi } from '../ui/editorApi.ts';
import { element } from '../ui/element.ts';
import { registerControls } from '../ui/toolkit.ts';
import { createWording } from '../ui/wording.ts';
import { Studio } from './studio.ts';
import '../ui/charts/charts.css';
import './studio.css';
import type { Host } from './tab.ts';

// The page's policy forbids making code from text, which zod would try.
z.config({ jitless: true });

async function start(api: EditorApi, root: HTMLElement): Promise<void> {
  const listeners = new Set<(message: ToStudio) => void>();
  const tell = (message: ToStudio): void => {
    for (const listener of listeners) listener(message);
  };
  const host: Host = new Messenger({
    port: windowPort(api),
    readMessage: readToStudio,
    readAnswer: readHostAnswer,
    // What comes before the panel is there is in the answer that makes it.
    handlers: { run: tell, results: tell, 'charts-share': tell, 'repair-progress': tell },
    onError: (error) => {
      console.error(error);
    },
  });
  const beginning = host.request({ type: 'ready' });
  registerControls();
  const { run, wording, language } = await beginning;
  const words = createWording(wording, language);
  if (run === null) {
    const text = words.t('This run is not there any more: its folder was moved or deleted.');
    root.replaceChildren(element('p', { class: 'empty', text }));
    return;
  }
  const studio = new Studio(api, host, words, run, root);
  listeners.add((message) => studio.receive(message));
  performance.mark(STUDIO_SHOWN);
}

const root = document.getElementById('studio');
if (root !== null) {
  start(acquireVsCodeApi(), root).catch((error: unknown) => {
    root.replaceChildren(element('p', { class: 'error', role: 'alert', text: String(error) }));
  });
}
