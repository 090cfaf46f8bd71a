import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { ENDPOINT_DRAG } from '../ids.ts';
import { homeId, type EndpointItem } from './endpointsTree.ts';

const [TYPE] = ENDPOINT_DRAG.dragMimeTypes;

/** Drag and drop in the Endpoints view: a profile takes the place of the one it is dropped on, within its own home. */
export class EndpointDrag {
  readonly #onMoved: () => void;

  constructor(onMoved: () => void) {
    this.#onMoved = onMoved;
  }

  handleDrag(items: readonly EndpointItem[], data: vscode.DataTransfer): void {
    const [item] = items;
    if (item?.home.kind !== 'builtin' && item?.isProfile === true) data.set(TYPE, new vscode.DataTransferItem(item));
  }

  async handleDrop(target: EndpointItem | undefined, data: vscode.DataTransfer): Promise<void> {
    const item = data.get(TYPE)?.value as EndpointItem | undefined;
    if (item === undefined || item.home.kind === 'builtin' || target === item) return;
    const isHere = target !== undefined && homeId(target.home) === homeId(item.home);
    // Below everything: the end of its own place.
    const isBelow = target === undefined || target.home.kind === 'builtin';
    if (!isHere && !isBelow) {
      vscode.window.setStatusBarMessage(l10n.t('An endpoint moves within its file or its settings.'), 4000);
      return;
    }
    const { moveProfile } = await import('../endpoints/saveProfile.ts');
    await moveProfile(item.home, item.profileName, (names) =>
      isHere ? names.indexOf(target.profileName) : names.length - 1,
    );
    this.#onMoved();
  }
}
