import * as vscode from 'vscode';

/** Kept by VS Code for this workspace on this machine; no file of the workspace can set it. */
const STATE = 'openline.runCode';

/** Whether the person lets code of records be run in this workspace. */
export class CodeConsent {
  readonly #state: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  /** Never in a workspace that is not trusted. */
  get given(): boolean {
    return vscode.workspace.isTrusted && this.#state.get<unknown>(STATE) === true;
  }

  async give(): Promise<void> {
    await this.#state.update(STATE, true);
    this.#changed.fire();
  }

  async withdraw(): Promise<void> {
    await this.#state.update(STATE, undefined);
    this.#changed.fire();
  }
}
