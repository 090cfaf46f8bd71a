/** A number with what it counts: `1 record`, `2000 batches`. @param what one of them, in English */
export function counted(count: number, what: string): string {
  const several = /(?:ch|s|x)$/u.test(what) ? `${what}es` : `${what}s`;
  return `${count} ${count === 1 ? what : several}`;
}
