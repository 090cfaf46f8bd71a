import * as tls from 'node:tls';

/**
 * Authorities that may vouch for a server: those that come with Node (and `NODE_EXTRA_CA_CERTS`) and those of the system,
 * where companies put the certificates of their own services and proxies. Reading the system's takes a moment, and so
 * does the context: make one and share it.
 */
export function createTrust(): tls.SecureContext {
  return tls.createSecureContext({ ca: [...new Set([...tls.getCACertificates('default'), ...systemCertificates()])] });
}

/** The system's store may be missing or broken; the bundled authorities are then all there is. */
function systemCertificates(): readonly string[] {
  try {
    return tls.getCACertificates('system');
  } catch {
    return [];
  }
}
