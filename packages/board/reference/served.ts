/** A board that is served for a test, and asked as a page of its own would ask. */
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { type Board, type BoardOptions, serveBoard } from '../src/index.ts';

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every form
  readonly json: any;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Asks with a path as it stands: `fetch` would mend it, and says which Host it likes. */
export function askRaw(
  port: number,
  target: string,
  { method = 'GET', headers = {}, body }: Asked = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port, path: target, method, headers: { connection: 'close', ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const isJson = response.headers['content-type']?.startsWith('application/json') ?? false;
          resolve({
            ...{ status: response.statusCode ?? 0, headers: response.headers, text },
            json: isJson && text !== '' ? JSON.parse(text) : null,
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

export interface TestBoard extends AsyncDisposable {
  readonly board: Board;
  /** Of a list of runs the one in which all folders are read. */
  ask(target: string, asked?: Asked): Promise<Answer>;
  /** With JSON, as the board's own page sends it. */
  send(method: string, target: string, body: unknown): Promise<Answer>;
}

export async function served(folder: string, options: Partial<BoardOptions> = {}): Promise<TestBoard> {
  const board = await serveBoard({ folder, port: 0, ...options });
  const ask = async (target: string, asked?: Asked): Promise<Answer> => {
    const answer = await askRaw(board.port, target, asked);
    return answer.json?.isReading ? ask(target, asked) : answer;
  };
  return {
    board,
    ask,
    send: (method, target, body) =>
      ask(target, {
        method,
        headers: { origin: `http://127.0.0.1:${board.port}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: () => board.close(),
  };
}

/** A folder of its own for a test. */
export const scratchFolder = (): string => fs.mkdtempSync(path.join(os.tmpdir(), 'retort-board-test-'));

/** Makes folders of runs for tests, in one that is removed when they are done. */
export const freshFolder = (scratch: string): string => fs.mkdtempSync(path.join(scratch, 'runs-'));
