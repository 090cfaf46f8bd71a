import { isJsonObject, parseJson, type JsonObject } from '../../../core/record/json.ts';
import { LineFile } from '../../results/lineFile.ts';

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
  readonly #file = new LineFile();

  async read(path: string, index: number): Promise<ChosenRecord> {
    await this.#file.update(path);
    const total = this.#file.count;
    const within = Math.max(0, Math.min(index, total - 1));
    const [line = ''] = await this.#file.lines(within, 1);
    const value = parseJson(line);
    return { path, index: within, total, fields: isJsonObject(value) ? value : undefined };
  }
}
