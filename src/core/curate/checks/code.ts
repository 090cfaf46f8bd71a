import { failed, passed, type CodeSpec, type Verdict } from './check.ts';
import { codeBlocks, CODE_LANGUAGES, type CodeBlock, type CodeLanguage } from './codeBlocks.ts';
import { loadCodeParser } from './parseCode.ts';

/** Most mistakes that are told of one text. */
const SHOWN = 3;

/** Passes texts whose code blocks all parse, and that have as many as they should. The score is the share that parses. */
export async function createCodeTest(spec: CodeSpec): Promise<(text: string) => Verdict> {
  const wanted = spec.languages ?? CODE_LANGUAGES;
  const needed = [...new Set([...wanted, ...(spec.assume === null ? [] : [spec.assume])])];
  const parsers = new Map(
    await Promise.all(needed.map(async (language) => [language, await loadCodeParser(language)] as const)),
  );
  return (text) => {
    const blocks = blocksOf(text, spec).filter(({ language }) => wanted.includes(language));
    if (blocks.length < spec.minBlocks) {
      const message = `it has ${blocks.length} code blocks in ${wanted.join(', ')}, the minimum is ${spec.minBlocks}`;
      return failed('code', 0, message);
    }
    const mistakes = blocks.flatMap(({ language, code, line }) => {
      const wrong = parsers.get(language)?.(code) ?? null;
      return wrong === null ? [] : [`the ${language} in line ${line} does not parse: ${wrong}`];
    });
    if (mistakes.length === 0) return passed(blocks.length === 0 ? null : 1);
    return failed('code', 1 - mistakes.length / blocks.length, mistakes.slice(0, SHOWN).join('; '));
  };
}

/** The code in a text, with its language; a text without blocks is code as a whole where the step says which. */
export function blocksOf(
  text: string,
  { assume }: Pick<CodeSpec, 'assume'>,
): readonly (CodeBlock & { readonly language: CodeLanguage })[] {
  const blocks = codeBlocks(text);
  if (blocks.length === 0 && assume !== null && text.trim() !== '') {
    return [{ language: assume, label: '', code: text, line: 1 }];
  }
  return blocks.flatMap((block) => {
    const language = block.language ?? (block.label === '' ? assume : null);
    return language === null ? [] : [{ ...block, language }];
  });
}
