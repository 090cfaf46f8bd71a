import { LineIndex } from '../../../core/datasets/view/lineIndex.ts';
import { readRecord } from '../../../core/datasets/view/readRecord.ts';
import type { JsonObject } from '../../../core/record/json.ts';

/** A record of a JSONL file, chosen by its number. */
export interface ChosenRecord {
  readonly path: string;
  /** From 0. */
  readonly index: number;
  /** Lines of the file. */
  readonly total: number;
  /** Undefined where the line is no JSON object. */
  readonly fields: JsonObject | undefined;
}

/** Reads records of one file after the other, without loading a whole file. */
export class RecordReader {
  readonly #lines = new LineIndex({ unended: 'line' });

  async read(path: string, index: number): Promise<ChosenRecord> {
    await this.#lines.update(path);
    const total = this.#lines.count;
    const within = Math.max(0, Math.min(index, total - 1));
    for await (const line of this.#lines.lines(within, 1)) {
      return { path, index: within, total, fields: readRecord(line).fields ?? undefined };
    }
    return { path, index: within, total, fields: undefined };
  }
}
