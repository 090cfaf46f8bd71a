/**
 * As much of HTTP/1.1 as the benchmark's clients speak: requests with a content length, kept-alive connections. Node's own
 * server costs several times as much, and would be the slowest part of what is measured.
 */
import { createServer, type Server, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const CONTENT_LENGTH = /\r\ncontent-length: *(?<length>\d+)/iu;

/** Sends an answer with a JSON body. */
export type Reply = (status: number, body: string) => void;

export function createHttpServer(handle: (body: string, reply: Reply) => void): Server {
  return createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    const reply: Reply = (status, body) => {
      if (!socket.destroyed) socket.write(answerText(status, body));
    };
    readRequests(socket, (body) => {
      handle(body, reply);
    });
  });
}

function answerText(status: number, body: string): string {
  const head = `HTTP/1.1 ${status} OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`;
  return `${head}\r\n\r\n${body}`;
}

function readRequests(socket: Socket, onRequest: (body: string) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const headEnd = rest.indexOf(HEAD_END);
      if (headEnd === -1) return;
      const length = Number(CONTENT_LENGTH.exec(rest.toString('latin1', 0, headEnd))?.groups?.['length'] ?? 0);
      const start = headEnd + HEAD_END.length;
      if (rest.length < start + length) return;
      const body = rest.toString('utf8', start, start + length);
      rest = rest.subarray(start + length);
      onRequest(body);
    }
  });
}
