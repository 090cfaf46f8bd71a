import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { datasetReferences } from './datasetReferences.ts';

const python = (source: string): readonly string[] =>
  datasetReferences(source, 'python').map(({ paths }) => paths.join(' | '));
const javascript = (source: string): readonly string[] =>
  datasetReferences(source, 'javascript').map(({ paths }) => paths.join(' | '));

describe('references to datasets', () => {
  for (const [source, expected] of [
    ['load_dataset("json", data_files="data/x.jsonl")', ['data/x.jsonl']],
    [
      "load_dataset('json', data_files={'train': 'a.jsonl', 'test': ['b.jsonl', 'c.jsonl']})",
      ['a.jsonl', 'b.jsonl', 'c.jsonl'],
    ],
    ['pd.read_json("data/x.jsonl", lines=True)', ['data/x.jsonl']],
    ['open(r"data\\x.jsonl")', ['data\\x.jsonl']],
    ['Path("data") / "chat" / "x.jsonl"', ['data/chat/x.jsonl | x.jsonl']],
    ['os.path.join("data", "x.csv")', ['data/x.csv | x.csv']],
    ['open(f"data/{name}.jsonl")', []],
    ['# open("data/x.jsonl")\nopen("y.jsonl")', ['y.jsonl']],
    ['"""\nText with "data/x.jsonl" in it\n"""', []],
    ['load_dataset("data/hub")', ['data/hub']],
    ['load_dataset("json")', []],
  ] as const) {
    it(`of Python: ${source.split('\n')[0] ?? ''}`, () => {
      assert.deepEqual(python(source), expected);
    });
  }
  it('of TypeScript', () => {
    assert.deepEqual(javascript('await readFile("data/x.jsonl", "utf8") // "no.jsonl"'), ['data/x.jsonl']);
    assert.deepEqual(javascript('readFile(`data/x.jsonl`); readFile(`data/${y}.jsonl`)'), ['data/x.jsonl']);
    assert.deepEqual(javascript('/* "a.jsonl" */ join("data", "x.jsonl")'), ['data/x.jsonl | x.jsonl']);
  });
  it('tell their place', () => {
    const source = 'a = "x.jsonl"';
    assert.deepEqual(datasetReferences(source, 'python')[0], { start: 4, end: 13, paths: ['x.jsonl'] });
  });
});
