import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { isJsonObject, parseJson, type Json, type JsonObject } from '../../record/json.ts';
import { readLines } from '../readLines.ts';
import { writeParquet } from '../parquet/writeParquet.ts';

/** What a dataset's card tells of how it was made. */
export interface DatasetFacts {
  /** Name of the dataset, for the title. */
  readonly name: string;
  /** An identifier of the Hub's list of licences (`apache-2.0`, `cc-by-4.0` …); null: nobody has said. */
  readonly license: string | null;
  /** Field whose values are the names of splits; null: there is one split, `train`. */
  readonly splitField: string | null;
  /** Paragraphs and lists on how it was made, Markdown. */
  readonly story: readonly string[];
  /** Whether the built-in sample endpoint had a part in it. */
  readonly sample: boolean;
}

/** Sizes as the Hub words them. */
const SIZES: readonly (readonly [number, string])[] = [
  [1e3, 'n<1K'],
  [1e4, '1K<n<10K'],
  [1e5, '10K<n<100K'],
  [1e6, '100K<n<1M'],
  [1e7, '1M<n<10M'],
];
const LARGEST = '10M<n<100M';
const MOST_SPLITS = 50;

/**
 * Writes a dataset folder as the Hub and `datasets.load_dataset(folder)` take it: Parquet files in `data/`, one a split,
 * and a README.md whose front matter says which is which.
 */
export async function writeDatasetFolder(lines: string, folder: string, facts: DatasetFacts): Promise<void> {
  await mkdir(join(folder, 'data'), { recursive: true });
  const splits = await splitsOf(lines, facts.splitField);
  const files: { readonly split: string; readonly path: string; readonly rows: number; readonly bytes: number }[] = [];
  for (const split of splits) {
    const path = `data/${split}.parquet`;
    const rows = await writeParquet(lines, join(folder, path), (record) => splitOf(record, facts.splitField) === split);
    const { size: bytes } = await stat(join(folder, path));
    files.push({ split, path, rows, bytes });
  }
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const front = {
    license: facts.license ?? 'unknown',
    size_categories: [SIZES.find(([below]) => rows < below)?.[1] ?? LARGEST],
    tags: ['synthetic', 'openline'],
    configs: [
      { config_name: 'default', data_files: files.map(({ split, path }) => ({ split: hubName(split), path })) },
    ],
  };
  const card = [
    `# ${facts.name}`,
    ...(facts.sample ? ['> Made with the built-in sample endpoint: placeholders, not the output of a model.'] : []),
    ...facts.story,
    '## Splits',
    ['| split | records |', '| --- | ---: |', ...files.map((file) => `| ${file.split} | ${file.rows} |`)].join('\n'),
    '## Loading',
    '```python\nfrom datasets import load_dataset\n\ndataset = load_dataset("PATH_OR_NAME")\n```',
    ...(facts.license === null ? ['The licence has not been stated. State it before the dataset is published.'] : []),
  ];
  await writeFile(join(folder, 'README.md'), `---\n${stringify(front)}---\n\n${card.join('\n\n')}\n`);
}

/** The splits in the order in which they first appear; `train` where there is no record. */
async function splitsOf(lines: string, field: string | null): Promise<readonly string[]> {
  if (field === null) return ['train'];
  const splits = new Set<string>();
  for await (const { bytes } of readLines(lines)) {
    const record = parseJson(bytes?.toString('utf8') ?? '');
    if (isJsonObject(record)) splits.add(splitOf(record, field));
    // So many are no splits but values of some other field.
    if (splits.size > MOST_SPLITS) return ['train'];
  }
  return splits.size === 0 ? ['train'] : [...splits];
}

function splitOf(record: JsonObject, field: string | null): string {
  const value: Json | undefined = field === null ? undefined : record[field];
  // The name becomes a file's: whatever could lead elsewhere is taken out.
  return typeof value === 'string' && /^[\w-]+$/u.test(value) ? value : 'train';
}

/** The Hub takes word characters only. */
function hubName(split: string): string {
  return split.replaceAll('-', '_');
}
