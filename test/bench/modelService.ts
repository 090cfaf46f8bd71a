/** The benchmark's model service, a process of its own. Told over IPC how to behave, and asked what it did. */
import type { AddressInfo } from 'node:net';
import { parseJson } from '../../src/core/record/json.ts';
import { createAnswers } from './answers.ts';
import { INSTANT, lastMessageOf, latencyOf, questionId, statusOf, type Behaviour } from './behaviour.ts';
import { createHttpServer, type Reply } from './httpServer.ts';
import { serviceOrder, type ServiceReport } from './messages.ts';
import { answerOrders, cpuMilliseconds } from './worker.ts';

const answerTo = createAnswers();
let behaviour: Behaviour = INSTANT;
let active = 0;
let waiting: (() => void)[] = [];
let requests = 0;
let failures = 0;
let cpuBefore = 0;
let latencies: Record<string, number> = {};
let attempts = new Map<string, number>();

const server = createHttpServer((body, reply) => {
  const content = lastMessageOf(parseJson(body));
  requests += 1;
  if (active >= behaviour.slots) waiting.push(() => work(content, reply));
  else work(content, reply);
});

function work(content: string, reply: Reply): void {
  active += 1;
  const question = questionId(content);
  const attempt = behaviour.faultRate === 0 ? 0 : (attempts.get(question) ?? 0);
  if (behaviour.faultRate > 0) attempts.set(question, attempt + 1);
  const status = statusOf(question, attempt, behaviour.faultRate);
  const delay = status === 429 ? 0 : latencyOf(question, behaviour);
  const startedAt = performance.now();
  const answer = (): void => {
    active -= 1;
    if (status === 200) reply(status, answerTo(content, question));
    else {
      failures += 1;
      reply(status, '{"error":{"message":"The service is busy"}}');
    }
    if (delay > 0) latencies[question] = performance.now() - startedAt;
    waiting.shift()?.();
  };
  if (delay === 0) answer();
  else setTimeout(answer, delay);
}

await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
const { port } = server.address() as AddressInfo;
answerOrders(serviceOrder, (order): ServiceReport => {
  const report = { port, requests, failures, cpuMilliseconds: cpuMilliseconds() - cpuBefore, latencies };
  if (order.do === 'report') return report;
  ({ behaviour } = order);
  waiting = [];
  [requests, failures, cpuBefore] = [0, 0, cpuMilliseconds()];
  latencies = {};
  attempts = new Map();
  return report;
});
