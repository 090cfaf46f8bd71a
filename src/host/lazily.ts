/** Makes something when it is first asked for, once: what that imports stays off the path of activation. */
export function lazily<Part>(make: () => Promise<Part>): () => Promise<Part> {
  let part: Promise<Part> | undefined;
  return () => (part ??= make());
}
