/** A connection to a model service for the functions of the library. */
import { readChoice } from '../answers/readChoice.ts';
import { createEndpoint } from '../endpoints/createEndpoint.ts';
import type { Answer, ChatMessage, ChunkListener, GenerationParameters } from '../endpoints/endpoint.ts';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import { endpointProfileSchema, type EndpointProfile, type NamedProfile } from '../endpoints/profile.ts';
import { InvalidInputError } from '../errors.ts';
import { connect, connectOptionsOf } from '../transport/connect.ts';

/** A connection: the fields of an endpoint profile, and the key, which is kept in memory only. */
export type ConnectionOptions = Partial<EndpointProfile> & { readonly apiKey?: string };

/** One question to a model. */
export interface ClientRequest {
  /** Default: the endpoint's own. */
  readonly model?: string | undefined;
  readonly messages: readonly ChatMessage[];
  readonly generation?: GenerationParameters | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told while the answer streams (`stream: true`). */
  readonly onChunk?: ChunkListener | undefined;
}

/** An open connection with the retries and limits of its profile; any number of questions at the same time. */
export interface Client {
  /** @throws EndpointError when the service cannot be asked; InvalidInputError without a model */
  chat(request: ClientRequest): Promise<Answer>;
  /** The texts of the choices without reasoning; longer than 1 only when `n` is. */
  query(request: ClientRequest): Promise<readonly string[]>;
  close(): Promise<void>;
}

/**
 * Opens a connection. Whoever opens it closes it.
 *
 * @throws InvalidInputError when the options are no endpoint
 */
export function openClient(options: ConnectionOptions): Client {
  const named = profileFrom('client', options);
  const http = createHttpFetch();
  const connection = connect(createEndpoint(named, { fetch: http.fetch }), connectOptionsOf(named.profile));
  const chat = async ({ model, messages, generation = {}, signal, onChunk }: ClientRequest): Promise<Answer> => {
    const wanted = model ?? named.profile.model ?? (named.profile.kind === 'sample' ? 'sample' : undefined);
    if (wanted === undefined) {
      throw InvalidInputError.of('missing-model', 'No model: give `model`, or an endpoint that has one');
    }
    return connection.chat(
      { model: wanted, messages, generation },
      { ...(signal === undefined ? {} : { signal }), ...(onChunk === undefined ? {} : { onChunk }) },
    );
  };
  return {
    chat,
    async query(request) {
      return (await chat(request)).choices.map((choice) => readChoice(choice).text);
    },
    async close() {
      await connection.close();
      await http.close();
    },
  };
}

/** Asks with a client that is open, or with one of its own that is closed behind it. */
export async function withClient<T>(
  endpoint: ConnectionOptions | Client,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  if (isClient(endpoint)) return work(endpoint);
  const client = openClient(endpoint);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

function isClient(endpoint: ConnectionOptions | Client): endpoint is Client {
  return 'query' in endpoint && typeof endpoint.query === 'function';
}

/** A profile as it is given in a program. @throws InvalidInputError */
export function profileFrom(name: string, given: ConnectionOptions): NamedProfile {
  const { apiKey, ...fields } = given;
  const checked = endpointProfileSchema.safeParse(fields);
  if (!checked.success) {
    throw new InvalidInputError(
      checked.error.issues.map((issue) => ({
        severity: 'error',
        code: 'profile',
        message: `Endpoint ${name}, ${issue.path.join('.')}: ${issue.message}`,
      })),
    );
  }
  return { name, profile: checked.data, ...(apiKey === undefined ? {} : { key: apiKey }) };
}
