/** Ray's Jobs REST API (https://docs.ray.io/en/latest/cluster/running-applications/job-submission/rest.html). */
import * as z from 'zod';
import type { FetchFunction } from '../../core/endpoints/httpFetch.ts';
import { OpenlineError } from '../../core/errors.ts';
import { parseJson, type JsonObject } from '../../core/record/json.ts';

/** Version of the API that this client speaks. */
const API_VERSION = '4';
/** How long one answer may take, in milliseconds. */
const PATIENCE_MS = 60_000;

/** A cluster cannot be reached, or does not answer as expected. The message says what to do. */
export class RayError extends OpenlineError {}

const version = z.object({ version: z.string(), ray_version: z.string() });
const submitted = z.object({ submission_id: z.string() });
const status = z.object({
  status: z.enum(['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED']),
  message: z.string().nullish(),
});
const logs = z.object({ logs: z.string() });

export type JobStatus = z.infer<typeof status>;

export interface JobRequest {
  readonly submission_id: string;
  readonly entrypoint: string;
  readonly runtime_env: JsonObject;
  readonly metadata: Readonly<Record<string, string>>;
}

export class JobsClient {
  readonly #address: string;
  readonly #fetch: FetchFunction;
  readonly #token: string | undefined;

  /** @param address of the dashboard, such as `http://head:8265` @param token for a cluster that asks for one */
  constructor(address: string, fetch: FetchFunction, token?: string) {
    this.#address = address.replace(/\/+$/u, '');
    this.#fetch = fetch;
    this.#token = token;
  }

  /** @returns the version of Ray @throws RayError where there is no cluster, or one whose API is another */
  async checkVersion(): Promise<string> {
    const found = await this.#ask('GET', '/api/version', version);
    if (found.version === API_VERSION) return found.ray_version;
    throw new RayError(
      `Ray ${found.ray_version} at ${this.#address} has version ${found.version} of the Jobs API; Openline speaks version ${API_VERSION}. Use a cluster with such a version, or another version of Openline`,
    );
  }

  /** Uploads an archive of files for jobs. @returns its address in the cluster */
  async upload(name: string, archive: Uint8Array<ArrayBuffer>): Promise<string> {
    await this.#send('PUT', `/api/packages/gcs/${name}`, archive);
    return `gcs://${name}`;
  }

  async submit(request: JobRequest): Promise<string> {
    return (await this.#ask('POST', '/api/jobs/', submitted, JSON.stringify(request))).submission_id;
  }

  status(job: string): Promise<JobStatus> {
    return this.#ask('GET', `/api/jobs/${encodeURIComponent(job)}`, status);
  }

  async logs(job: string): Promise<string> {
    return (await this.#ask('GET', `/api/jobs/${encodeURIComponent(job)}/logs`, logs)).logs;
  }

  async stop(job: string): Promise<void> {
    await this.#send('POST', `/api/jobs/${encodeURIComponent(job)}/stop`);
  }

  async #ask<T>(method: string, path: string, schema: z.ZodType<T>, body?: string): Promise<T> {
    const checked = schema.safeParse(parseJson(await this.#send(method, path, body)));
    if (checked.success) return checked.data;
    throw new RayError(
      `What answers at ${this.#address}${path} is not Ray's Jobs API as known here (${z.prettifyError(checked.error)}). Give the address of the cluster's dashboard, such as http://head:8265`,
    );
  }

  #refusal(): string {
    const whence = 'RAY_AUTH_TOKEN, the file that RAY_AUTH_TOKEN_PATH names, or ~/.ray/auth_token';
    return this.#token === undefined
      ? `The Ray cluster at ${this.#address} asks for a token. It is taken from ${whence}, and sent to clusters that were named with --address; \`ray get-auth-token\` on the head shows it`
      : `The Ray cluster at ${this.#address} does not accept the token that was found (${whence}); \`ray get-auth-token\` on its head shows the right one`;
  }

  async #send(method: string, path: string, body?: string | Uint8Array<ArrayBuffer>): Promise<string> {
    const type = typeof body === 'string' ? 'application/json' : 'application/octet-stream';
    const headers = {
      ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
      ...(body === undefined ? {} : { 'content-type': type }),
    };
    let response: Response;
    try {
      response = await this.#fetch(`${this.#address}${path}`, {
        method,
        headers,
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(body === undefined ? {} : { body }),
      });
    } catch (error) {
      throw new RayError(
        `There is no Ray cluster to be reached at ${this.#address} (${error instanceof Error ? error.message : String(error)}). Is its dashboard running, and is the address that of the head's dashboard (port 8265)?`,
        { cause: error },
      );
    }
    const text = await response.text();
    if (response.ok) return text;
    if (response.status === 401 || response.status === 403) throw new RayError(this.#refusal());
    throw new RayError(`Ray at ${this.#address} answered ${response.status} to ${method} ${path}: ${lastLine(text)}`);
  }
}

/** Ray answers with a traceback, whose last line says what is wrong. */
function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.slice(0, 500) ?? '';
}
