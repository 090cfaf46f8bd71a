/** A part that is made when it is first needed: what it imports stays off the path of activation. */
export class Deferred<Part extends { dispose(): void }> {
  readonly #make: () => Promise<Part>;
  #part: Promise<Part> | undefined;

  constructor(make: () => Promise<Part>) {
    this.#make = make;
  }

  get(): Promise<Part> {
    this.#part ??= this.#make();
    return this.#part;
  }

  dispose(): void {
    void this.#part?.then((part) => {
      part.dispose();
    });
  }
}
