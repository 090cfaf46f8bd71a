/** Symbols of languages that none of our parsers reads, as the extensions of an editor tell them. */
import * as z from 'zod';

/** `scope` names what is in it and is no symbol itself (a namespace); of `other` only what is in it counts. */
export const EDITOR_SYMBOL_KINDS = ['function', 'method', 'class', 'scope', 'other'] as const;

const place = z.object({
  /** From 0. */
  line: z.int().min(0),
  /** UTF-16 units from the beginning of the line. */
  character: z.int().min(0),
});

/** A symbol as an editor tells it: where it stands, not what stands there. Plain JSON: it travels between processes. */
export const editorSymbolSchema = z.object({
  name: z.string(),
  kind: z.enum(EDITOR_SYMBOL_KINDS),
  start: place,
  end: place,
  get children() {
    return z.array(editorSymbolSchema);
  },
});
export type EditorSymbol = z.infer<typeof editorSymbolSchema>;

/** Why an editor tells nothing: no extension does, the file has changes that are not saved, or the extension failed. */
export const EDITOR_SILENCES = ['no-provider', 'unsaved', 'failed'] as const;
export type EditorSilence = (typeof EDITOR_SILENCES)[number];

export const editorAnswerSchema = z.union([
  z.object({
    /** The editor's name of the language: `csharp`, `php`. */
    language: z.string(),
    symbols: z.array(editorSymbolSchema),
  }),
  z.object({ silence: z.enum(EDITOR_SILENCES), message: z.string() }),
]);
export type EditorAnswer = z.infer<typeof editorAnswerSchema>;

/** Access to the editor's extensions. */
export interface EditorSymbols {
  /** @param path absolute @throws the signal's reason, Error when the editor has gone */
  symbolsOf(path: string, signal: AbortSignal | undefined): Promise<EditorAnswer>;
}
