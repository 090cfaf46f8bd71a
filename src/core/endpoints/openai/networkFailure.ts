import type { EndpointFailure } from '../../errors.ts';

/** What went wrong below the protocol, in words that follow the endpoint's name. */
export interface NetworkFailure {
  readonly failure: EndpointFailure;
  readonly message: string;
}

/**
 * Puts an error of the network into plain words, by the code of the innermost cause that has one.
 *
 * @param host where the request went, such as `localhost:8000`
 * @param answered whether the answer had begun
 */
export function describeNetworkError(error: unknown, host: string, answered: boolean): NetworkFailure {
  const code = codeOf(error);
  if (answered) return { failure: 'unreadable', message: `the answer from ${host} broke off${inBrackets(code)}` };
  const proxy = /proxy response \((\d+)\)/iu.exec(messagesOf(error));
  if (proxy !== null)
    return unreachable(`the proxy on the way to ${host} refused the connection (status ${proxy[1] ?? ''})`);
  const elsewhere = proxyOf(error, host);
  if (elsewhere !== undefined) {
    return unreachable(
      `the proxy ${elsewhere} on the way to ${host} cannot be reached${inBrackets(code)}; see http.proxy in the settings of VS Code, or HTTP_PROXY and HTTPS_PROXY`,
    );
  }
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NODATA':
      return unreachable(`the name of the host ${host} could not be resolved (${code})`);
    case 'ECONNREFUSED':
      return unreachable(`nothing is listening at ${host} (connection refused)`);
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return unreachable(`${host} closed the connection before it answered (${code})`);
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'EADDRNOTAVAIL':
      return unreachable(`no connection to ${host} came about (${code})`);
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return unreachable(
        `the secure connection to ${host} failed (${code}); perhaps the service speaks http, not https`,
      );
    default:
  }
  if (code?.startsWith('HPE_') === true)
    return { failure: 'unreadable', message: `${host} answered something that is not HTTP (${code})` };
  if (code !== undefined && TLS_CODE.test(code)) {
    return unreachable(`the certificate of ${host} is not trusted (${code})`);
  }
  return unreachable(`the connection to ${host} failed${inBrackets(code)}`);
}

/** Node's and OpenSSL's codes for a certificate that does not hold. */
const TLS_CODE = /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)|ERR_TLS|ERR_SSL|HOSTNAME_MISMATCH/u;

function unreachable(message: string): NetworkFailure {
  return { failure: 'unreachable', message };
}

function inBrackets(code: string | undefined): string {
  return code === undefined ? '' : ` (${code})`;
}

/** The chain of causes, from the outside in; of several attempts at once (IPv6 and IPv4) the first stands for all. */
function* causes(error: unknown): Generator<Error, void, undefined> {
  const seen = new Set<unknown>();
  let current: unknown = error;
  while (current instanceof Error && !seen.has(current)) {
    seen.add(current);
    yield current;
    const inner: unknown = current instanceof AggregateError ? current.errors[0] : undefined;
    current = current.cause ?? inner;
  }
}

/** Where a connection failed that was not to the host itself: that is the proxy. */
function proxyOf(error: unknown, host: string): string | undefined {
  const { hostname, port } = new URL(`http://${host}`);
  for (const cause of causes(error)) {
    if (!('syscall' in cause)) continue;
    if (cause.syscall === 'getaddrinfo' && 'hostname' in cause && typeof cause.hostname === 'string') {
      return cause.hostname === hostname ? undefined : cause.hostname;
    }
    if (cause.syscall === 'connect' && 'port' in cause && typeof cause.port === 'number') {
      const own = port === '' ? [80, 443] : [Number(port)];
      const address = 'address' in cause && typeof cause.address === 'string' ? cause.address : '';
      return own.includes(cause.port) ? undefined : `${address}:${String(cause.port)}`;
    }
  }
  return undefined;
}

function codeOf(error: unknown): string | undefined {
  let code: string | undefined;
  for (const cause of causes(error)) {
    if ('code' in cause && typeof cause.code === 'string') code = cause.code;
  }
  return code;
}

function messagesOf(error: unknown): string {
  return [...causes(error)].map((cause) => cause.message).join('\n');
}
