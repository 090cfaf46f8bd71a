import { Agent, buildConnector, EnvHttpProxyAgent } from 'undici';
import type { Dispatcher } from 'undici';
import { createTrust } from './certificates.ts';
import { isLoopback } from './loopback.ts';

/** Proxies as URLs, in the meaning of the environment variables of these names; read by whoever composes the program. */
export interface ProxySettings {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  /** Hosts that are reached directly, separated by commas; `*` for all. */
  readonly noProxy?: string;
}

/** Finds the way to an origin. */
export interface Dispatchers {
  to(origin: string): Dispatcher;
  close(): Promise<void>;
}

/** Common to every connection. The time limits are the caller's: a model may think for minutes before it answers. */
const COMMON = { headersTimeout: 0, bodyTimeout: 0, pipelining: 1, allowH2: false } as const;
const CONNECT_TIMEOUT = 10_000;

/** As many connections per origin as there are requests under way, kept alive between them. */
export function createDispatchers(proxy: ProxySettings): Dispatchers {
  const direct = new Agent({ ...COMMON, connect: lazyConnector() });
  const { httpProxy = '', httpsProxy = '', noProxy = '' } = proxy;
  const proxied = httpProxy === '' && httpsProxy === '' ? undefined : createProxyAgent(httpProxy, httpsProxy, noProxy);
  return {
    // A service on this very machine is never behind a proxy, whatever the lists forget.
    to: (origin) => (proxied === undefined || isLoopback(origin) ? direct : proxied),
    async close() {
      await Promise.all([direct.destroy(), proxied?.destroy()]);
    },
  };
}

function createProxyAgent(httpProxy: string, httpsProxy: string, noProxy: string): Dispatcher {
  const secureContext = createTrust();
  // Every setting is given, empty ones too: for one left out, the agent would look into the environment.
  return new EnvHttpProxyAgent({
    ...COMMON,
    httpProxy,
    httpsProxy: httpsProxy === '' ? httpProxy : httpsProxy,
    noProxy,
    connect: { secureContext, timeout: CONNECT_TIMEOUT },
    requestTls: { secureContext, timeout: CONNECT_TIMEOUT },
    proxyTls: { secureContext, timeout: CONNECT_TIMEOUT },
  });
}

/** Reads the certificates when the first secure connection is made, not before. */
function lazyConnector(): buildConnector.connector {
  const plain = buildConnector({ timeout: CONNECT_TIMEOUT, allowH2: false });
  let secure: buildConnector.connector | undefined;
  return (options, callback) => {
    if (options.protocol !== 'https:') {
      plain(options, callback);
      return;
    }
    secure ??= buildConnector({ timeout: CONNECT_TIMEOUT, allowH2: false, secureContext: createTrust() });
    secure(options, callback);
  };
}
