/** For tests: a server that answers as the Hugging Face hub does, with one model. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

export const commit = '0123456789abcdef0123456789abcdef01234567';

export interface Hub {
  readonly url: string;
  /** What was asked, in order, without what stands behind a question mark. */
  readonly asked: string[];
  /** By which header `authorization`. */
  readonly tokens: Set<string | undefined>;
  /** Answers otherwise where it returns true. */
  answer: (request: http.IncomingMessage, response: http.ServerResponse) => boolean;
  close(): void;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** As git names a file. */
const gitSum = (bytes: Buffer): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

/**
 * Serves `owner/name` with the files of a folder: `main` is at `commit`. Files of weights are large ones, by their SHA-256.
 *
 * @example const hub = await serveHub('owner/name', folder); process.env.HF_ENDPOINT = hub.url;
 */
export async function serveHub(name: string, folder: string): Promise<Hub> {
  const [asked, tokens] = [[] as string[], new Set<string | undefined>()];
  const hub = { asked, tokens, answer: (_: http.IncomingMessage, __: http.ServerResponse) => false };
  const refuse = (response: http.ServerResponse, status: number, code: string): void => {
    response.writeHead(status, { 'X-Error-Code': code }).end();
  };
  const listing = () =>
    fs
      .globSync('**/*', { cwd: folder, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = path.join(entry.parentPath, entry.name);
        const bytes = fs.readFileSync(file);
        const lfs = { oid: sha256(bytes), size: bytes.length, pointerSize: 130 };
        return {
          type: 'file',
          path: path.relative(folder, file),
          size: bytes.length,
          oid: gitSum(bytes),
          ...(/\.(safetensors|bin|onnx)$/.test(file) ? { lfs } : {}),
        };
      });
  const server = http.createServer((request, response) => {
    const [at = ''] = (request.url ?? '').split('?');
    asked.push(at);
    tokens.add(request.headers.authorization);
    if (hub.answer(request, response)) return;
    const json = (value: unknown) =>
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
    if (!at.startsWith(`/api/models/${name}/`) && !at.startsWith(`/${name}/`))
      return refuse(response, 401, 'RepoNotFound');
    const revision = /\/(?:revision|tree|resolve)\/([^/]+)/.exec(at)?.[1];
    if (revision !== 'main' && revision !== commit) return refuse(response, 404, 'RevisionNotFound');
    if (at.includes('/revision/')) return json({ _id: '1', id: name, sha: commit, lastModified: 0 });
    if (at.includes('/tree/')) return json(listing());
    const file = path.join(folder, at.replace(/^.*\/resolve\/[^/]+\//, ''));
    if (!fs.existsSync(file)) return refuse(response, 404, 'EntryNotFound');
    const bytes = fs.readFileSync(file);
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
    const part = from === undefined ? bytes : bytes.subarray(Number(from), Number(to) + 1);
    const range = from === undefined ? {} : { 'Content-Range': `bytes ${from}-${to}/${bytes.length}` };
    const head = { ETag: `"${sha256(bytes)}"`, 'Content-Length': part.length, ...range };
    return response.writeHead(from === undefined ? 200 : 206, head).end(part);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return Object.assign(hub, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
}
