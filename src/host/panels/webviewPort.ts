import type * as vscode from 'vscode';
import type { Port } from '../../protocol/messenger.ts';

/** The host's end of the conversation with a webview. */
export function portOf(webview: vscode.Webview): Port {
  return {
    send(value: unknown) {
      void webview.postMessage(value);
    },
    listen(listener: (value: unknown) => void) {
      const subscription = webview.onDidReceiveMessage(listener);
      return () => {
        subscription.dispose();
      };
    },
  };
}
