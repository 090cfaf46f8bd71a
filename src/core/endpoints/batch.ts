import type { EndpointError } from '../errors.ts';
import type { Answer } from './endpoint.ts';

/** Where a batch comes to an end. https://platform.openai.com/docs/guides/batch */
export const ENDED_STATUSES: ReadonlySet<string> = new Set(['completed', 'failed', 'expired', 'cancelled']);

/** Something that a service has against a batch as a whole. */
export interface BatchProblem {
  /** The service's own word, such as `invalid_json_line`; empty where it gives none. */
  readonly code: string;
  readonly message: string;
  /** Line of the file, from 1; null where it is about no single one. */
  readonly line: number | null;
}

/** A batch as the service tells of it. */
export interface RemoteBatch {
  readonly id: string;
  /** `validating`, `in_progress`, `finalizing`, `cancelling`, one of the ended ones, or a word of the service's own. */
  readonly status: string;
  readonly counts: { readonly total: number; readonly completed: number; readonly failed: number };
  readonly outputFile: string | null;
  readonly errorFile: string | null;
  readonly problems: readonly BatchProblem[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file to upload. */
export interface BatchFile {
  readonly name: string;
  readonly bytes: number;
  /** Its contents, from the beginning each time. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

export interface BatchOrder {
  /** Id of the uploaded file. */
  readonly file: string;
  /** Path that all its requests name. */
  readonly url: string;
  readonly window: string;
  /** Comes back with the batch, so that one whose id was lost can be found. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The part of a service that takes requests by the file, in the shape of OpenAI's Batch API. Stateless; whoever uses it
 * decides when to ask again.
 *
 * Everything throws EndpointError for what the service or the network does wrong, and the signal's reason.
 */
export interface BatchService {
  /** Path that chat requests (or completions) name in a file. */
  readonly chatUrl: string;
  /** Path that requests for embeddings name. */
  readonly embedUrl: string;
  /** @returns the file's id */
  upload(file: BatchFile, signal?: AbortSignal): Promise<string>;
  create(order: BatchOrder, signal?: AbortSignal): Promise<RemoteBatch>;
  retrieve(id: string, signal?: AbortSignal): Promise<RemoteBatch>;
  /** All batches there are, the latest first. */
  list(signal?: AbortSignal): AsyncIterable<RemoteBatch>;
  cancel(id: string, signal?: AbortSignal): Promise<RemoteBatch>;
  /** The contents of a file as they arrive. */
  download(file: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * Reads the body of an answer in an output file.
   *
   * @param url the path that its request named
   * @throws EndpointError (`unreadable`) when it is none
   */
  readAnswer(body: unknown, url: string, model: string): Answer;
  /** What a request was refused with, in an output or error file. */
  refusal(status: number, body: unknown, url: string, model: string): EndpointError;
}
