import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** Where the bundles of the webviews lie. */
export function webviewFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

/** Gives a panel Openline's icon and lets its page run the bundles, and nothing else. */
export function dressPanel(panel: vscode.WebviewPanel, extensionUri: vscode.Uri): void {
  const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, 'media', `studio-${theme}.svg`);
  panel.iconPath = { light: icon('light'), dark: icon('dark') };
  panel.webview.options = { enableScripts: true, localResourceRoots: [webviewFolder(extensionUri)] };
}

/**
 * The page of a panel: one script, its style sheets, nothing else. Nothing remote, nothing inline; only the script with
 * this page's nonce runs.
 *
 * @param heading stands there before the script has made the rest; where it is given, the page is seen sooner
 */
export function webviewPage(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  name: string,
  title: string,
  heading = '',
): string {
  const nonce = randomBytes(16).toString('base64');
  const uri = (file: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(webviewFolder(extensionUri), file)).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  const own = uri(`${name}.js`);
  // Fetched meanwhile, run when the heading can be seen.
  const scripts =
    heading === ''
      ? `<script nonce="${nonce}" src="${own}"></script>`
      : `<link rel="preload" as="script" nonce="${nonce}" href="${own}">
<script nonce="${nonce}" src="${uri('boot.js')}" data-script="${own}"></script>`;
  return `<!DOCTYPE html>
<html lang="${escape(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${uri('codicon.css')}">
<link rel="stylesheet" href="${uri(`${name}.css`)}">
<title>${escape(title)}</title>
</head>
<body>
<main id="${name}">${heading === '' ? '' : headingMarkup(heading)}</main>
${scripts}
</body>
</html>`;
}

/** As the pages' own headings are, so that nothing moves when they take its place. */
function headingMarkup(heading: string): string {
  const icon = '<span class="codicon" aria-hidden="true"></span>';
  return `<header><div class="title-line"><div class="title">${icon}<h1>${escape(heading)}</h1></div></div></header>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
