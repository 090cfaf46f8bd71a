import type {
  Correction,
  RepairProgressMessage,
  RepairProposals,
  RepairScope,
} from '../../src/protocol/studioRepair.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { createButton } from '../ui/toolkit.ts';
import type { Wording } from '../ui/wording.ts';
import type { TabContext } from './tab.ts';

/** Proposals that are listed; all are kept or discarded. */
const MOST_LISTED = 100;

/** Others that an instruction can be given for. */
export interface ManyScope {
  /** What the button says, with how many they are. */
  readonly label: string;
  /** Table that the lines of the proposals are of. */
  readonly source: string;
  /** Which they are; worked out when they are asked about. */
  readonly scope: () => Promise<RepairScope>;
}

export interface RepairManyOptions {
  readonly context: TabContext;
  readonly wish: () => { readonly instruction: string; readonly endpoint: string; readonly model: string };
  /** @returns whether they were kept */
  readonly onKeep: (source: string, corrections: readonly Correction[]) => Promise<boolean>;
}

/** What is told from the stop on until what was asked has come to its end. */
export function stoppingText({ t }: Wording): string {
  return t('Stopping… What was asked already is waited for, at most five seconds, and kept.');
}

/** The same instruction for many: the cost first, then progress, then the proposals to keep or discard. */
export class RepairMany {
  readonly root: HTMLElement;
  readonly #options: RepairManyOptions;
  readonly #offers = element('div', { class: 'buttons' });
  readonly #status = element('p', { class: 'muted', role: 'status' });
  readonly #buttons = element('div', { class: 'buttons' });
  readonly #list = element('ul', { class: 'proposals' });
  #total = 0;
  /** Whether the person wants no more to be asked. */
  #isStopping = false;
  /** Whether the focus was on a button that is gone. */
  #hadFocus = false;

  constructor(options: RepairManyOptions) {
    this.#options = options;
    this.root = element('div', { class: 'repair-many' }, this.#offers, this.#status, this.#buttons, this.#list);
  }

  /** Another record is put right: what was asked for others is let go of. */
  begin(scopes: readonly ManyScope[]): void {
    this.offer(scopes);
    this.#show('', []);
    this.#list.replaceChildren();
  }

  /** Others that the instruction can be given for. */
  offer(scopes: readonly ManyScope[]): void {
    this.#offers.replaceChildren(
      ...scopes.map((many) =>
        createButton({ label: many.label, icon: 'layers', onClick: () => void this.#estimate(many) }),
      ),
    );
  }

  /** Without an instruction there is nothing to ask. */
  setReady(ready: boolean): void {
    setHidden(this.#offers, !ready);
  }

  showProgress({ done, failed }: RepairProgressMessage): void {
    if (this.#total < 2 || this.#isStopping) return;
    const { t, number } = this.#options.context.words;
    const without = failed === 0 ? '' : ` ${t('{0} without a proposal.', number(failed))}`;
    setText(this.#status, `${t('{0} of {1} asked.', number(done), number(this.#total))}${without}`);
  }

  async #estimate(many: ManyScope): Promise<void> {
    const { context, wish } = this.#options;
    const { t } = context.words;
    this.#list.replaceChildren();
    this.#show(t('Counting…'), []);
    try {
      const scope = await many.scope();
      const cost = await context.host.request({ type: 'repair-estimate', scope, ...wish() });
      this.#total = cost.requests;
      this.#show(t('This would take {0}.', cost.text), [
        createButton({ label: t('Ask'), icon: 'sparkle', look: 'primary', onClick: () => void this.#ask(many, scope) }),
        createButton({ label: t('Discard'), onClick: () => this.#show('', []) }),
      ]);
    } catch (error) {
      this.#show(error instanceof Error ? error.message : String(error), []);
    }
  }

  async #ask(many: ManyScope, scope: RepairScope): Promise<void> {
    const { context, wish } = this.#options;
    const { t } = context.words;
    const asked = wish();
    this.#isStopping = false;
    const stop = createButton({
      label: t('Stop'),
      icon: 'debug-stop',
      onClick: () => {
        context.send({ type: 'repair-stop' });
        this.#isStopping = true;
        stop.toggleAttribute('disabled', true);
        setText(this.#status, stoppingText(context.words));
      },
    });
    this.#show(t('Asking…'), [stop]);
    try {
      const report = await context.host.request({ type: 'repair-ask', scope, ...asked });
      this.#showProposals(many, report, asked);
    } catch (error) {
      this.#show(error instanceof Error ? error.message : String(error), []);
    }
  }

  #showProposals(
    { source }: ManyScope,
    { proposals, text, isStopped }: RepairProposals,
    { instruction, endpoint, model }: ReturnType<RepairManyOptions['wish']>,
  ): void {
    const { context, onKeep } = this.#options;
    const { t, number } = context.words;
    const good = proposals.flatMap(({ after, problem: _problem, before, ...rest }) =>
      after === null || after === before ? [] : [{ ...rest, after, instruction, by: `${endpoint} ${model}`.trim() }],
    );
    const without = proposals.length - good.length;
    const told = [
      good.length === 1 ? t('1 proposal') : t('{0} proposals', number(good.length)),
      without === 0 ? '' : t('{0} failed or unchanged', number(without)),
      text,
      isStopped ? t('stopped before the end') : '',
    ];
    const keep = createButton({
      label: t('Keep All {0}', number(good.length)),
      icon: 'check',
      look: 'primary',
      onClick: () =>
        void onKeep(source, good).then((kept) => {
          if (kept) this.#clear();
        }),
    });
    keep.toggleAttribute('disabled', good.length === 0);
    this.#show(told.filter((part) => part !== '').join(' · '), [
      keep,
      createButton({ label: t('Discard'), onClick: () => this.#clear() }),
    ]);
    this.#list.replaceChildren(
      ...proposals.slice(0, MOST_LISTED).map(({ id, at, before, after, problem }) => {
        if (after === null) {
          return element(
            'li',
            {},
            element('span', { text: id }),
            element('span', { class: 'muted', text: problem ?? '' }),
          );
        }
        const open = element('button', { class: 'link', text: id, hint: t('Compare in Editor') });
        open.type = 'button';
        open.addEventListener('click', () => {
          context.send({ type: 'repair-compare', title: id, before, after, isJson: at === null });
        });
        return element('li', {}, open, element('span', { class: 'muted', text: after.replaceAll(/\s+/gu, ' ') }));
      }),
    );
  }

  #clear(): void {
    this.#show('', []);
    this.#list.replaceChildren();
  }

  /** Who works with the keyboard goes on from the button that takes the place of the one that was used. */
  #show(status: string, buttons: readonly HTMLElement[]): void {
    const focused = document.activeElement;
    const isHere = this.#buttons.contains(focused) || (this.#hadFocus && focused === document.body);
    setText(this.#status, status);
    this.#buttons.replaceChildren(...buttons);
    this.#hadFocus = isHere;
    if (!isHere) return;
    const next = [...buttons, ...this.#offers.children].find((button) => !button.hasAttribute('disabled'));
    if (next instanceof HTMLElement) next.focus();
  }
}
