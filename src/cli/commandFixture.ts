/** What tests of commands share: a folder for each, files in it, and the command line run within this process. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach } from 'node:test';
import { isJsonObject, parseJson, type Json, type JsonObject } from '../core/record/json.ts';
import { commandLine } from './commandLine.ts';

export interface Told {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  /** The last line of `out`, where it is an object. */
  readonly json: JsonObject;
}

export class CommandFixture {
  #folder = '';

  /** Makes a new folder before each test, and removes them all in the end. @param name stands in the folders' names */
  constructor(name: string) {
    const folders: string[] = [];
    beforeEach(() => {
      this.#folder = mkdtempSync(join(tmpdir(), `openline-${name}-`));
      folders.push(this.#folder);
    });
    after(() => {
      for (const path of folders) rmSync(path, { recursive: true, force: true });
    });
  }

  get folder(): string {
    return this.#folder;
  }

  /** Writes a file of lines, JSON where they are no text. */
  readonly put = (name: string, ...lines: readonly (JsonObject | string)[]): void => {
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
    writeFileSync(join(this.#folder, name), `${text.join('\n')}\n`);
  };

  /** The lines of a JSONL file. */
  readonly records = (name: string): readonly (Json | undefined)[] =>
    readFileSync(join(this.#folder, name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => parseJson(line));

  readonly command = async (...argv: readonly string[]): Promise<Told> => {
    let [out, err] = ['', ''];
    const status = await commandLine(argv, {
      out: { write: (text) => (out += text) },
      err: { write: (text) => (err += text) },
      env: {},
      cwd: this.#folder,
      library: join(import.meta.dirname, '../core/library'),
      version: 'test',
      stop: new AbortController().signal,
    });
    const last = parseJson(out.trimEnd().split('\n').at(-1) ?? '');
    return { status, out, err, json: isJsonObject(last) ? last : {} };
  };
}

/** A member of what a command printed as JSON. */
export function at(json: JsonObject, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isJsonObject(value) ? value[name] : undefined), json);
}
