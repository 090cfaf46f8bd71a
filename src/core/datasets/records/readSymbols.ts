import type { JsonObject } from '../../record/json.ts';
import { checkSize, readWholeText, type Charset } from '../fileBytes.ts';
import { UnreadableError, type FoundRecord, type NamedFile } from '../sourceEntry.ts';
import { outermostOf, type CodeSymbol, type SymbolKind } from '../symbols/codeSymbol.ts';
import { hashOfText } from '../symbols/hashOfText.ts';
import { LANGUAGES, languageOf } from '../symbols/languages.ts';
import { toCodeSymbols, type ToldSymbols } from '../symbols/toldSymbols.ts';

/** A file of more bytes than this is generated; its syntax tree would fill memory. */
export const LARGEST_CODE_FILE = 4 * 1024 * 1024;
/** A common name is in many tests; so many tell enough. */
const MOST_TESTS = 10;

/** A test, and the words in it by which it belongs to what it tests. */
interface KnownTest {
  readonly language: string;
  readonly text: string;
  readonly words: ReadonlySet<string>;
}

/** The tests in all the files of a source, so that each symbol can have its own. Holds their texts. */
export type KnownTests = readonly KnownTest[];

/** How code files are read. */
export interface CodeReading {
  readonly charset: Charset | undefined;
  /** Symbols of files whose languages no parser of ours reads; absent: there are none. */
  readonly told: ToldSymbols | undefined;
}

/** Reads the tests of all files; files that cannot be read are told when it is their turn. */
export async function findTests(files: readonly NamedFile[], reading: CodeReading): Promise<KnownTests> {
  const tests: KnownTest[] = [];
  for (const file of files) {
    try {
      const { symbols, language } = await symbolsOf(file, reading);
      for (const { text } of outermostOf(symbols, new Set(['test']))) {
        tests.push({ language: familyOf(language), text, words: new Set(text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu)) });
      }
    } catch {
      continue;
    }
  }
  return tests;
}

/**
 * The symbols of a code file as records: `name`, `kind`, `language`, `text`, `doc` and `tests`, the texts of the tests that
 * name it.
 */
export async function* readSymbols(
  file: NamedFile,
  kinds: readonly SymbolKind[],
  tests: KnownTests,
  reading: CodeReading,
): AsyncGenerator<FoundRecord> {
  const { symbols, language } = await symbolsOf(file, reading);
  for (const symbol of outermostOf(symbols, new Set(kinds))) {
    const { kind, name, text, doc, line, endLine } = symbol;
    const own = kind === 'test' ? {} : { tests: testsOf(symbol, familyOf(language), tests) };
    const fields: JsonObject = { name, kind, language, text, doc, ...own };
    yield { fields, line, endLine };
  }
}

interface FoundSymbols {
  readonly symbols: readonly CodeSymbol[];
  readonly language: string;
}

async function symbolsOf(file: NamedFile, { charset, told }: CodeReading): Promise<FoundSymbols> {
  const language = languageOf(file.shown);
  if (language === undefined) return toldSymbolsOf(file, charset, told);
  const text = await readCode(file.path, charset);
  const { findSymbols } = await import('../symbols/findSymbols.ts');
  return { symbols: await findSymbols(text, language), language: language.name };
}

/** The text of a code file. @throws UnreadableError, and the file system's errors */
export async function readCode(path: string, charset: Charset | undefined): Promise<string> {
  await checkSize(path, LARGEST_CODE_FILE);
  return readWholeText(path, charset);
}

/** The symbols as an editor told them. */
async function toldSymbolsOf(
  { path }: NamedFile,
  charset: Charset | undefined,
  told: ToldSymbols | undefined,
): Promise<FoundSymbols> {
  const found = told?.of(path);
  if (found === undefined) throw new UnreadableError({ reason: 'unknown-language', message: NOBODY_ASKED });
  if ('reason' in found) throw new UnreadableError(found);
  const text = await readCode(path, charset);
  if (hashOfText(text) !== found.hash) {
    const message = 'the file has changed since VS Code told its symbols; start a new run to read it as it is now';
    throw new UnreadableError({ reason: 'changed-file', message });
  }
  return { symbols: toCodeSymbols(text, found.symbols), language: found.language };
}

/** What to do where there is no editor. */
const NOBODY_ASKED = `without VS Code symbols are known of ${LANGUAGES} only; run the pipeline in VS Code, where extensions tell those of other languages, or read files as a whole (\`as: code\`)`;

/** Languages that test each other. */
function familyOf(language: string): string {
  return language === 'typescript' ? 'javascript' : language === 'c' ? 'cpp' : language;
}

/** A test belongs to a symbol that it names; to a method, where it names its class as well. */
function testsOf({ name, kind }: CodeSymbol, language: string, tests: KnownTests): readonly string[] {
  const path = name.split(/\.|::/u);
  const wanted = kind === 'method' ? path.slice(-2) : path.slice(-1);
  const found = tests.filter((test) => test.language === language && wanted.every((word) => test.words.has(word)));
  return found.slice(0, MOST_TESTS).map(({ text }) => text);
}
