import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HttpFetch } from '../endpoints/httpFetch.ts';
import { describeNetworkError } from '../endpoints/openai/networkFailure.ts';
import { InvalidInputError, OpenlineError } from '../errors.ts';

/** A file from the web that lies in the cache. */
export interface FetchedFile {
  readonly path: string;
  /** Of its bytes, hex. */
  readonly sha256: string;
}

/** A file could not be fetched; it may be there later. */
export class FetchFailedError extends OpenlineError {
  readonly url: string;

  constructor(url: string, message: string, cause?: unknown) {
    super(`${url} could not be fetched: ${message}`, { cause });
    this.url = url;
  }

  override get retryable(): boolean {
    return true;
  }
}

/** After so long without a byte nothing more is expected, in milliseconds. */
const SILENCE_MS = 60_000;

/**
 * A file from the web: out of the cache where its checksum is known and the file is there, else fetched and put there
 * under its checksum. What lies in the cache is checked, too.
 *
 * @param cache folder
 * @throws FetchFailedError; InvalidInputError `checksum-mismatch` when the file is another one
 */
export async function fetchFile(
  { url, sha256 }: { readonly url: string; readonly sha256: string | null },
  cache: string,
  http: HttpFetch,
  stop?: AbortSignal,
): Promise<FetchedFile> {
  if (sha256 !== null) {
    const path = join(cache, sha256);
    const found = await hashFile(path);
    if (found === sha256) return { path, sha256 };
  }
  await mkdir(cache, { recursive: true });
  const beside = join(cache, `${randomBytes(8).toString('hex')}.tmp`);
  try {
    const found = await download(url, beside, http, stop);
    if (sha256 !== null && found !== sha256) {
      throw InvalidInputError.of(
        'checksum-mismatch',
        `${url} is not the file that the pipeline means: its SHA-256 is ${found}, expected ${sha256}. If the new file is right, write \`sha256: ${found}\``,
      );
    }
    const path = join(cache, found);
    await rename(beside, path);
    return { path, sha256: found };
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** SHA-256 of a file; null where there is none. */
export async function hashFile(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  } catch {
    return null;
  }
  return hash.digest('hex');
}

async function download(url: string, path: string, http: HttpFetch, stop: AbortSignal | undefined): Promise<string> {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(new Error('silence')), SILENCE_MS);
  const signal = stop === undefined ? silent.signal : AbortSignal.any([stop, silent.signal]);
  const hash = createHash('sha256');
  let hasAnswered = false;
  try {
    const { status, headers, body } = await http.download(url, signal);
    hasAnswered = true;
    const encoding = headers.get('content-encoding') ?? 'identity';
    if (status !== 200 || encoding !== 'identity') {
      body.discard();
      const why = status === 200 ? `the server sends it packed (${encoding})` : statusText(status);
      throw new FetchFailedError(url, why);
    }
    await using file = await open(path, 'wx');
    for await (const chunk of body) {
      timer.refresh();
      hash.update(chunk);
      await file.writeFile(chunk);
    }
  } catch (error) {
    if (error instanceof OpenlineError) throw error;
    if (stop?.aborted === true) throw new FetchFailedError(url, 'the run was stopped', error);
    if (silent.signal.aborted) throw new FetchFailedError(url, 'nothing came for a minute', error);
    if (isFileError(error)) throw new FetchFailedError(url, `it cannot be kept in ${path} (${String(error)})`, error);
    throw new FetchFailedError(url, describeNetworkError(error, new URL(url).host, hasAnswered).message, error);
  } finally {
    clearTimeout(timer);
  }
  return hash.digest('hex');
}

/** An error of the file system names the path it is about. */
function isFileError(error: unknown): boolean {
  return error instanceof Error && 'path' in error && 'syscall' in error;
}

function statusText(status: number): string {
  if (status === 404 || status === 410) return `there is no such file (status ${status})`;
  if (status === 401 || status === 403) return `the server does not give it to everybody (status ${status})`;
  return `the server answered with status ${status}`;
}
