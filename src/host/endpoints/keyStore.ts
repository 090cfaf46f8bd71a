import type { Event, SecretStorage, SecretStorageChangeEvent } from 'vscode';

const PREFIX = 'openline.key:';

/**
 * Keys in the editor's secret storage. A key belongs to the origin of the base URL it was entered for, not to the
 * profile's name: a workspace that points a profile of the same name at another host gets no key.
 */
export class KeyStore {
  readonly #secrets: SecretStorage;

  readonly onDidChange: Event<SecretStorageChangeEvent>;

  constructor(secrets: SecretStorage) {
    this.#secrets = secrets;
    this.onDidChange = secrets.onDidChange;
  }

  /** The key for the service behind a base URL; undefined when none was entered, or the URL is none. */
  async get(baseUrl: string | undefined): Promise<string | undefined> {
    const origin = originOf(baseUrl);
    return origin === undefined ? undefined : this.#secrets.get(PREFIX + origin);
  }

  /** Keeps a key, or forgets it when it is empty. @throws TypeError when the base URL is none */
  async set(baseUrl: string, key: string): Promise<void> {
    const { origin } = new URL(baseUrl);
    if (key === '') await this.#secrets.delete(PREFIX + origin);
    else await this.#secrets.store(PREFIX + origin, key);
  }
}

/** Scheme, host and port of a URL; undefined when it is none. */
export function originOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { origin } = new URL(url);
  return origin === 'null' ? undefined : origin;
}
