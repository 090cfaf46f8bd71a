import { doneShare, doneText } from '../../src/protocol/doneShare.ts';
import type { StudioAction, StudioRun } from '../../src/protocol/studio.ts';
import { element, icon, setHidden, setText } from '../ui/element.ts';
import { createButton } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';
import { Batches } from './batches.ts';
import { canWorkThrough, isGoingOn, stateIcon, stateText } from './runState.ts';

/** How often a screen reader is told of progress: more would talk over everything else. */
const ANNOUNCE_MS = 10_000;

/** Name, state, buttons, progress and figures of the run. */
export class Header {
  readonly root: HTMLElement;
  readonly #words: Wording;
  readonly #icon = icon('loading');
  readonly #name = element('h1');
  readonly #state = element('span', { class: 'state' });
  readonly #kind = element('span', { class: 'kind' });
  readonly #bar = element('div', { class: 'bar', role: 'progressbar' });
  readonly #fill = element('div', { class: 'bar-fill' });
  readonly #figures = element('dl', { class: 'figures' });
  readonly #notice = element('p', { class: 'notice' });
  readonly #batches: Batches;
  readonly #error = element('p', { class: 'error', role: 'alert' });
  readonly #live = element('div', { class: 'unseen', role: 'status' });
  readonly #buttons: Readonly<
    Record<'pause' | 'cancel' | 'resume' | 'work-through' | 'open-output' | 'open-pipeline', HTMLElement>
  >;
  /** Whether the keyboard was at a button, and none has taken its place yet. */
  #owesFocus = false;
  #announced = { state: '', at: 0 };

