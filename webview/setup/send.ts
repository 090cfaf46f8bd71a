import type { ToSetupHost } from '../../src/protocol/setup.ts';

/** What the parts of the form have done by the host. */
export interface Send {
  /** What went wrong is told by the host, where the action is carried out. */
  (message: Exclude<ToSetupHost, { readonly type: 'edit' | 'ready' }>): void;
  /** Changes a value of the text; resolves when it has been changed. */
  readonly edit: (message: Extract<ToSetupHost, { readonly type: 'edit' }>) => Promise<void>;
}
