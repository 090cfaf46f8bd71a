/** The page with a dataset's statistics. */
import * as z from 'zod/mini';
import { Messenger } from '../../src/protocol/messenger.ts';
import {
  readStatisticsAnswer,
  readToStatistics,
  type StatisticsAnswers,
  type StatisticsHostAnswers,
  type ToStatistics,
  type ToStatisticsHost,
} from '../../src/protocol/statistics.ts';
import { windowPort, type EditorApi } from '../ui/editorApi.ts';
import { element } from '../ui/element.ts';
import { registerControls } from '../ui/toolkit.ts';
import { createWording } from '../ui/wording.ts';
import { StatisticsPage } from './page.ts';
import '../ui/charts/charts.css';
import './statistics.css';

// The page's policy forbids making code from text, which zod would try.
z.config({ jitless: true });

async function start(api: EditorApi, root: HTMLElement): Promise<void> {
  registerControls();
  let onShare = (_share: number): void => undefined;
  const host = new Messenger<ToStatistics, StatisticsAnswers, ToStatisticsHost, StatisticsHostAnswers>({
    port: windowPort(api),
    readMessage: readToStatistics,
    readAnswer: readStatisticsAnswer,
    handlers: { share: ({ share }) => onShare(share) },
    onError: (error) => {
      console.error(error);
    },
  });
  const { keep, wording, language } = await host.request({ type: 'ready' });
  api.setState(keep);
  const page = new StatisticsPage(host, createWording(wording, language), keep.shown, root);
  onShare = (share) => page.tell(share);
  await page.measure();
}

const root = document.getElementById('statistics');
if (root !== null) {
  start(acquireVsCodeApi(), root).catch((error: unknown) => {
    root.replaceChildren(element('p', { class: 'error', role: 'alert', text: String(error) }));
  });
}
