/** The preview of a template: what is sent, what it costs, what models answer. It shows what the host says. */
import * as z from 'zod/mini';
import { DisposedError, Messenger } from '../../src/protocol/messenger.ts';
import {
  readPreviewAnswer,
  readToPreview,
  type PreviewAnswers,
  type PreviewHostAnswers,
  type PreviewView,
  type ToPreview,
  type ToPreviewHost,
} from '../../src/protocol/preview.ts';
import { windowPort, type EditorApi } from '../ui/editorApi.ts';
import { element } from '../ui/element.ts';
import { registerControls } from '../ui/toolkit.ts';
import { createWording, type Wording } from '../ui/wording.ts';
import { Column } from './column.ts';
import { Head } from './head.ts';
import { Values } from './values.ts';
import './preview.css';

// The page's policy forbids making code from text, which zod would try.
z.config({ jitless: true });

type Host = Messenger<ToPreview, PreviewAnswers, ToPreviewHost, PreviewHostAnswers>;

export type Send = (message: ToPreviewHost) => void;

class Preview {
  readonly #api: EditorApi;
  readonly #words: Wording;
  readonly #send: Send;
  readonly #head: Head;
  readonly #values: Values;
  readonly #list = element('div', { class: 'columns' });
  readonly #columns = new Map<number, Column>();

  constructor(api: EditorApi, words: Wording, send: Send, root: HTMLElement) {
    this.#api = api;
    this.#words = words;
    this.#send = send;
    this.#head = new Head(words, send);
    this.#values = new Values(words, send);
    root.replaceChildren(this.#head.root, this.#values.root, this.#list);
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send({ type: 'try', column: null });
      else if (event.key === 'Escape') send({ type: 'stop', column: null });
      else return;
      event.preventDefault();
    });
  }

  receive(message: ToPreview): void {
    if (message.type === 'view') this.show(message.view);
    else this.#columns.get(message.column)?.append(message.text);
  }

  show(view: PreviewView): void {
    this.#api.setState(view.keep);
    this.#head.show(view);
    this.#values.show(view);
    const ids = new Set(view.columns.map(({ id }) => id));
    for (const [id, column] of this.#columns) {
      if (ids.has(id)) continue;
      column.root.remove();
      this.#columns.delete(id);
    }
    view.columns.forEach((data, index) => {
      let column = this.#columns.get(data.id);
      if (column === undefined) {
        column = new Column(data.id, this.#words, this.#send);
        this.#columns.set(data.id, column);
        this.#list.append(column.root);
      }
      column.show(data, view, index);
    });
    this.#list.dataset['count'] = String(view.columns.length);
  }
}

async function start(api: EditorApi, root: HTMLElement): Promise<void> {
  registerControls();
  const listeners = new Set<(message: ToPreview) => void>();
  const tell = (message: ToPreview): void => {
    for (const listener of listeners) listener(message);
  };
  const host: Host = new Messenger({
    port: windowPort(api),
    readMessage: readToPreview,
    readAnswer: readPreviewAnswer,
    // What comes before the panel is there is in the answer that makes it.
    handlers: { view: tell, chunk: tell },
    onError: (error) => {
      console.error(error);
    },
  });
  const send: Send = (message) => {
    host.request(message).catch((error: unknown) => {
      // What went wrong is told by the host, where the action is carried out.
      if (!(error instanceof DisposedError)) console.error(error);
    });
  };
  const { view, wording, language } = await host.request({ type: 'ready' });
  const preview = new Preview(api, createWording(wording, language), send, root);
  preview.show(view);
  listeners.add((message) => preview.receive(message));
}

const root = document.getElementById('preview');
if (root !== null) {
  start(acquireVsCodeApi(), root).catch((error: unknown) => {
    root.replaceChildren(element('p', { class: 'error', role: 'alert', text: String(error) }));
  });
}
