/** Starts a page's script when what stands in the page already has been painted: to read the script takes several frames. */

/** A window that is not in sight paints nothing; its script starts all the same, after so many milliseconds. */
const LONGEST_WAIT = 200;

const own = document.currentScript;
if (own instanceof HTMLScriptElement) {
  const { nonce } = own;
  const { script } = own.dataset;
  let isStarted = false;
  const start = (): void => {
    if (isStarted || script === undefined) return;
    isStarted = true;
    const made = document.createElement('script');
    made.nonce = nonce;
    made.src = script;
    document.body.append(made);
  };
  // The frame is on its way when the callback runs; what comes behind runs when it has been painted.
  requestAnimationFrame(() => setTimeout(start));
  setTimeout(start, LONGEST_WAIT);
}
