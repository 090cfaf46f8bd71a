/** Languages whose code can be parsed. */
export const CODE_LANGUAGES = ['javascript', 'typescript', 'python', 'json', 'sql'] as const;

export type CodeLanguage = (typeof CODE_LANGUAGES)[number];

/** A fenced block. `language` is null where the fence names none, or one that is not known here. */
export interface CodeBlock {
  readonly language: CodeLanguage | null;
  /** What stands behind the fence. */
  readonly label: string;
  readonly code: string;
  /** Line of the text in which the code begins, from 1. */
  readonly line: number;
}

const ALIASES: Readonly<Record<string, CodeLanguage>> = {
  js: 'javascript',
  jsx: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  node: 'javascript',
  javascript: 'javascript',
  ts: 'typescript',
  tsx: 'typescript',
  mts: 'typescript',
  typescript: 'typescript',
  py: 'python',
  py3: 'python',
  python: 'python',
  python3: 'python',
  json: 'json',
  sql: 'sql',
  postgres: 'sql',
  postgresql: 'sql',
  sqlite: 'sql',
  mysql: 'sql',
};

const FENCE = /^(?<indent> {0,12})(?<sign>`{3,}|~{3,})[^\S\n]*(?<label>[^\s`]*)[^`]*$/u;

/** The fenced blocks of a Markdown text. A block that is never closed ends with the text, as in CommonMark. */
export function codeBlocks(text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { readonly sign: string; readonly indent: number; readonly label: string; readonly line: number } | null =
    null;
  let code: string[] = [];
  const close = (): void => {
    if (open === null) return;
    const { label, line } = open;
    const name = label.toLowerCase().replace(/^\{?\.?|\}$/gu, '');
    const language = Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? null) : null;
    blocks.push({ language, label, code: code.join('\n'), line });
    open = null;
    code = [];
  };
  for (const [index, line] of text.split(/\r?\n/u).entries()) {
    const fence = FENCE.exec(line)?.groups;
    if (open === null) {
      if (fence === undefined) continue;
      const { indent = '', sign = '', label = '' } = fence;
      open = { sign, indent: indent.length, label, line: index + 2 };
    } else if (isClosing(line, open.sign)) close();
    else code.push(line.replace(new RegExp(`^ {0,${open.indent}}`, 'u'), ''));
  }
  close();
  return blocks;
}

function isClosing(line: string, sign: string): boolean {
  const trimmed = line.trim();
  return trimmed.length >= sign.length && trimmed === sign.charAt(0).repeat(trimmed.length);
}
