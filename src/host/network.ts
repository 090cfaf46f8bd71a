import * as vscode from 'vscode';
import { childEnvironment, type Environment } from './runs/childEnvironment.ts';

/** The environment of child processes as the editor's settings have it at present. */
export function networkEnvironment(): Environment {
  const http = vscode.workspace.getConfiguration('http');
  return childEnvironment(process.env, {
    // Who turns proxies off for extensions means this one, too.
    proxy: http.get<string>('proxySupport') === 'off' ? '' : http.get<string>('proxy', ''),
    noProxy: http.get<readonly string[]>('noProxy', []),
    strictSsl: http.get<boolean>('proxyStrictSSL', true),
    systemCertificates: http.get<boolean>('systemCertificates', true),
  });
}
