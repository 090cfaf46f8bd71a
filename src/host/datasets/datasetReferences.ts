/** Where a program names files that could be datasets. Plain Node. */
import { stringLiterals, type QuotingLanguage, type StringLiteral } from './stringLiterals.ts';

/** A place in a program that names a file, by the paths that it can mean. */
export interface DatasetReference {
  readonly start: number;
  readonly end: number;
  /** As written, the likeliest first: `Path("data") / "x.jsonl"` is `data/x.jsonl`, else `x.jsonl`. */
  readonly paths: readonly string[];
}

/** What Openline writes, besides folders. */
const DATA_FILE = /\.(?:jsonl|ndjson|json|csv|parquet)$/iu;
/** Between two parts of one path: `Path("data") / "x"`, `os.path.join("data", "x")`, `"data/" + "x"`. */
const JOINED = /^\)?\s*[/,+]\s*$/u;
/** Calls that take a folder. */
const FOLDER_CALL = /(?:load_dataset|load_from_disk)\s*\(\s*$/u;
const MOST_LENGTH = 1000;

export function datasetReferences(source: string, language: QuotingLanguage): readonly DatasetReference[] {
  const literals = stringLiterals(source, language);
  return literals.flatMap((literal, index): DatasetReference[] => {
    const { text, start, end } = literal;
    const isFolder = FOLDER_CALL.test(source.slice(Math.max(0, start - 60), start)) && /[\\/]/u.test(text);
    if (text.length > MOST_LENGTH || text.includes('\n') || !(DATA_FILE.test(text) || isFolder)) return [];
    const folders = foldersBefore(source, literals, index);
    const joined =
      folders.length === 0 ? [] : [[...folders, text].map((part) => part.replace(/[\\/]$/u, '')).join('/')];
    return [{ start, end, paths: [...joined, text] }];
  });
}

/** The literals right before one that are joined to it as folders. */
function foldersBefore(source: string, literals: readonly StringLiteral[], index: number): readonly string[] {
  const folders: string[] = [];
  for (let at = index - 1; at >= 0; at -= 1) {
    const [before, after] = [literals[at], literals[at + 1]];
    if (before === undefined || after === undefined || !JOINED.test(source.slice(before.end, after.start))) break;
    // In a list of files each stands for itself.
    if (DATA_FILE.test(before.text) || before.text === '' || /[:*?]/u.test(before.text)) break;
    folders.unshift(before.text);
  }
  return folders;
}
