import { InvalidInputError, type Diagnostic, type FilePosition } from '../errors.ts';

/** Gathers everything that is wrong, so that a person sees it all at once. One thing is told once. */
export class Problems {
  readonly #found = new Map<string, { readonly diagnostic: Diagnostic; readonly usedAt: FilePosition | undefined }>();

  error(code: string, message: string, position?: FilePosition): void {
    this.add([{ severity: 'error', code, message, ...(position === undefined ? {} : { position }) }]);
  }

  warning(code: string, message: string, position?: FilePosition): void {
    this.add([{ severity: 'warning', code, message, ...(position === undefined ? {} : { position }) }]);
  }

  /** @param usedAt where the pipeline names the file in which the problems are, when that is another one */
  add(diagnostics: readonly Diagnostic[], usedAt?: FilePosition): void {
    for (const diagnostic of diagnostics) {
      const { code, message, position } = diagnostic;
      const identity = JSON.stringify([code, message, position?.file, position?.line, position?.column]);
      if (!this.#found.has(identity)) this.#found.set(identity, { diagnostic, usedAt });
    }
  }

  get hasErrors(): boolean {
    return this.#all('error').length > 0;
  }

  get warnings(): readonly Diagnostic[] {
    return this.#all('warning');
  }

  /** @throws InvalidInputError when there is an error, with all of them */
  throwIfAny(): void {
    const errors = this.#all('error');
    if (errors.length > 0) throw new InvalidInputError(errors);
  }

  /** Errors and warnings for the editor of one file: what is wrong in another is told where that other is named. */
  inFile(file: string): readonly Diagnostic[] {
    return this.#entries().map(({ diagnostic, usedAt }) => {
      const { position, message } = diagnostic;
      if (usedAt === undefined || position === undefined || position.file === file) return diagnostic;
      const line = position.line === undefined ? '' : `:${position.line}:${position.column ?? 1}`;
      return { ...diagnostic, message: `${position.file}${line}: ${message}`, position: usedAt };
    });
  }

  #all(severity: Diagnostic['severity']): readonly Diagnostic[] {
    return this.#entries()
      .map(({ diagnostic }) => diagnostic)
      .filter((diagnostic) => diagnostic.severity === severity);
  }

  #entries(): readonly { readonly diagnostic: Diagnostic; readonly usedAt: FilePosition | undefined }[] {
    const line = ({ usedAt, diagnostic }: { usedAt: FilePosition | undefined; diagnostic: Diagnostic }): number[] => {
      const at = usedAt ?? diagnostic.position;
      return [at?.line ?? 0, at?.column ?? 0];
    };
    return [...this.#found.values()].sort((a, b) => {
      const [lineA = 0, columnA = 0] = line(a);
      const [lineB = 0, columnB = 0] = line(b);
      return lineA - lineB || columnA - columnB;
    });
  }
}
