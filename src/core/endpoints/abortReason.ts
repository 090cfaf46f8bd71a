/** The reason of an aborted signal as an error; whoever aborts may give anything as the reason. */
export function asError(reason: unknown): Error {
  return reason instanceof Error
    ? reason
    : new DOMException('The operation was aborted', { name: 'AbortError', cause: reason });
}
