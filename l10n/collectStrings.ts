/**
 * Finds what a person reads: the English strings of `l10n.t` (extension) and `words.t` (panels), which are the keys of
 * translations, and texts that go round them.
 */
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { loadRecipes } from '../src/core/pipeline/recipeLibrary.ts';

/** Where people's words are. */
const SOURCES = ['src/host/**/*.ts', 'webview/**/*.ts'];

/** Their titles and descriptions are shown as well. */
const RECIPES = 'src/core/library/recipes';

/** Properties of VS Code's own interface that hold words. */
const WORDED = new Set(
  ['placeHolder', 'placeholder', 'prompt', 'title', 'detail', 'tooltip', 'openLabel', 'saveLabel', 'ariaLabel'].concat([
    'aria-label',
    'label',
    'description',
    'validationMessage',
    'message',
  ]),
);
/** Functions whose first argument a person reads. */
const SHOWING = new Set(['showInformationMessage', 'showWarningMessage', 'showErrorMessage', 'setStatusBarMessage']);
/** What a person reads has a letter and a space, or is one word with a capital. */
const READS_AS_WORDS = /^(?:[A-Z][a-z]+$|.*\p{L}.* .*\p{L})/u;

export interface Found {
  readonly text: string;
  /** `file:line`. */
  readonly place: string;
}

export interface UserStrings {
  readonly wrapped: readonly Found[];
  /** Words that no translation reaches. */
  readonly unwrapped: readonly Found[];
  /** Calls whose string is put together, so that no translator can be given it. */
  readonly computed: readonly Found[];
}

/** @param root folder of the repository */
export async function collectStrings(root: string): Promise<UserStrings> {
  const found: { [Kind in keyof UserStrings]: Found[] } = { wrapped: [], unwrapped: [], computed: [] };
  for await (const name of glob(SOURCES, { cwd: root })) {
    if (name.endsWith('.test.ts')) continue;
    const file = name.replaceAll('\\', '/');
    const source = ts.createSourceFile(file, await readFile(join(root, name), 'utf8'), ts.ScriptTarget.Latest, true);
    const tell = (kind: keyof UserStrings, node: ts.Node, text: string): void => {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found[kind].push({ text, place: `${file}:${line + 1}` });
    };
    visit(source, tell);
  }
  for (const { id, title, description, parameters } of (await loadRecipes(join(root, RECIPES))).values()) {
    const helps = Object.values(parameters).map((parameter) => parameter.description);
    for (const text of [title, description, ...helps]) found.wrapped.push({ text, place: `${RECIPES}/${id}.yaml` });
  }
  return found;
}

type Tell = (kind: keyof UserStrings, node: ts.Node, text: string) => void;

function visit(node: ts.Node, tell: Tell): void {
  if (ts.isCallExpression(node)) lookAtCall(node, tell);
  else if (ts.isPropertyAssignment(node)) lookAtValue(nameOf(node.name), node.initializer, tell);
  else if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isPropertyAccessExpression(node.left)
  ) {
    const name = node.left.name.text;
    lookAtValue(name === 'textContent' ? 'label' : name, node.right, tell);
  }
  ts.forEachChild(node, (child) => {
    visit(child, tell);
  });
}

function lookAtCall(node: ts.CallExpression, tell: Tell): void {
  const { expression } = node;
  const [first] = node.arguments;
  if (first === undefined) return;
  const name = ts.isPropertyAccessExpression(expression) ? expression.name.text : '';
  if (isTranslation(expression)) {
    for (const branch of branchesOf(first)) {
      if (ts.isStringLiteralLike(branch)) tell('wrapped', branch, branch.text);
      else if (!ts.isIdentifier(branch)) tell('computed', branch, branch.getText());
    }
  } else if (SHOWING.has(name)) lookAtValue('message', first, tell);
}

/** `l10n.t`, `words.t`, and `t` alone where it was taken out of either. */
function isTranslation(expression: ts.Expression): boolean {
  if (ts.isIdentifier(expression)) return expression.text === 't';
  if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== 't') return false;
  return /(?:^|\.)(?:l10n|#?words)$/u.test(expression.expression.getText());
}

function lookAtValue(name: string, value: ts.Expression, tell: Tell): void {
  if (!WORDED.has(name)) return;
  for (const branch of branchesOf(value)) {
    if (ts.isStringLiteralLike(branch) && READS_AS_WORDS.test(branch.text)) tell('unwrapped', branch, branch.text);
    else if (ts.isTemplateExpression(branch)) {
      const texts = [branch.head.text, ...branch.templateSpans.map(({ literal }) => literal.text)];
      if (texts.some((text) => /\p{L}{2,} /u.test(text) || / \p{L}{2,}/u.test(text)))
        tell('unwrapped', branch, branch.getText());
    }
  }
}

/** The values that an expression with `?:` can have. */
function branchesOf(node: ts.Expression): readonly ts.Expression[] {
  if (ts.isParenthesizedExpression(node)) return branchesOf(node.expression);
  return ts.isConditionalExpression(node) ? [...branchesOf(node.whenTrue), ...branchesOf(node.whenFalse)] : [node];
}

function nameOf(name: ts.PropertyName): string {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : '';
}

/** What translators begin with: every string, sorted, with itself as its translation. */
export function bundleOf({ wrapped }: UserStrings): string {
  const texts = [...new Set(wrapped.map(({ text }) => text))].sort();
  return `${JSON.stringify(Object.fromEntries(texts.map((text) => [text, text])), null, 2)}\n`;
}
