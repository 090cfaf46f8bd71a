/** What the editor gives a webview. */
export interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  function acquireVsCodeApi(): EditorApi;
}

/** The window's end of the conversation with the host. */
export function windowPort(api: EditorApi) {
  return {
    send(value: unknown) {
      api.postMessage(value);
    },
    listen(listener: (value: unknown) => void) {
      const receive = (event: MessageEvent<unknown>): void => {
        listener(event.data);
      };
      window.addEventListener('message', receive);
      return () => {
        window.removeEventListener('message', receive);
      };
    },
  };
}
