/** What a job has left in a bucket (S3 and services like it), brought here; the nodes' side is library/ray/bucket.py. */
import { mkdir, mkdtemp, open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { InvalidInputError, OpenlineError } from '../../core/errors.ts';
import type { HttpFetch } from '../../core/endpoints/httpFetch.ts';
import { isOutside } from '../../core/files/isOutside.ts';

const SCHEME = 's3://';
const LISTED = /<Key>(?<key>[^<]*)<\/Key>/gu;
const MORE = /<NextContinuationToken>(?<token>[^<]*)<\/NextContinuationToken>/u;

export interface BucketAccess {
  /** Where keys and region come from: the names that all tools for S3 know. */
  readonly env: NodeJS.ProcessEnv;
  readonly http: Pick<HttpFetch, 'download'>;
  readonly stop: AbortSignal;
}

/** The bucket cannot be read from here. */
export class BucketError extends OpenlineError {
  override get retryable(): boolean {
    return true;
  }
}

export function isBucket(storage: string): boolean {
  return storage.startsWith(SCHEME);
}

/** @throws InvalidInputError when it does not name a bucket */
export function checkBucket(storage: string): void {
  if (/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/|$)/u.test(storage)) return;
  throw InvalidInputError.of('no-bucket', `--storage: ${storage} names no bucket; write s3://bucket/folder`);
}

/**
 * Fetches the run of a job with its outputs.
 *
 * @returns a new folder that stands for the workspace in which the job has worked; the caller removes it
 * @throws BucketError when keys are missing or the service refuses them
 */
export async function fetchFromBucket(storage: string, job: string, access: BucketAccess): Promise<string> {
  const bucket = await openBucket(storage, access);
  const folder = await mkdtemp(join(tmpdir(), 'openline-job-'));
  const start = [...bucket.path, job, 'work', ''].join('/');
  let file: FileHandle | undefined;
  let last = '';
  try {
    for await (const key of bucket.list(start)) {
      // Pieces of a journal come one after the other; their names end with where they begin.
      const [path = '', offset] = key.slice(start.length).split('@');
      const place = join(folder, path);
      if (await isOutside(place, folder)) continue;
      if (path !== last || offset === undefined) {
        await file?.close();
        await mkdir(dirname(place), { recursive: true });
        file = await open(place, 'w');
        last = path;
      }
      for await (const chunk of await bucket.read(key)) await file?.appendFile(chunk);
    }
  } finally {
    await file?.close();
  }
  return folder;
}

interface Bucket {
  /** Names of the folders in front of the jobs. */
  readonly path: readonly string[];
  /** Names of the objects that begin so, in order. */
  list(prefix: string): AsyncGenerator<string>;
  read(key: string): Promise<AsyncIterable<Uint8Array>>;
}

async function openBucket(storage: string, { env, http, stop }: BucketAccess): Promise<Bucket> {
  const [name = '', ...path] = storage.slice(SCHEME.length).split('/').filter(Boolean);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: token } = env;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new BucketError('the environment has no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  }
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const service = env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'];
  const base =
    service === undefined ? `https://${name}.s3.${region}.amazonaws.com` : `${service.replace(/\/+$/u, '')}/${name}`;
  const { AwsClient } = await import('aws4fetch');
  const client = new AwsClient({
    ...{ accessKeyId, secretAccessKey, region },
    ...{ service: 's3' },
    ...(token === undefined ? {} : { sessionToken: token }),
  });
  async function get(address: string): Promise<AsyncIterable<Uint8Array>> {
    const { url } = await client.sign(address, { aws: { signQuery: true } });
    const { status, body } = await http.download(url, stop);
    if (status === 200) return body;
    body.discard();
    throw new BucketError(`${new URL(base).host} answered with status ${status} for ${storage}`);
  }
  return {
    path,
    async *list(prefix) {
      for (let from = ''; ;) {
        const query = new URLSearchParams({ 'list-type': '2', 'encoding-type': 'url', prefix });
        if (from !== '') query.set('continuation-token', from);
        const page = await textOf(await get(`${base}/?${query.toString()}`));
        for (const { groups } of page.matchAll(LISTED)) {
          yield decodeURIComponent((groups?.['key'] ?? '').replaceAll('+', ' '));
        }
        const more = MORE.exec(page)?.groups?.['token'];
        if (more === undefined) return;
        from = more;
      }
    },
    read: (key) => get(`${base}/${key.split('/').map(encodeURIComponent).join('/')}`),
  };
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
