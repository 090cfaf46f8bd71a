import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPipeline } from '../../src/core/index.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../src/core/record/json.ts';
import type { RunSummary } from '../../src/core/run/events.ts';
import type { ModelServer } from './modelServer.ts';

/** Whole runs of pipelines in folders of their own, against a service. */
export class RecipeRuns {
  readonly #folders: string[] = [];
  #root = '';

  /** An empty folder for the next test. */
  begin(): void {
    this.#root = mkdtempSync(join(tmpdir(), 'openline-recipes-'));
    this.#folders.push(this.#root);
  }

  dispose(): void {
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }

  /** Writes a file beside the pipeline. */
  put(path: string, text: string): void {
    writeFileSync(join(this.#root, path), text);
  }

  /** Runs a pipeline with these keys; its endpoint is `service`, the model `m`. */
  async run(pipeline: JsonObject, server: ModelServer): Promise<RunSummary> {
    const file = join(this.#root, 'demo.openline.yaml');
    // JSON is YAML.
    const text = JSON.stringify({ openline: 1, endpoint: 'service', ...pipeline });
    return this.runFile(file, text, server);
  }

  /** Writes a pipeline file, absolute, and runs it. */
  async runFile(file: string, text: string, server: ModelServer): Promise<RunSummary> {
    writeFileSync(file, text);
    return runPipeline(file, { endpoints: { service: { base_url: server.url, model: 'm' } } });
  }

  /** @param name of the dataset: that of its pipeline */
  records(name = 'demo'): readonly JsonObject[] {
    return readLines(join(this.#root, `data/${name}.jsonl`));
  }

  /** The values of each record. */
  rows(): readonly unknown[][] {
    return this.records().map((record) => Object.values(record));
  }

  /** Where everything of a run lives. */
  folderOf({ run }: RunSummary): string {
    return join(this.#root, '.openline/runs', run ?? '');
  }

  /** Key, step and reason of each reject. */
  rejects(summary: RunSummary): readonly unknown[][] {
    const lines = readLines(join(this.folderOf(summary), 'rejects.jsonl'));
    return lines.map(({ id, step, reason }) => [id, step, reason]);
  }
}

function readLines(path: string): readonly JsonObject[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const value = parseJson(line);
    assert.ok(isJsonObject(value), line);
    return value;
  });
}