  constructor(words: Wording, act: (action: StudioAction) => void) {
    this.#words = words;
    const { t } = words;
    this.#batches = new Batches(words);
    this.#buttons = {
      pause: createButton({ label: t('Pause'), icon: 'debug-pause', onClick: () => act('pause') }),
      cancel: createButton({ label: t('Cancel'), icon: 'debug-stop', onClick: () => act('cancel') }),
      resume: createButton({
        label: t('Resume'),
        icon: 'debug-continue',
        look: 'primary',
        onClick: () => act('resume'),
      }),
      'work-through': createButton({
        label: t('Work Through Again'),
        icon: 'debug-rerun',
        onClick: () => act('work-through'),
      }),
      'open-output': createButton({
        label: t('Open Output'),
        icon: 'go-to-file',
        onClick: () => act('open-output'),
      }),
      'open-pipeline': createButton({
        label: t('Open Pipeline'),
        icon: 'file-code',
        look: 'icon',
        onClick: () => act('open-pipeline'),
      }),
    };
    this.#buttons['work-through'].title = t(
      'Works the run through from its answers; only what follows from the corrected ones is asked',
    );
    this.#buttons.pause.title = t('Asks nothing more and takes the answers that are on their way; Resume goes on');
    this.#buttons.cancel.title = t('Gives up what is under way; what was answered is kept');
    this.#bar.setAttribute('aria-label', t('Progress'));
    this.#bar.append(this.#fill);
    const title = element('div', { class: 'title' }, this.#icon, this.#name, this.#state, this.#kind);
    const buttons = element('div', { class: 'buttons' }, ...Object.values(this.#buttons));
    this.root = element(
      'header',
      {},
      element('div', { class: 'title-line' }, title, buttons),
      this.#bar,
      this.#notice,
      this.#batches.root,
      this.#error,
      this.#figures,
      this.#live,
    );
  }

  show(run: StudioRun): void {
    const { snapshot } = run;
    const { t } = this.#words;
    const going = isGoingOn(run);
    const state = stateText(run, this.#words);
    this.#icon.className = `codicon codicon-${stateIcon(snapshot)} state-${snapshot.state}`;
    this.#icon.classList.toggle('codicon-modifier-spin', going);
    setText(this.#name, snapshot.pipeline);
    const share = going && snapshot.stop === null ? doneText(snapshot) : '';
    setText(this.#state, share === '' ? state : `${state} · ${share}`);
    setText(this.#kind, run.mode === 'preview' ? t('Preview') : '');
    const ours = going && run.owner === 'window';
    const { pause, cancel, resume } = this.#buttons;
    const at = document.activeElement;
    const hadFocus = at === pause || at === cancel || at === resume || (this.#owesFocus && at === document.body);
    setHidden(pause, !ours || snapshot.stop !== null);
    setHidden(cancel, !ours || snapshot.stop === 'cancel');
    setHidden(resume, !run.resumable);
    // The keyboard stays at these buttons when the one it was at makes way for another.
    if (hadFocus) this.#keepFocus([pause, cancel, resume]);
    const corrections = canWorkThrough(run) ? run.corrections : 0;
    // A run that is not complete takes them up when it goes on.
    setHidden(this.#buttons['work-through'], corrections === 0 || run.resumable);
    setHidden(this.#buttons['open-output'], snapshot.records === 0);
    this.#showBar(run, going);
    this.#showFigures(run, going);
    const told = this.#noticeText(run, going, corrections);
    setHidden(this.#notice, told === '');
    setText(this.#notice, told);
    this.#batches.show(snapshot);
    setHidden(this.#error, snapshot.error === null);
    setText(this.#error, snapshot.error ?? '');
    // A run that pauses at its budget does as it was told.
    this.#error.className = snapshot.state === 'paused' ? 'notice' : 'error';
    this.#announce(`${snapshot.pipeline}: ${state}`, this.#words.records(snapshot.records));
  }

  #keepFocus(buttons: readonly HTMLElement[]): void {
    const shown = buttons.filter(({ hidden }) => !hidden);
    this.#owesFocus = shown.length === 0;
    if (!shown.some((button) => button === document.activeElement)) shown[0]?.focus();
  }

  #noticeText({ snapshot }: StudioRun, going: boolean, corrections: number): string {
    const { t, number } = this.#words;
    if (going && snapshot.stop === 'pause' && snapshot.inFlight > 0)
      return snapshot.inFlight === 1
        ? t('1 answer is on its way and is waited for; Cancel gives it up.')
        : t('{0} answers are on their way and are waited for; Cancel gives them up.', number(snapshot.inFlight));
    if (going && snapshot.notice !== null) return `${snapshot.notice.endpoint}: ${snapshot.notice.message}`;
    if (corrections === 0) return '';
    return corrections === 1
      ? t('1 corrected answer is kept and not in the output yet.')
      : t('{0} corrected answers are kept and not in the output yet.', number(corrections));
  }

  #showBar(run: StudioRun, going: boolean): void {
    const share = doneShare(run.snapshot);
    setHidden(this.#bar, !going);
    this.#bar.classList.toggle('endless', share === null);
    this.#fill.style.width = share === null ? '' : `${(100 * share).toFixed(1)}%`;
    if (share === null) this.#bar.removeAttribute('aria-valuenow');
    else this.#bar.setAttribute('aria-valuenow', String(Math.round(100 * share)));
  }

  #showFigures({ snapshot }: StudioRun, going: boolean): void {
    const { t, number, short, rate, money, brief, clock } = this.#words;
    const { tokens } = snapshot;
    const figures: (readonly [string, string, string?] | null)[] = [
      [t('Records'), number(snapshot.records)],
      [t('Requests'), number(snapshot.requests)],
      snapshot.reused > 0 ? [t('Reused'), number(snapshot.reused)] : null,
      going && (snapshot.batches.length === 0 || snapshot.inFlight > 0)
        ? [
            t('In flight'),
            `${number(snapshot.inFlight)} / ${number(snapshot.slots)}`,
            t('Requests under way, and how many there may be at once'),
          ]
        : null,
      [t('Rejected'), number(snapshot.discarded)],
      [
        t('Tokens'),
        short(tokens.prompt + tokens.completion),
        t('{0} in prompts, {1} in answers', number(tokens.prompt), number(tokens.completion)),
      ],
      snapshot.cost === null ? null : [t('Cost'), money(snapshot.cost)],
      ...snapshot.budget.map((share) => this.#budgetFigure(share)),
      [t('Requests/s'), rate(snapshot.requestsPerSecond)],
      snapshot.latency === null
        ? null
        : [
            t('Latency'),
            brief(snapshot.latency.p50),
            t('Median; nine in ten answers took at most {0}', brief(snapshot.latency.p90)),
          ],
      [t('Time'), clock(snapshot.elapsedSeconds)],
      going && snapshot.stop === null ? this.#timeLeft(snapshot.remainingSeconds) : null,
    ];
    const shown = figures.filter((figure) => figure !== null);
    // The elements stay as long as the figures are the same ones: a selection or a hint survives the update.
    if (this.#figures.children.length !== shown.length) {
      this.#figures.replaceChildren(...shown.map(() => element('div', {}, element('dt'), element('dd'))));
    }
    for (const [index, [label, value, hint]] of shown.entries()) {
      const figure = this.#figures.children[index];
      if (!(figure instanceof HTMLElement)) continue;
      const [term, description] = figure.children;
      if (term !== undefined) setText(term, label);
      if (description !== undefined) setText(description, value);
      if (figure.title !== (hint ?? '')) figure.title = hint ?? '';
    }
  }

  /** How much of a limit is used: cost against budget, and what else the run keeps to. */
  #budgetFigure({ limit, amount, used }: StudioRun['snapshot']['budget'][number]): readonly [string, string, string] {
    const { t, number, money, short } = this.#words;
    const names = {
      requests: t('Budget of requests'),
      tokens: t('Budget of tokens'),
      cost: t('Budget'),
      minutes: t('Budget of minutes'),
    };
    const show = {
      requests: number,
      tokens: short,
      cost: money,
      minutes: (value: number) => number(Math.round(value)),
    }[limit];
    const share = t('{0}% used; the run pauses before it is passed', Math.min(100, Math.round((100 * used) / amount)));
    return [names[limit], `${show(used)} / ${show(amount)}`, share];
  }

  #timeLeft(seconds: number | null): readonly [string, string, string?] | null {
    const { t, clock, timeOfDay } = this.#words;
    if (seconds === null) return null;
    return [t('Time left'), clock(seconds), t('Ends at about {0}', timeOfDay(Date.now() + 1000 * seconds))];
  }

  #announce(state: string, progress: string): void {
    const now = performance.now();
    if (state === this.#announced.state && now - this.#announced.at < ANNOUNCE_MS) return;
    this.#announced = { state, at: now };
    setText(this.#live, `${state}, ${progress}`);
  }
}
