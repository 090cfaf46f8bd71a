/** Pages beside an editor: as narrow as people make them. */
import type { Frame, Page } from 'playwright-core';
import { viewport } from './browser.ts';

/** The narrowest that a page has to stand, in pixels. */
const NARROWEST = 320;

/** Two frames: whatever follows a resize is drawn. */
const DRAWN = 'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))';

/** The elements that reach beyond the page and cannot be scrolled to within a part of it. */
const BEYOND = `[...document.body.querySelectorAll('*')]
  .filter((one) => {
    const { left, right, width, height } = one.getBoundingClientRect();
    if (width === 0 || height === 0 || (left >= -1 && right <= innerWidth + 1)) return false;
    for (let outer = one.parentElement; outer !== null && outer !== document.body; outer = outer.parentElement) {
      if (getComputedStyle(outer).overflowX === 'visible') continue;
      if (outer.getBoundingClientRect().right <= innerWidth + 1) return false;
    }
    return true;
  })
  .map((one) => one.tagName.toLowerCase() + (one.className === '' ? '' : '.' + one.className))
  .slice(0, 8)
  .join(', ')`;

/** Makes the window so narrow that the page of a frame is of that width, and as wide as usual again afterwards. */
export async function atWidth<Found>(
  page: Page,
  frame: Frame,
  width: number,
  look: () => Promise<Found>,
): Promise<Found> {
  const before = page.viewportSize() ?? viewport;
  try {
    // Editors beside it become narrower as well: what is left over is taken away again.
    for (let round = 0; round < 6; round += 1) {
      const [size, now] = [page.viewportSize() ?? viewport, await frame.evaluate<number>('innerWidth')];
      if (now === width) break;
      await page.setViewportSize({ ...size, width: Math.max(360, size.width - (now - width)) });
      await page.evaluate(DRAWN);
      await frame.evaluate(DRAWN);
    }
    return await look();
  } finally {
    await page.setViewportSize(before);
  }
}

/** What of a page does not fit into 320 pixels, as text; empty when it does not scroll sideways. */
export async function beyondNarrow(page: Page, frame: Frame): Promise<string> {
  return atWidth(page, frame, NARROWEST, async () => {
    const [own, seen] = await frame.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]');
    const beyond = await frame.evaluate<string>(BEYOND);
    return own <= seen && beyond === '' ? '' : `${String(own)} of ${String(seen)} pixels: ${beyond}`;
  });
}
