import { spawn } from 'node:child_process';
import { UnreadableError } from '../sourceEntry.ts';

/**
 * What keeps a repository that somebody else wrote from running programs or changing what is printed: no pager, no monitor,
 * no lock files, no diff programs of its own.
 */
const GUARDS = ['--no-pager', '--no-optional-locks', '-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false'];
/** Words of Git that an error message repeats, at the most. */
const MOST_COMPLAINT = 500;

/**
 * Runs Git in a folder and gives its output in pieces. Leaving the loop ends the process.
 *
 * @throws UnreadableError `git-failed` with Git's own words, or when there is no Git
 */
export async function* runGit(folder: string, commands: readonly string[]): AsyncGenerator<Buffer> {
  const child = spawn('git', ['-C', folder, ...GUARDS, ...commands], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (complaint.length < MOST_COMPLAINT) complaint += text;
  });
  const ended = new Promise<Error | number | null>((resolve) => {
    child.once('error', resolve);
    child.once('close', resolve);
  });
  let isRead = false;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) yield chunk;
    isRead = true;
  } finally {
    if (!isRead) child.kill();
  }
  const end = await ended;
  if (end === 0) return;
  const why =
    end instanceof Error ? `git cannot be started (${end.message})` : complaint.trim().slice(0, MOST_COMPLAINT);
  throw new UnreadableError({ reason: 'git-failed', message: why === '' ? 'git ended before its time' : why });
}

/** All that Git prints. @throws as `runGit` */
export async function gitText(folder: string, commands: readonly string[]): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of runGit(folder, commands)) parts.push(part);
  return Buffer.concat(parts).toString('utf8').trim();
}
