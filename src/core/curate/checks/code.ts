import { failed, passed, type CheckServices, type CodeSpec, type Verdict } from './check.ts';
import { codeBlocks, CODE_LANGUAGES, type CodeBlock, type CodeLanguage } from './codeBlocks.ts';
import { loadCodeParser } from './parseCode.ts';
import { createCodeRunner, isRunnable, RUNNABLE, type CodeRun } from './runCode.ts';

/** Most mistakes that are told of one text. */
const SHOWN = 3;

/**
 * Passes texts whose code blocks all parse (and run, where they shall and may), and that have as many as they should. The
 * score is the share of the blocks that are right; of those that are run, a language counts as a whole.
 */
export async function createCodeTest(
  spec: CodeSpec,
  services: CheckServices,
): Promise<(text: string) => Verdict | Promise<Verdict>> {
  const wanted = spec.languages ?? CODE_LANGUAGES;
  const needed = [...new Set([...wanted, ...(spec.assume === null ? [] : [spec.assume])])];
  const parsers = new Map(
    await Promise.all(needed.map(async (language) => [language, await loadCodeParser(language)] as const)),
  );
  const run = await prepareRun(spec, services);
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
    if (mistakes.length > 0) {
      return failed('code', 1 - mistakes.length / blocks.length, mistakes.slice(0, SHOWN).join('; '));
    }
    if (run !== null && blocks.some(({ language }) => isRunnable(language))) return runAll(run, blocks);
    return passed(blocks.length === 0 ? null : 1);
  };
}

/** Null where code is not run, which is said when it should have been. */
async function prepareRun(
  { run }: CodeSpec,
  { mayRunCode, environment, onWarning }: CheckServices,
): Promise<CodeRun | null> {
  if (run === undefined) return null;
  if (!mayRunCode) {
    onWarning(
      'code blocks are parsed and not run; --allow-scripts lets them run, in VS Code Allow Running Code in This Workspace',
    );
    return null;
  }
  const runner = await createCodeRunner(run.timeoutMs, environment);
  if (runner.hasNetwork) onWarning(runner.isolation);
  return runner.run;
}

/** Later blocks may need what earlier ones of their language say: they are one program. */
async function runAll(
  run: CodeRun,
  blocks: readonly { readonly language: CodeLanguage; readonly code: string; readonly line: number }[],
): Promise<Verdict> {
  const mistakes: string[] = [];
  let programs = 0;
  for (const language of RUNNABLE) {
    const own = blocks.filter((block) => block.language === language);
    const [first] = own;
    if (first === undefined) continue;
    programs += 1;
    const wrong = await run(language, own.map(({ code }) => code).join('\n'));
    if (wrong !== null) mistakes.push(`the ${language} from line ${first.line} on does not run: ${wrong}`);
  }
  if (mistakes.length === 0) return passed(1);
  return failed('code', 1 - mistakes.length / programs, mistakes.join('; '));
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
