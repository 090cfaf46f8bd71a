import type { Parser, SyntaxNode } from '@lezer/common';

/** How symbols show in the syntax tree of a language; the names are those of its Lezer grammar. */
export interface Language {
  readonly name: string;
  readonly load: () => Promise<Parser>;
  readonly functions: ReadonlySet<string>;
  readonly classes: ReadonlySet<string>;
  /** Nodes that are no symbols but name what is in them (`impl` of Rust). */
  readonly scopes: ReadonlySet<string>;
  /** Nodes that stand around a symbol and belong to it: decorators, `export`, `template`. */
  readonly wrappers: ReadonlySet<string>;
  /** Nodes that hold the name of a symbol, whose first one counts. */
  readonly names: ReadonlySet<string>;
  /** Whether a function is a test; `whole` is its text with what is around it. */
  readonly isTest: (name: string, whole: string, node: SyntaxNode) => boolean;
}

const no = new Set<string>();

const python: Language = {
  name: 'python',
  load: async () => (await import('@lezer/python')).parser,
  functions: new Set(['FunctionDefinition']),
  classes: new Set(['ClassDefinition']),
  scopes: no,
  wrappers: new Set(['DecoratedStatement']),
  names: new Set(['VariableName']),
  isTest: (name) => /^test(?:_|[A-Z]|$)/u.test(name),
};

function javascript(name: string, dialect: string): Language {
  return {
    name,
    load: async () => (await import('@lezer/javascript')).parser.configure({ dialect }),
    functions: new Set(['FunctionDeclaration', 'MethodDeclaration', 'VariableDeclaration', 'ExpressionStatement']),
    classes: new Set(['ClassDeclaration']),
    scopes: no,
    wrappers: new Set(['ExportDeclaration']),
    names: new Set(['VariableDefinition', 'PropertyDefinition', 'PrivatePropertyDefinition']),
    isTest: (_, __, node) => node.name === 'ExpressionStatement',
  };
}

const java: Language = {
  name: 'java',
  load: async () => (await import('@lezer/java')).parser,
  functions: new Set(['MethodDeclaration', 'ConstructorDeclaration']),
  classes: new Set(['ClassDeclaration', 'InterfaceDeclaration', 'EnumDeclaration', 'RecordDeclaration']),
  scopes: no,
  wrappers: no,
  names: new Set(['Definition']),
  isTest: (_, whole) => /^(?:(?!\{)[^])*@(?:\w+\.)*(?:Parameterized|Repeated)?Test\b/u.test(whole),
};

function c(name: string): Language {
  return {
    name,
    load: async () => (await import('@lezer/cpp')).parser,
    functions: new Set(['FunctionDefinition']),
    classes: new Set(['ClassSpecifier', 'StructSpecifier']),
    scopes: new Set(['NamespaceDefinition']),
    wrappers: new Set(['TemplateDeclaration']),
    names: new Set([
      ...['Identifier', 'FieldIdentifier', 'ScopedIdentifier', 'TypeIdentifier', 'DestructorName', 'OperatorName'],
      ...['ScopedTypeIdentifier', 'TemplateType'],
    ]),
    isTest: (callee) => /^(?:TYPED_)?TEST(?:_[A-Z]+)?$|^(?:SCENARIO|TEMPLATE_TEST_CASE)$/u.test(callee),
  };
}

const rust: Language = {
  name: 'rust',
  load: async () => (await import('@lezer/rust')).parser,
  functions: new Set(['FunctionItem']),
  classes: new Set(['StructItem', 'EnumItem', 'TraitItem', 'UnionItem']),
  scopes: new Set(['ImplItem']),
  wrappers: new Set(['AttributeItem']),
  names: new Set(['BoundIdentifier', 'TypeIdentifier']),
  isTest: (_, whole) => /^(?:(?!\{)[^])*#\[(?:\w+::)*test\b/u.test(whole),
};

const go: Language = {
  name: 'go',
  load: async () => (await import('@lezer/go')).parser,
  functions: new Set(['FunctionDecl', 'MethodDecl']),
  classes: new Set(['TypeDecl']),
  scopes: no,
  wrappers: no,
  names: new Set(['DefName', 'FieldName']),
  isTest: (name, whole) =>
    /^(?:Test|Benchmark|Fuzz|Example)(?![a-z])/u.test(name) && /\*testing\.[BFT]\b|^Example/u.test(`${name}\n${whole}`),
};

const BY_ENDING: readonly (readonly [readonly string[], Language])[] = [
  [['py', 'pyi'], python],
  [['js', 'mjs', 'cjs', 'jsx'], javascript('javascript', 'jsx')],
  [['ts', 'mts', 'cts'], javascript('typescript', 'ts')],
  [['tsx'], javascript('typescript', 'ts jsx')],
  [['java'], java],
  [['c', 'h'], c('c')],
  [['cc', 'cpp', 'cxx', 'hpp', 'hh', 'hxx'], c('cpp')],
  [['rs'], rust],
  [['go'], go],
];

/** The languages whose symbols can be told, for messages. */
export const LANGUAGES = 'Python, JavaScript, TypeScript, Java, C, C++, Rust and Go';

/** The language of a file by its ending; undefined where its symbols cannot be told. */
export function languageOf(path: string): Language | undefined {
  const ending = /\.(?<ending>\w+)$/u.exec(path)?.groups?.['ending']?.toLowerCase() ?? '';
  return BY_ENDING.find(([endings]) => endings.includes(ending))?.[1];
}
