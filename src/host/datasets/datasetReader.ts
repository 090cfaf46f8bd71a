/** A dataset that a worker thread reads; the host's end. Plain Node. */
import { Worker } from 'node:worker_threads';
import { Messenger } from '../../protocol/messenger.ts';
import type { FromReader, ReaderAnswers, ReaderOptions, ReaderState, ToReader } from './readerProtocol.ts';

/** Memory of the worker, in megabytes: a line of the longest kind and what it is parsed into. */
const MOST_MEMORY = 1024;

export interface DatasetReaderOptions extends ReaderOptions {
  /** The worker's bundle. */
  readonly script: string | URL;
  readonly onState: (state: ReaderState) => void;
  readonly onStatisticsProgress?: (share: number) => void;
  /** The worker ended by itself; what is asked from now on fails. */
  readonly onFailure: (error: Error) => void;
}

type Request<T extends ToReader['type']> = Extract<ToReader, { readonly type: T }>;

export class DatasetReader {
  readonly #worker: Worker;
  readonly #messenger: Messenger<FromReader, Readonly<Record<string, unknown>>, ToReader, ReaderAnswers>;
  #state: ReaderState;

  constructor({ script, unended, onState, onStatisticsProgress, onFailure }: DatasetReaderOptions) {
    this.#state = {
      counts: {
        ...{ total: 0, matched: 0, isIndexing: true, isSearching: false, share: 0, revision: 0 },
        ...{ problem: null, leftOut: null, isLimited: false },
      },
      review: null,
      path: null,
    };
    const options: ReaderOptions = { unended };
    this.#worker = new Worker(script, {
      workerData: options,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY },
    });
    this.#worker.on('error', (error) => {
      this.#messenger.dispose();
      onFailure(error instanceof Error ? error : new Error(String(error)));
    });
    const worker = this.#worker;
    this.#messenger = new Messenger({
      port: {
        send: (value) => {
          worker.postMessage(value);
        },
        listen: (listener) => {
          worker.on('message', listener);
          return () => worker.off('message', listener);
        },
      },
      // The worker is of the same build.
      readMessage: (value) => value as FromReader,
      readAnswer: (_type, value) => value,
      handlers: {
        state: (state) => {
          this.#state = state;
          onState(state);
        },
        'statistics-progress': ({ share }) => {
          onStatisticsProgress?.(share);
        },
      },
      onError: (error) => {
        onFailure(error instanceof Error ? error : new Error(String(error)));
      },
    });
  }

  /** What was last told of the file. */
  get state(): ReaderState {
    return this.#state;
  }

  /** Rejects with the worker's own message when it fails, and when the reader is disposed first. */
  ask<T extends ToReader['type']>(message: Request<T>) {
    return this.#messenger.request<T>(message);
  }

  dispose(): void {
    this.#messenger.dispose();
    void this.#worker.terminate();
  }
}
