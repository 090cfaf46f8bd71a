import type { GitSource } from '../../pipeline/sourcePlan.ts';
import { decodeUtf8 } from '../fileBytes.ts';
import { LONGEST_LINE } from '../readLines.ts';
import type { FoundRecord } from '../sourceEntry.ts';
import { runGit } from './runGit.ts';

/** Ends the header's parts, and begins and ends it: no text holds it, and of a binary diff Git prints no bytes. */
const NUL = 0;
const HASH = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/u;
/** hash, date, subject and body. */
const HEADER_PARTS = 3;

/** A commit as found: its place is its hash. */
export type FoundCommit = FoundRecord & { readonly commit: string };

/**
 * The history of a repository, newest first: a record a commit with `commit`, `date` (ISO 8601), `message`, `diff` and
 * `files`. Merges are left out.
 */
export async function* readHistory(source: GitSource): AsyncGenerator<FoundCommit> {
  const { repository, head, maxAge, max, paths } = source;
  const commands = [
    ...[
      'log',
      '-z',
      '--no-merges',
      '--no-color',
      '--no-ext-diff',
      '--no-textconv',
      '--no-show-signature',
      '--no-notes',
    ],
    ...['--encoding=UTF-8', '--format=format:%x00%H%x00%cI%x00%B%x00', '--patch', '--submodule=short'],
    // Said out loud, so that a person's own settings of Git change nothing.
    ...['--src-prefix=a/', '--dst-prefix=b/', '--find-renames', '--diff-algorithm=myers', '--unified=3'],
    ...(max === undefined ? [] : [`--max-count=${max}`]),
    ...(maxAge === undefined ? [] : [`--max-age=${maxAge}`]),
    head ?? 'HEAD',
    '--',
    ...paths,
  ];
  let header: Buffer[] = [];
  let diff: Part = { pieces: [], length: 0 };
  let isInDiff = false;
  for await (const piece of splitAtNul(runGit(repository, commands))) {
    const opensCommit = !isInDiff || HASH.test(piece.toString('latin1'));
    if (!opensCommit) {
      addTo(diff, piece);
      continue;
    }
    if (isInDiff) {
      yield toFound(header, diff);
      header = [];
      isInDiff = false;
      diff = { pieces: [], length: 0 };
    }
    // Between commits stands nothing, or the empty end of the one before.
    if (header.length === 0 && !HASH.test(piece.toString('latin1'))) continue;
    header.push(piece);
    isInDiff = header.length === HEADER_PARTS;
  }
  if (isInDiff) yield toFound(header, diff);
}

interface Part {
  pieces: Buffer[];
  length: number;
}

function addTo(part: Part, piece: Buffer): void {
  part.length += piece.length;
  if (part.length <= LONGEST_LINE) part.pieces.push(piece);
  else part.pieces = [];
}

function toFound([hash, date, message]: readonly Buffer[], diff: Part): FoundCommit {
  const commit = hash?.toString('latin1') ?? '';
  if (diff.length > LONGEST_LINE) {
    return { commit, reason: 'file-too-large', message: `the diff has ${diff.length} bytes` };
  }
  const [words, changes] = [decodeUtf8(message ?? Buffer.alloc(0)), decodeUtf8(Buffer.concat(diff.pieces))];
  if (words === undefined || changes === undefined)
    return { commit, reason: 'not-utf8', message: 'the commit holds text that is not UTF-8' };
  const text = changes.trim();
  const files = Array.from(text.matchAll(/^diff --git (?<paths>.+)$/gmu), ({ groups }) =>
    fileOf(groups?.['paths'] ?? ''),
  );
  const fields = {
    commit,
    date: date?.toString('latin1') ?? '',
    message: words.trim(),
    diff: text,
    files,
  };
  return { commit, fields };
}

/** `a/x.ts b/x.ts` names one file; where it was renamed the new name counts. */
function fileOf(paths: string): string {
  const half = (paths.length - 1) / 2;
  const [first, second] = [paths.slice(2, half), paths.slice(half + 3)];
  return first === second ? first : (paths.split(' b/').at(-1) ?? paths);
}

/** What stands between NULs; the last piece needs none. */
async function* splitAtNul(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NUL); end !== -1; end = chunk.indexOf(NUL, start)) {
      parts.push(chunk.subarray(start, end));
      yield Buffer.concat(parts);
      parts = [];
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
  }
  const last = Buffer.concat(parts);
  if (last.length > 0) yield last;
}
