import { RE2JS, RE2JSSyntaxException } from 're2js';

/** A regular expression of a user's, matched in time that grows with the text alone, whatever the pattern. */
export interface RegularExpression {
  test(text: string): boolean;
  /** Every match replaced; `$1` and `${name}` stand for groups. */
  replaceAll(text: string, replacement: string): string;
}

/** A pattern that cannot be read. */
export class PatternError extends Error {
  override name = 'PatternError';
}

/**
 * Reads a regular expression in the syntax of RE2 (no look-around and no back-references, which is what makes it safe).
 *
 * @throws PatternError
 */
export function regularExpression(pattern: string, options: { readonly ignoreCase?: boolean } = {}): RegularExpression {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern, options.ignoreCase === true ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    const beyond = /\(\?<?[=!]|\\[1-9]/u.test(pattern)
      ? '; look-around and back-references are not there, so that no pattern can take forever'
      : '';
    throw new PatternError(`${error.message.replace(/^error parsing regexp: /u, '')}${beyond}`);
  }
  return {
    test: (text) => compiled.matcher(text).find(),
    replaceAll: (text, replacement) => compiled.matcher(text).replaceAll(replacement),
  };
}
