/** Told of things that are odd but stop nothing, in a sentence. */
export type WarningListener = (message: string) => void;

/** Passes each warning on once. */
export function warnOnce(name: string, listener: WarningListener | undefined): WarningListener {
  const told = new Set<string>();
  return (message) => {
    if (told.has(message)) return;
    told.add(message);
    listener?.(`Endpoint ${name}: ${message}.`);
  };
}
