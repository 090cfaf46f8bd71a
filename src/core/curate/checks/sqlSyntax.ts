/**
 * SQL in the dialects that are met most. Dialects contradict each other and no parser knows all of any: what one of them
 * parses is right, and what is known to be beyond all of them is only looked at for open quotes and brackets.
 */
import type { CodeParser } from './parseCode.ts';

/** As whoever wrote the code is told; the first one's message explains the mistake. */
const DIALECTS = 'PostgreSQL, MySQL, SQLite, T-SQL or BigQuery';
/** What a statement begins with. T-SQL takes any word for a procedure's name, other parsers let some slips pass. */
const FIRST_WORD =
  /^\s*(?:\(\s*)*(?:alter|analyze|attach|begin|call|comment|commit|copy|create|declare|delete|delimiter|desc|describe|detach|drop|end|exec|execute|explain|go|grant|if|insert|load|lock|merge|pragma|rename|replace|reset|revoke|rollback|savepoint|select|set|show|start|table|truncate|unlock|update|upsert|use|vacuum|values|while|with)\b/iu;
/** Statements that are valid somewhere, and read by none of the parsers or by hardly one. */
const FURTHER_STATEMENTS =
  /(?:^|;)\s*(?:(?:create|alter)\s+(?:or\s+(?:replace|alter)\s+)?(?:definer\s*=\s*\S+\s+)?(?:procedure|function|trigger|event|package|type|domain|role|user|policy|extension|rule|aggregate|operator|cast|system|virtual\s+table|materialized\s+view)|merge|pragma|delimiter|vacuum|analyze|explain|copy|declare|do|prepare|savepoint|release|load\s+data|refresh|reindex|listen|notify|revoke)\b/iu;
/** Clauses of which the same is true. */
const FURTHER_CLAUSES =
  /\b(?:connect\s+by|grouping\s+sets|match_recognize|qualify|fetch\s+(?:first|next)\s+\d*\s*rows?|delete\s+from\s+\S+(?:\s+(?:as\s+)?\w+)?\s+using|lateral\s+view|tablesample|window\s+\w+\s+as)\b/iu;
const CLOSES: Readonly<Record<string, string>> = { '(': ')', '[': ']' };

/** Loads the parsers, about a megabyte. */
export async function loadSqlParser(): Promise<CodeParser> {
  const modules = await Promise.all([
    import('node-sql-parser/build/postgresql.js'),
    import('node-sql-parser/build/mysql.js'),
    import('node-sql-parser/build/sqlite.js'),
    import('node-sql-parser/build/transactsql.js'),
    import('node-sql-parser/build/bigquery.js'),
  ]);
  const parsers = modules.map((module) => new module.default.Parser());
  return (code) => {
    const bare = withoutTexts(code, 'escapes').trim();
    if (bare === '') return null;
    if (!FIRST_WORD.test(bare))
      return `it begins with no statement of SQL: ${bare.slice(0, 40).split('\n', 1)[0] ?? ''}`;
    // What tools of T-SQL send statement by statement.
    const statements = code.replace(/^[^\S\r\n]*go[^\S\r\n]*;?[^\S\r\n]*$/gimu, ';').trim();
    let first: string | null = null;
    for (const parser of parsers) {
      try {
        parser.astify(statements);
        return null;
      } catch (error) {
        first ??= messageOf(error);
      }
    }
    if (FURTHER_STATEMENTS.test(bare) || FURTHER_CLAUSES.test(bare)) return leftOpen(code);
    return `neither as ${DIALECTS}: ${first ?? ''}`;
  };
}

/** What is left open, or closed without being open; null: nothing is, whether a backslash says anything in a text or not. */
function leftOpen(code: string): string | null {
  const found = openIn(withoutTexts(code, 'escapes'));
  return found === null || openIn(withoutTexts(code, 'plain')) === null ? null : found;
}

function openIn(bare: string): string | null {
  const quote = /['"`]/u.exec(bare.replace(/''|""/gu, ''));
  if (quote !== null) return `a ${quote[0]} is not closed`;
  const expected: string[] = [];
  for (const character of bare) {
    const closes = CLOSES[character];
    if (closes !== undefined) expected.push(closes);
    else if ((character === ')' || character === ']') && expected.pop() !== character) return `a ${character} too many`;
  }
  const missing = expected.at(-1);
  return missing === undefined ? null : `a ${missing} is missing`;
}

const OUTSIDE = String.raw`--[^\n]*|^[^\S\r\n]*#[^\n]*|/\*[\s\S]*?\*/|\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$`;
const QUOTED = {
  escapes: String.raw`'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"\\]|""|\\[\s\S])*"`,
  plain: String.raw`'(?:[^']|'')*'|"(?:[^"]|"")*"`,
};

/** The code without comments, and with empty quotes for what is quoted. @param backslash what it is in a text */
function withoutTexts(code: string, backslash: keyof typeof QUOTED): string {
  const pattern = new RegExp(`${OUTSIDE}|${QUOTED[backslash]}|\`[^\`]*\``, 'gmu');
  return code.replace(pattern, (found) => (/^['"`]/u.test(found) ? '""' : ' '));
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // A parser tells everything that it would have taken instead.
  return (message.split('\n', 1)[0] ?? message).replace(
    /^Expected .*? but (?<found>.*) found\.$/su,
    '$<found> is not expected',
  );
}
