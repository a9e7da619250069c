import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { DataError } from '../index.ts';
import { download } from './download.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-download-'));
after(() => fs.rmSync(scratch, { recursive: true }));

suite('downloads', () => {
  const content = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
  const sha256 = createHash('sha256').update(content).digest('hex');
  const serve = async (answer: http.RequestListener, body: (url: string) => Promise<void>) => {
    const server = http.createServer(answer).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}/file.bin`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  };
  test('a connection that breaks is continued where it stopped', async () => {
    const ranges: (string | undefined)[] = [];
    await serve(
      (request, response) => {
        ranges.push(request.headers.range);
        const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
        response.writeHead(from ? 206 : 200, { 'content-length': content.length - from });
        if (from) return response.end(content.subarray(from));
        return response.write(content.subarray(0, 60_000), () => setTimeout(() => response.destroy(), 50));
      },
      async (url) => {
        const file = path.join(scratch, 'resumed/file.bin');
        const seen: number[] = [];
        const source = { url, sha256, bytes: content.length };
        await assert.rejects(
          download(source, file),
          (error) => error instanceof DataError && /continues where it stopped/.test(error.message),
        );
        assert.equal(fs.existsSync(file), false);
        await download(source, file, (_, done) => seen.push(done));
        assert.deepEqual(fs.readFileSync(file), content);
        assert.deepEqual(ranges, [undefined, 'bytes=60000-']);
        assert.equal(seen.at(-1), content.length);
      },
    );
  });
  test('a server without ranges starts over; another file is refused and removed', async () => {
    await serve(
      (_, response) => response.end(content),
      async (url) => {
        const file = path.join(scratch, 'again/file.bin');
        fs.mkdirSync(path.dirname(file));
        fs.writeFileSync(`${file}.part`, 'abc');
        await download({ url, sha256, bytes: content.length }, file);
        assert.deepEqual(fs.readFileSync(file), content);
        const wrong = path.join(scratch, 'wrong.bin');
        await assert.rejects(
          download({ url, sha256: '0'.repeat(64), bytes: content.length }, wrong),
          /SHA-256/,
        );
        assert.deepEqual([fs.existsSync(wrong), fs.existsSync(`${wrong}.part`)], [false, false]);
      },
    );
  });
  test('a server that refuses, and none at all, are sentences with the cure', async () => {
    await serve(
      (_, response) => response.writeHead(404).end(),
      async (url) => {
        await assert.rejects(
          download({ url, sha256, bytes: 1 }, path.join(scratch, 'none')),
          /404.*RETORT_DATA/,
        );
      },
    );
    await assert.rejects(
      download({ url: 'http://127.0.0.1:9/x', sha256, bytes: 1 }, path.join(scratch, 'none')),
      DataError,
    );
  });
});
