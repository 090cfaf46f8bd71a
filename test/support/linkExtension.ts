import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { root } from './machine.ts';

/** Links the built extension into a folder as if it had been installed. */
export async function linkExtension(extensionsFolder: string): Promise<void> {
  await link(root, extensionsFolder);
}

/** Links the test extension that offers chat models inside VS Code. */
export async function linkModelProvider(extensionsFolder: string): Promise<void> {
  await link(join(root, 'test', 'fixtures', 'model-provider'), extensionsFolder);
}

/** Links the test extension that opens webviews and writes down when. */
export async function linkPaintClock(extensionsFolder: string): Promise<void> {
  await link(join(root, 'test', 'fixtures', 'paint-clock'), extensionsFolder);
}

async function link(extension: string, extensionsFolder: string): Promise<void> {
  const manifest = z
    .object({ publisher: z.string(), name: z.string(), version: z.string() })
    .parse(JSON.parse(await readFile(join(extension, 'package.json'), 'utf8')));
  await mkdir(extensionsFolder, { recursive: true });
  const name = `${manifest.publisher}.${manifest.name}-${manifest.version}`;
  await symlink(extension, join(extensionsFolder, name), 'junction');
}
