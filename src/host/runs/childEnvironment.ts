/** What the child finds in its environment: the editor's own, plus how to reach the network. Never a key. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** The editor's network settings as far as they concern the child. */
export interface NetworkSettings {
  /** `http.proxy`; empty: none. */
  readonly proxy: string;
  /** `http.noProxy`. */
  readonly noProxy: readonly string[];
  /** `http.proxyStrictSSL`: certificates are checked. */
  readonly strictSsl: boolean;
  /** `http.systemCertificates`: the system's certificates count as well. */
  readonly systemCertificates: boolean;
}

/** A variable that is set already, in whatever case, was set for this machine and stays. */
export function childEnvironment(own: Environment, network: NetworkSettings): Environment {
  const environment: Record<string, string | undefined> = { ...own, ELECTRON_RUN_AS_NODE: '1' };
  // Set by the editor's own processes for themselves; they would make a plain Node process behave as one of them.
  delete environment['VSCODE_ESM_ENTRYPOINT'];
  const present = new Set(Object.keys(own).map((name) => name.toUpperCase()));
  const offer = (name: string, value: string): void => {
    if (value !== '' && !present.has(name)) environment[name] = value;
  };
  offer('HTTP_PROXY', network.proxy);
  offer('HTTPS_PROXY', network.proxy);
  offer('NO_PROXY', network.noProxy.join(','));
  if (!network.strictSsl) offer('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  if (network.systemCertificates) offer('NODE_USE_SYSTEM_CA', '1');
  return environment;
}
