import { asksModels } from '../../src/protocol/askingKinds.ts';
import type { StepProgress, StudioRun } from '../../src/protocol/studio.ts';
import { element, setHidden, setText } from '../ui/element.ts';
import { StepGraph, type GraphColumn, type GraphFigure, type GraphStep } from '../ui/stepGraph.ts';
import type { Wording } from '../ui/wording.ts';
import { reasonText } from '../ui/reasons.ts';
import { isGoingOn } from './runState.ts';
import { doneFigure, stepState } from './stepState.ts';

/** The pipeline's steps as a graph, with what goes in and out of each. */
export class Steps {
  readonly root: HTMLElement;
  readonly #words: Wording;
  readonly #graph: StepGraph;

  /** @param onChoose a step was chosen: what was turned down there is asked for */
  constructor(words: Wording, onChoose: (step: string) => void) {
    this.#words = words;
    const { t } = words;
    const columns: readonly GraphColumn[] = [
      { id: 'waiting', label: t('Waiting'), isMinor: true },
      { id: 'inFlight', label: t('In flight'), isMinor: true },
      { id: 'done', label: t('Done') },
      { id: 'out', label: t('Records') },
      { id: 'rejected', label: t('Rejected') },
    ];
    this.#graph = new StepGraph({
      label: t('Steps'),
      stepLabel: t('Step'),
      columns,
      describe: (step) => this.#describe(step),
      onChoose,
    });
    const title = element('h2', { class: 'section' });
    setText(title, t('Steps'));
    this.root = element('section', { class: 'steps' }, title, this.#graph.root);
  }

  show(run: StudioRun): void {
    const { steps } = run.snapshot;
    setHidden(this.root, steps.length === 0);
    const going = isGoingOn(run);
    // After the run nothing waits and nothing is in flight: those columns would be all zeros.
    this.#graph.root.classList.toggle('over', !going);
    this.#graph.show(steps.map((step) => this.#graphStep(step, run, going)));
  }

  #graphStep(step: StepProgress, run: StudioRun, going: boolean): GraphStep {
    const { number } = this.#words;
    const reasons = Object.entries(step.rejected);
    const rejected = reasons.reduce((sum, [, count]) => sum + count, 0);
    const figures: Record<string, GraphFigure> = {
      waiting: counted(step.waiting, number),
      inFlight: counted(step.inFlight, number),
      done: { text: doneFigure(step, going, this.#words) },
      out: { text: number(step.out) },
      rejected: {
        ...counted(rejected, number),
        isBad: rejected > 0,
        hint: reasons.map(([reason, count]) => `${number(count)} ${reasonText(reason, this.#words)}`).join('\n'),
      },
    };
    return {
      id: step.id,
      kind: step.kind,
      from: step.from,
      asks: asksModels(step.kind),
      state: stepState(step, run.snapshot, going),
      share: going && step.expected !== null && step.done < step.expected ? step.done / step.expected : null,
      figures,
    };
  }

  #describe({ id, kind, from }: GraphStep): string {
    const { t } = this.#words;
    return from.length === 0 ? t('{0}: {1}', id, kind) : t('{0}: {1}, reads from {2}', id, kind, from.join(', '));
  }
}

/** Zeros are there, but step back. */
function counted(count: number, number: (value: number) => string): GraphFigure {
  return { text: number(count), isQuiet: count === 0 };
}
