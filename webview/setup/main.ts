/** A pipeline as a form. It shows what the host says the text holds, and asks the host for changes of the text. */
import * as z from 'zod/mini';
import { DisposedError, Messenger } from '../../src/protocol/messenger.ts';
import {
  readSetupAnswer,
  readToSetup,
  type SetupAnswers,
  type SetupHostAnswers,
  type SetupStart,
  type SetupView,
  type ToSetup,
  type ToSetupHost,
} from '../../src/protocol/setup.ts';
import { windowPort, type EditorApi } from '../ui/editorApi.ts';
import { element, setHidden } from '../ui/element.ts';
import { registerControls } from '../ui/toolkit.ts';
import { createWording, type Wording } from '../ui/wording.ts';
import { Fields } from './fields.ts';
import { Head } from './head.ts';
import { KeptLayout } from './keptLayout.ts';
import { OutputsPart } from './outputs.ts';
import { RecipePart } from './recipe.ts';
import type { Send } from './send.ts';
import { StepsPart } from './stepsPart.ts';
import './setup.css';

// The page's policy forbids making code from text, which zod would try.
z.config({ jitless: true });

type Host = Messenger<ToSetup, SetupAnswers, ToSetupHost, SetupHostAnswers>;

class Setup {
  readonly #head: Head;
  readonly #recipe: RecipePart;
  readonly #asking: Fields;
  readonly #reading: Fields;
  readonly #limits: Fields;
  readonly #outputs: OutputsPart;
  readonly #steps: StepsPart;
  readonly #send: Send;
  readonly #kept: KeptLayout;
  /** The text as it was changed from here: what is older is passed over. */
  #version = 0;

  constructor(api: EditorApi, host: Host, words: Wording, root: HTMLElement) {
    const report = (error: unknown): void => {
      // What went wrong is told by the host, where the action is carried out.
      if (!(error instanceof DisposedError)) console.error(error);
    };
    const send = (message: Parameters<Send>[0]): void => {
      host.request(message).catch(report);
    };
    this.#send = Object.assign(send, {
      edit: async (message: Parameters<Send['edit']>[0]) => {
        try {
          this.#version = Math.max(this.#version, await host.request(message));
        } catch (error) {
          report(error);
        }
      },
    });
    const { t } = words;
    this.#head = new Head(words, this.#send, () => this.#showProblem(root));
    this.#recipe = new RecipePart(words, this.#send);
    this.#asking = new Fields(words, this.#send, 'asking', t('More parameters of the model'));
    this.#reading = new Fields(words, this.#send, 'reading', t('How lists are read'));
    this.#limits = new Fields(words, this.#send, 'limits', t('Budget and target'));
    this.#outputs = new OutputsPart(words, this.#send);
    const kept = new KeptLayout(api, root);
    this.#kept = kept;
    this.#steps = new StepsPart(words, this.#send, kept.step, (step) => (kept.step = step));
    const model = element('section', {}, element('h2', { text: t('Model') }), this.#asking.root, this.#reading.root);
    const form = element('div', { class: 'form' }, this.#recipe.root, model, this.#outputs.root, this.#limits.root);
    root.replaceChildren(this.#head.root, element('div', { class: 'parts' }, form, this.#steps.root));
  }

  begin({ view, estimate, preview }: SetupStart): void {
    this.#show(view);
    this.receive({ type: 'estimate', estimate });
    this.receive({ type: 'preview', preview });
    this.#kept.begin();
  }

  receive(message: ToSetup): void {
    switch (message.type) {
      case 'view':
        this.#show(message.view);
        return;
      case 'estimate':
        this.#head.showEstimate(message.estimate);
        return;
      case 'preview':
        this.#head.showPreview(message.preview);
        this.#steps.showPreview(message.preview);
    }
  }

  /** The first field at which something is wrong, with the step it belongs to. */
  #showProblem(root: HTMLElement): void {
    this.#steps.chooseWrong();
    const field = root.querySelector('.field[data-severity="error"], .template:has(.field-problem)');
    field?.closest('details')?.setAttribute('open', '');
    field?.scrollIntoView({ block: 'center' });
    field?.querySelector<HTMLElement>('input, textarea, select, vscode-button')?.focus();
  }

  #show(view: SetupView): void {
    if (view.version < this.#version) return;
    const isLocked = view.locked !== null;
    this.#head.show(view);
    this.#recipe.show(view);
    this.#asking.show(view.asking, isLocked);
    this.#reading.show(view.reading, isLocked);
    setHidden(this.#reading.root, view.reading.length === 0);
    this.#limits.show(view.limits, isLocked);
    this.#outputs.show(view);
    this.#steps.show(view);
  }
}

async function start(api: EditorApi, root: HTMLElement): Promise<void> {
  registerControls();
  const listeners = new Set<(message: ToSetup) => void>();
  const tell = (message: ToSetup): void => {
    for (const listener of listeners) listener(message);
  };
  const host: Host = new Messenger({
    port: windowPort(api),
    readMessage: readToSetup,
    readAnswer: readSetupAnswer,
    // What comes before the form is there is in the answer that makes it.
    handlers: { view: tell, estimate: tell, preview: tell },
    onError: (error) => {
      console.error(error);
    },
  });
  const begin = await host.request({ type: 'ready' });
  const setup = new Setup(api, host, createWording(begin.wording, begin.language), root);
  setup.begin(begin);
  listeners.add((message) => setup.receive(message));
}

const root = document.getElementById('setup');
if (root !== null) {
  start(acquireVsCodeApi(), root).catch((error: unknown) => {
    root.replaceChildren(element('p', { class: 'error', role: 'alert', text: String(error) }));
  });
}
