import { basename } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';
import { formatAge, formatCount, recordsText } from '../wording/format.ts';
import { datasetReferences, type DatasetReference } from './datasetReferences.ts';
import type { KnownDataset, KnownDatasets, Refresh } from './knownDatasets.ts';

/** References of a file that are looked at. */
const MOST_REFERENCES = 50;

/** A lens that tells what its dataset is like; how much of it is stale is told when it comes into view. */
class DatasetLens extends vscode.CodeLens {
  readonly dataset: KnownDataset;

  constructor(range: vscode.Range, dataset: KnownDataset) {
    super(range);
    this.dataset = dataset;
  }
}

/** What the datasets are like that a program names, above the place where it does, with Open and Regenerate. */
export class DatasetLenses implements vscode.CodeLensProvider {
  readonly #datasets: KnownDatasets;
  readonly onDidChangeCodeLenses: vscode.Event<void>;

  constructor(datasets: KnownDatasets, changed: vscode.Event<void>) {
    this.#datasets = datasets;
    this.onDidChangeCodeLenses = changed;
  }

  async provideCodeLenses(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<vscode.CodeLens[]> {
    const lenses: vscode.CodeLens[] = [];
    for (const reference of referencesIn(document)) {
      if (token.isCancellationRequested) return [];
      const dataset = await this.#datasets.find(reference.paths, document.uri);
      if (dataset !== undefined) lenses.push(...lensesOf(rangeOf(document, reference), dataset));
    }
    return lenses;
  }

  async resolveCodeLens(lens: vscode.CodeLens): Promise<vscode.CodeLens> {
    if (!(lens instanceof DatasetLens)) return lens;
    const { dataset } = lens;
    const refresh = isStale(dataset) ? await this.#datasets.refresh(dataset) : undefined;
    const shown = dataset.made === undefined ? (dataset.pipeline ?? dataset.path) : dataset.path;
    lens.command = {
      title: factsText(dataset, refresh),
      tooltip: l10n.t('Open {0}', vscode.workspace.asRelativePath(shown)),
      command: openingCommand(shown),
      arguments: [vscode.Uri.file(shown)],
    };
    return lens;
  }
}

function referencesIn(document: vscode.TextDocument): readonly DatasetReference[] {
  const language = document.languageId === 'python' ? 'python' : 'javascript';
  return datasetReferences(document.getText(), language).slice(0, MOST_REFERENCES);
}

function rangeOf(document: vscode.TextDocument, { start, end }: DatasetReference): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

function lensesOf(range: vscode.Range, dataset: KnownDataset): vscode.CodeLens[] {
  const lens = (title: string, command: string, path: string): vscode.CodeLens =>
    new vscode.CodeLens(range, { title, command, arguments: [vscode.Uri.file(path)] });
  const { pipeline, made, path } = dataset;
  const open = made === undefined ? [] : [lens(l10n.t('Open'), openingCommand(path), path)];
  const canRun = pipeline !== undefined && vscode.workspace.isTrusted;
  const run = canRun ? [lens(made === undefined ? l10n.t('Run') : l10n.t('Regenerate'), COMMANDS.run, pipeline)] : [];
  return [new DatasetLens(range, dataset), ...open, ...run];
}

/** Records are looked at in their viewer; other files as the editor opens them. */
function openingCommand(path: string): string {
  return path.endsWith('.jsonl') ? COMMANDS.openDataset : 'vscode.open';
}

function isStale({ made }: KnownDataset): boolean {
  return made?.changes != null && (made.changes.pipeline || made.changes.steps.length > 0);
}

/** Everything in one line. */
export function factsText(dataset: KnownDataset, refresh: Refresh | undefined): string {
  const { made, pipeline, path } = dataset;
  const name = basename(path);
  if (made === undefined) return l10n.t('{0} is not made yet: {1} makes it', name, basename(pipeline ?? ''));
  const { card, at, score } = made;
  return [
    recordsText(card.records),
    formatAge(at, Date.now()),
    ...(score === undefined
      ? []
      : [l10n.t('mean {0} {1}', score.field, formatCount(Math.round(score.mean * 100) / 100))]),
    ...freshness(dataset, refresh),
  ].join(' · ');
}

function freshness({ made }: KnownDataset, refresh: Refresh | undefined): readonly string[] {
  const changes = made?.changes;
  if (changes == null) return [l10n.t('its pipeline is not here')];
  if (changes.pipeline) return [l10n.t('stale: the pipeline has changed'), ...refreshText(refresh)];
  if (changes.steps.length === 0) return [l10n.t('fresh')];
  const templates = changes.steps.join(', ');
  const stale =
    refresh?.records === undefined
      ? l10n.t('stale: the template of {0} has changed', templates)
      : l10n.t('{0} stale: the template of {1} has changed', formatCount(refresh.records), templates);
  return [stale, ...refreshText(refresh)];
}

function refreshText(refresh: Refresh | undefined): readonly string[] {
  if (refresh === undefined) return [];
  const { requests, isExact, cost } = refresh;
  if (requests === 0) return [l10n.t('nothing to ask to refresh')];
  const asked = isExact
    ? requests === 1
      ? l10n.t('1 request to refresh')
      : l10n.t('{0} requests to refresh', formatCount(requests))
    : l10n.t('about {0} requests to refresh', formatCount(requests));
  return cost === null ? [asked] : [l10n.t('{0}, cost about {1}', asked, cost.toFixed(cost < 1 ? 4 : 2))];
}
