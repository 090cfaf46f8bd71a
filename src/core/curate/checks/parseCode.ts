import type { CodeLanguage } from './codeBlocks.ts';

/** Tells where code is wrong, as a sentence; null when it parses. */
export type CodeParser = (code: string) => string | null;

/**
 * Loads the parser of a language. Nothing is run. Python is Python 3; SQL is that of several dialects (see sqlSyntax.ts).
 */
export async function loadCodeParser(language: CodeLanguage): Promise<CodeParser> {
  switch (language) {
    case 'json':
      return parseJsonCode;
    case 'python':
      return (await import('./pythonSyntax.ts')).checkPython;
    case 'sql':
      return (await import('./sqlSyntax.ts')).loadSqlParser();
    case 'javascript':
    case 'typescript':
      return loadScript(language);
  }
}

function parseJsonCode(code: string): string | null {
  try {
    JSON.parse(code);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

async function loadScript(language: 'javascript' | 'typescript'): Promise<CodeParser> {
  const { parse } = await import('@babel/parser');
  // TypeScript's angle-bracket casts and JSX exclude each other: the one that parses counts.
  const pluginSets =
    language === 'javascript' ? [['jsx'] as const] : [['typescript'] as const, ['typescript', 'jsx'] as const];
  return (code) => {
    let first: string | null = null;
    for (const plugins of pluginSets) {
      try {
        parse(code, {
          sourceType: 'unambiguous',
          plugins: [...plugins],
          allowReturnOutsideFunction: true,
          allowAwaitOutsideFunction: true,
        });
        return null;
      } catch (error) {
        first ??= messageOf(error);
      }
    }
    return first;
  };
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? message;
}
