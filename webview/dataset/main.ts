/** The viewer of datasets: the records of a JSONL file of any size, to be looked at, searched and reviewed. */
import * as z from 'zod/mini';
import { readDatasetAnswer, readToDataset, type ToDataset } from '../../src/protocol/dataset.ts';
import { Messenger } from '../../src/protocol/messenger.ts';
import { windowPort, type EditorApi } from '../ui/editorApi.ts';
import { element } from '../ui/element.ts';
import { registerControls } from '../ui/toolkit.ts';
import { createWording } from '../ui/wording.ts';
import './dataset.css';
import { Viewer, type Host } from './viewer.ts';

// The page's policy forbids making code from text, which zod would try.
z.config({ jitless: true });

async function start(api: EditorApi, root: HTMLElement): Promise<void> {
  registerControls();
  // What comes before the viewer is there is told to it when it is.
  const early: ToDataset[] = [];
  const viewers = new Set<Viewer>();
  const receive = (message: ToDataset): void => {
    if (viewers.size === 0) early.push(message);
    for (const viewer of viewers) viewer.receive(message);
  };
  const host: Host = new Messenger({
    port: windowPort(api),
    readMessage: readToDataset,
    readAnswer: readDatasetAnswer,
    handlers: { state: receive, 'statistics-progress': receive, 'show-line': receive, failed: receive },
    onError: (error) => {
      console.error(error);
    },
  });
  const answer = await host.request({ type: 'ready' });
  const words = createWording(answer.wording, answer.language);
  const viewer = new Viewer(api, host, words, answer, root);
  viewers.add(viewer);
  for (const message of early) viewer.receive(message);
}

const root = document.getElementById('dataset');
if (root !== null) {
  start(acquireVsCodeApi(), root).catch((error: unknown) => {
    root.replaceChildren(element('p', { class: 'error', role: 'alert', text: String(error) }));
  });
}
