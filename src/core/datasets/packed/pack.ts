/** Formats that are no lines: made from a finished JSONL file when all its records are known. */
import type { ExportFormat } from '../formats.ts';
import type { DatasetFacts } from './huggingFace.ts';

export type PackedFormat = 'parquet' | 'hf';

export function isPacked(format: ExportFormat): format is PackedFormat {
  return format === 'parquet' || format === 'hf';
}

/**
 * Makes the file (`parquet`) or the folder (`hf`) from a JSONL file.
 *
 * @param target must not exist
 */
export async function pack(format: PackedFormat, lines: string, target: string, facts: DatasetFacts): Promise<void> {
  if (format === 'parquet') {
    const { writeParquet } = await import('../parquet/writeParquet.ts');
    await writeParquet(lines, target);
    return;
  }
  const { writeDatasetFolder } = await import('./huggingFace.ts');
  await writeDatasetFolder(lines, target, facts);
}
