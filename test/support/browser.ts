/** The browser in which a person's path is walked. */
import { chromium, type Browser } from 'playwright-core';
import { findChromium } from './machine.ts';

export const viewport = { width: 1280, height: 800 };

export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error('No Chromium was found: install it, or set OPENLINE_CHROMIUM to one.');
  return chromium.launch({
    executablePath,
    args: [
      // Its sandbox does not start for root, as in containers; only our own server is ever visited.
      ...['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}
