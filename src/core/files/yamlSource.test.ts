import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { type Diagnostic, formatDiagnostic, InvalidInputError } from '../errors.ts';
import { checkYaml, parseYaml, YamlSource } from './yamlSource.ts';

const schema = z.strictObject({
  name: z.string().min(1),
  count: z.int().min(1).default(1),
  temperature: z.number().min(0).max(2).optional(),
  mode: z.enum(['auto', 'local', 'model']).optional(),
  stop: z.union([z.string(), z.array(z.string())]).optional(),
  auth: z.union([z.enum(['bearer', 'none']), z.strictObject({ header: z.string() })]).optional(),
  url: z.url({ error: 'a web address is wanted' }).optional(),
  steps: z.array(z.strictObject({ id: z.string(), min: z.number().optional() })).optional(),
});

function problemsOf(text: string, firstLine = 1): readonly Diagnostic[] {
  return checkYaml(new YamlSource('a.yaml', text, { firstLine }), schema).diagnostics;
}

function lines(text: string): string[] {
  return problemsOf(text).map(formatDiagnostic);
}

describe('YAML with places', () => {
  it('gives the value with defaults', () => {
    assert.deepEqual(parseYaml('a.yaml', 'name: x\n', schema), { name: 'x', count: 1 });
    assert.deepEqual(parseYaml('a.yaml', '\uFEFFname: x\r\ncount: 2\r\n', schema), { name: 'x', count: 2 });
  });

  it('names an unknown key, the nearest and the valid ones, at the key itself', () => {
    const [problem] = problemsOf('name: x\ntemprature: 1\n');
    assert.equal(problem?.code, 'unknown-key');
    assert.deepEqual(problem.position, { file: 'a.yaml', line: 2, column: 1, endLine: 2, endColumn: 11 });
    assert.match(problem.message, /`temprature`.*did you mean `temperature`.*valid: name, count, temperature/u);
  });

  it('says what type is expected and what was found, at the value', () => {
    assert.deepEqual(lines('name: x\ncount: many\n'), [
      'a.yaml:2:8: `count`: expected a whole number of at least 1, not the text "many"',
    ]);
    assert.deepEqual(lines('name: [a]\n'), ['a.yaml:1:7: `name`: expected a text that is not empty, not a list']);
    assert.deepEqual(lines('name:\n'), [
      'a.yaml:1:1: `name`: expected a text that is not empty, not nothing (an empty value)',
    ]);
  });

  it('says which range is expected', () => {
    assert.deepEqual(lines('name: x\ntemperature: 3.5'), [
      'a.yaml:2:14: `temperature`: expected a number from 0 to 2, not 3.5',
    ]);
    assert.deepEqual(lines('name: x\ncount: -3'), [
      'a.yaml:2:8: `count`: expected a whole number of at least 1, not -3',
    ]);
    assert.deepEqual(lines('name: x\ncount: 1.5'), [
      'a.yaml:2:8: `count`: expected a whole number of at least 1, not 1.5',
    ]);
    assert.deepEqual(lines('name: x\nmode: remote'), [
      'a.yaml:2:7: `mode`: expected one of auto, local, model, not the text "remote"',
    ]);
  });

  it('knows which of several forms was meant', () => {
    assert.deepEqual(lines('name: x\nstop: 3'), ['a.yaml:2:7: `stop`: expected a text or a list, not 3']);
    assert.deepEqual(lines('name: x\nstop: [a, 3]'), ['a.yaml:2:11: `stop`: expected a text, not 3']);
    assert.deepEqual(lines('name: x\nauth: { heder: k }').length, 2);
    assert.match(
      lines('name: x\nauth: { heder: k }').join('\n'),
      /2:9: `heder` is not known here \(did you mean `header`/u,
    );
  });

  it('uses the words that the schema has of its own', () => {
    assert.deepEqual(lines('name: x\nurl: nowhere'), ['a.yaml:2:6: `url`: a web address is wanted']);
  });

  it('points into lists and flow maps, and to the entry that lacks a key', () => {
    assert.deepEqual(lines('name: x\nsteps:\n  - id: a\n  - { id: b, min: low }'), [
      'a.yaml:4:19: `min`: expected a number, not the text "low"',
    ]);
    assert.deepEqual(lines('name: x\nsteps:\n  - min: 1\n'), ['a.yaml:3:5: `id`: is missing; expected a text']);
  });

  it('finds everything at once', () => {
    assert.equal(lines('nam: x\ncount: 0\ncount: 2\nmode: 1').length, 4);
  });

  it('names a key given twice at its second place', () => {
    assert.deepEqual(lines('name: x\ncount: 1\nname: y\n'), ['a.yaml:3:1: `name` is given twice; keep one of the two']);
  });

  const slips: readonly (readonly [string, RegExp])[] = [
    ['name: x\nstop: **/*.md', /^a\.yaml:2:7: .*quotes/u],
    ['name: x\nstop: *a', /^a\.yaml:2:7: .*quotes/u],
    ['name: x: y', /^a\.yaml:1:7: .*quotes/u],
    ['name:\n\tcount: 1', /^a\.yaml:2:1: .*tab/u],
    ['name: "x', /^a\.yaml:1:9: .*quote/u],
    ['name: [a, b', /^a\.yaml:1:\d+: .*bracket/u],
    ['name: @x', /^a\.yaml:1:7: .*quotes/u],
    ['name: x\n---\nname: y', /^a\.yaml:2:1: .*second document/u],
    ['name: !x y', /^a\.yaml:1:7: .*quotes/u],
  ];
  for (const [text, wording] of slips) {
    it(`says in plain words what is wrong with ${JSON.stringify(text)}`, () => {
      const found = lines(text);
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', wording);
    });
  }

  it('counts lines from where the text stands in its file', () => {
    assert.equal(problemsOf('count: 0', 5)[1]?.position?.line, 5);
  });

  it('survives an empty file and one that is no map', () => {
    assert.match(lines('')[0] ?? '', /^a\.yaml:1:1: expected a map with name/u);
    assert.match(lines('- a')[0] ?? '', /^a\.yaml:1:1: expected a map with name.*not a list/u);
  });

  it('keeps names that mean something to JavaScript as plain data', () => {
    const open = z.record(z.string(), z.unknown());
    const value = parseYaml('a.yaml', '__proto__: { polluted: 1 }\nconstructor: 2', open);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });

  it('throws one error with all problems', () => {
    assert.throws(
      () => parseYaml('a.yaml', 'nam: x', schema),
      (error) => error instanceof InvalidInputError && error.diagnostics.length === 2,
    );
  });
});

describe('references in YAML', () => {
  it('are followed, and point to the place they were written', () => {
    const source = new YamlSource('a.yaml', 'name: x\nstop: &words [a, 3]\nauth: *words');
    assert.deepEqual(source.problems, []);
    assert.equal(source.positionOf(['auth', 1]).line, 2);
  });

  it('are refused when they go in circles or multiply', () => {
    assert.equal(problemsOf('name: &n [*n]')[0]?.code, 'yaml');
    const bomb = [
      'a: &a [x, x]',
      ...'bcdefghijklmnop'.split(/(?=.)/u).map((name) => {
        const before = String.fromCharCode(name.charCodeAt(0) - 1);
        return `${name}: &${name} [*${before}, *${before}]`;
      }),
    ].join('\n');
    assert.match(problemsOf(bomb)[0]?.message ?? '', /multiply/u);
  });
});
