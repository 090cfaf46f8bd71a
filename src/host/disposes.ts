/** Something that is to be given up at the end; what `vscode.Disposable.from` takes. */
export interface Disposes {
  dispose(): unknown;
}
