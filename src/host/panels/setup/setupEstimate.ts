import type * as vscode from 'vscode';
import type { Range } from '../../../core/run/range.ts';
import type { Estimate } from '../../../core/run/estimate.ts';
import type { SetupEstimate } from '../../../protocol/setup.ts';
import type { RunManager } from '../../runs/runManager.ts';

/** Typing goes on: an estimate is made when the text has rested for so long. */
const REST_MS = 350;

export interface SetupEstimatesOptions {
  readonly runs: Pick<RunManager, 'estimate'>;
  readonly onChange: (estimate: SetupEstimate) => void;
}

/** What a run of the text as it stands would take; the latest text counts, and nothing is sent. */
export class SetupEstimates implements vscode.Disposable {
  readonly #options: SetupEstimatesOptions;
  #present: SetupEstimate = { state: 'unknown', problem: null, figures: null };
  #timer: NodeJS.Timeout | undefined;
  #abort = new AbortController();

  constructor(options: SetupEstimatesOptions) {
    this.#options = options;
  }

  get present(): SetupEstimate {
    return this.#present;
  }

  /** The pipeline cannot be run as it is; the figures of before do not count any more. */
  forget(): void {
    this.#stop();
    this.#tell({ state: 'unknown', problem: null, figures: null });
  }

  ask(file: string, text: string): void {
    this.#stop();
    this.#tell({ ...this.#present, state: 'asking', problem: null });
    const { signal } = this.#abort;
    this.#timer = setTimeout(() => {
      void this.#find(file, text, signal).then((found) => {
        if (!signal.aborted) this.#tell(found);
      });
    }, REST_MS);
  }

  dispose(): void {
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  async #find(file: string, text: string, signal: AbortSignal): Promise<SetupEstimate> {
    try {
      const outcome = await this.#options.runs.estimate(file, signal, text);
      if (outcome.type === 'estimated') return { state: 'known', problem: null, figures: figuresOf(outcome.estimate) };
      return { state: 'unknown', problem: outcome.diagnostics[0]?.message ?? outcome.message, figures: null };
    } catch (error) {
      return { state: 'unknown', problem: error instanceof Error ? error.message : String(error), figures: null };
    }
  }

  #tell(estimate: SetupEstimate): void {
    this.#present = estimate;
    this.#options.onChange(estimate);
  }
}

function figuresOf(estimate: Estimate): SetupEstimate['figures'] {
  const { records, requests, promptTokens, completionTokens, cost, seconds, steps } = estimate;
  const sum = (part: keyof Range): number => promptTokens[part] + completionTokens[part];
  return {
    ...{ records, requests, cost, seconds },
    tokens: { low: sum('low'), likely: sum('likely'), high: sum('high') },
    isMeasured: steps.some(({ measured }) => measured),
  };
}
