/** Entry of the worker thread that reads a dataset, so that neither the extension host nor the panel waits for a disk. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { DatasetView } from '../../core/datasets/view/datasetView.ts';
import { Messenger, type Port } from '../../protocol/messenger.ts';
import type { FromReader, ReaderAnswers, ReaderOptions, ToReader } from './readerProtocol.ts';

/** How often it tells of progress, at the most. */
const TELL_MS = 100;

function portOf(port: MessagePort): Port {
  return {
    send: (value) => {
      port.postMessage(value);
    },
    listen: (listener) => {
      port.on('message', listener);
      return () => port.off('message', listener);
    },
  };
}

function serve(port: MessagePort, { unended }: ReaderOptions): void {
  let timer: NodeJS.Timeout | undefined;
  let following: NodeJS.Timeout | undefined;
  let path: string | undefined;
  let dataset: string | undefined;
  const tell = (): void => {
    timer = undefined;
    const review = view.reviewState();
    messenger.notify({ type: 'state', counts: view.counts, review, path: view.path ?? null });
  };
  const view = new DatasetView({
    unended,
    onChange: () => {
      timer ??= setTimeout(tell, TELL_MS);
    },
  });
  const update = async (): Promise<void> => {
    await view.update(path, dataset ?? path);
  };
  const messenger = new Messenger<ToReader, ReaderAnswers, FromReader, Readonly<Record<string, unknown>>>({
    port: portOf(port),
    // The host is of the same build.
    readMessage: (value) => value as ToReader,
    readAnswer: (_type, value) => value,
    handlers: {
      update: async (message) => {
        path = message.path ?? undefined;
        dataset = message.dataset;
        await update();
        clearTimeout(timer);
        tell();
      },
      follow: ({ everyMs }) => {
        clearInterval(following);
        if (everyMs === 0) return;
        following = setInterval(() => {
          // A disk that is away is asked again the next time.
          update().catch(() => undefined);
        }, everyMs);
      },
      page: ({ query, start, count, columns }) => view.page(query, start, count, columns),
      'row-of': ({ query, line }) => view.rowOf(query, line),
      record: ({ line }) => view.record(line),
      'stop-search': () => {
        view.stopSearch();
      },
      decide: ({ line, change }) => view.decide(line, change),
      undo: () => view.undo(),
      redo: () => view.redo(),
      statistics: async () => {
        const found = await view.statistics((share) => {
          messenger.notify({ type: 'statistics-progress', share });
        });
        return found ?? null;
      },
      'stop-statistics': () => {
        view.stopStatistics();
      },
      apply: async ({ output, undecided, version }) => {
        const review = view.reviewState()?.path;
        if (path === undefined || review === undefined) throw new Error('There is no file.');
        const { applyReviewFile } = await import('../../core/run/applyReviewFile.ts');
        const applied = await applyReviewFile({ dataset: path, review, output, undecided, version });
        await update();
        return applied;
      },
    },
    onError: (error) => {
      throw error instanceof Error ? error : new Error(String(error));
    },
  });
}

if (parentPort !== null) serve(parentPort, workerData as ReaderOptions);
