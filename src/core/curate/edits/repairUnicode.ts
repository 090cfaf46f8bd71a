/** The characters of windows-1252 at 0x80 to 0x9F; five bytes stand for nothing and are kept as the control characters. */
const HIGH = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const BYTES: ReadonlyMap<string, number> = new Map([
  ...Array.from({ length: 128 }, (_, at) => [String.fromCharCode(0x80 + at), 0x80 + at] as const),
  ...Array.from(HIGH).map((character, at) => [character, 0x80 + at] as const),
]);
/** What was a byte in the middle of a character of UTF-8. */
const MIDDLE = `[\\u0080-\\u00bf${HIGH.replace(/[\u0080-\u009f]/gu, '')}]`;
const SEQUENCES = new RegExp(
  `(?:[\\u00c2-\\u00df]${MIDDLE}|[\\u00e0-\\u00ef]${MIDDLE}{2}|[\\u00f0-\\u00f4]${MIDDLE}{3})+`,
  'gu',
);
/** Letters that the wrong reading of Latin text and of punctuation begins with; alone they are evidence enough. */
const TELLING = /^[\u00c2\u00c3\u00e2\u00f0]/u;
/** Marks that well follow a letter in a text that is right: `café…”`. */
const ORDINARY = /^[…‘’“”–—•™«»°´·¡¿¨\u00a0]+$/u;
/** Characters of control, the ones that break and indent lines excepted; marks of byte order. */
const CONTROLS = /(?![\t\n\r\u0080-\u009f])\p{Cc}|[\ufeff\ufffe\uffff]/gu;
/** A text may have been read wrongly several times over. */
const MOST_ROUNDS = 4;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Repairs text in UTF-8 that was once read as windows-1252 or Latin-1 (`cafÃ©`, `donâ€™t`), also several times over;
 * takes control characters out, and composes letters with their marks (NFC). What is right stays as it is.
 */
export function repairUnicode(text: string): string {
  let current = text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const repaired = current.replace(SEQUENCES, repairRun);
    if (repaired === current) break;
    current = repaired;
  }
  return current.replace(CONTROLS, '').toWellFormed().normalize('NFC');
}

function repairRun(run: string): string {
  const isTelling = TELLING.test(run) || run.length > 3;
  if (!isTelling && ORDINARY.test(run.slice(1))) return run;
  const bytes = Uint8Array.from(run, (character) => BYTES.get(character) ?? 0);
  try {
    return UTF8.decode(bytes);
  } catch {
    return run;
  }
}
