/** A service with buckets, as S3 is one: moto's server, which nobody of ours wrote. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentProgram } from '../interop/support/pythonEnvironment.ts';
import { freePort } from './rayCluster.ts';

/** How long it may take to come up, in milliseconds. */
const PATIENCE = 120_000;

export interface BucketService {
  /** What its clients have to know, as variables. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): void;
}

export async function startBucketService(bucket: string): Promise<BucketService> {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const child = spawn(environmentProgram('moto_server', 'scale'), ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
  });
  const end = Date.now() + PATIENCE;
  let isMade = false;
  while (!isMade && Date.now() < end && child.exitCode === null) {
    isMade = await fetch(`${address}/${bucket}`, { method: 'PUT' }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (!isMade) await sleep(200);
  }
  if (!isMade) {
    child.kill('SIGKILL');
    throw new Error('The service with buckets has not come up');
  }
  return {
    environment: {
      AWS_ENDPOINT_URL: address,
      AWS_ACCESS_KEY_ID: 'key-of-the-tests',
      AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests',
      AWS_DEFAULT_REGION: 'us-east-1',
    },
    stop: () => child.kill('SIGKILL'),
  };
}
