import { parser } from '@lezer/python';
import type { SyntaxNode } from '@lezer/common';

/** What nothing can be assigned to. */
const NO_TARGETS: ReadonlySet<string> = new Set([
  'Number',
  'String',
  'Boolean',
  'None',
  'CallExpression',
  'BinaryExpression',
  'ConditionalExpression',
  'LambdaExpression',
]);
/** Whole numbers with zeros before them, which were octal in Python 2. */
const OLD_OCTAL = /^0[\d_]*[1-9][\d_]*$/u;

/**
 * Tells where code is no Python 3, as a sentence; null when it parses. The grammar forgives what editors forgive; of that,
 * the statements and operators of Python 2 and targets that cannot be assigned to are found here.
 */
export function checkPython(code: string): string | null {
  const cursor = parser.parse(code).cursor();
  do {
    const wrong = cursor.type.isError ? 'syntax error' : mistakeOf(cursor.node, code);
    if (wrong !== null) return `${wrong} in line ${code.slice(0, cursor.from).split('\n').length}`;
  } while (cursor.next());
  return null;
}

function mistakeOf(node: SyntaxNode, code: string): string | null {
  switch (node.name) {
    case 'PrintStatement':
      return 'print without parentheses, as in Python 2,';
    case 'RaiseStatement':
      return node.getChild(',') === null ? null : 'raise with a comma, as in Python 2,';
    case 'CompareOp':
      return code.slice(node.from, node.to) === '<>' ? 'the operator <> of Python 2' : null;
    case 'Number':
      return OLD_OCTAL.test(code.slice(node.from, node.to)) ? 'a number with a zero before it' : null;
    case 'AssignStatement':
    case 'UpdateStatement': {
      const target = node.firstChild;
      return target !== null && NO_TARGETS.has(target.name) ? 'an assignment to what is no variable' : null;
    }
    default:
      return null;
  }
}
