import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, beforeEach, suite, test } from 'node:test';
import { commit, type Hub, serveHub } from '../../reference/hub.ts';
import { loadModel } from '../models/index.ts';
import { HubError, parseHubName, Repository } from './index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-hub-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const vit = path.join(import.meta.dirname, '../../reference/models/hugging-face/vit');

test('a name is an owner’s, with a revision', () => {
  assert.deepEqual(parseHubName('hf:a/b'), { name: 'a/b', revision: 'main' });
  assert.deepEqual(parseHubName('hf:a/b@refs/pr/1'), { name: 'a/b', revision: 'refs/pr/1' });
  for (const wrong of ['hf:', 'hf:a/b/c', 'hf:../b', 'hf:a/..', 'hf:a/b@', 'hf:a/b@../c', 'hf:a b/c'])
    assert.throws(
      () => parseHubName(wrong),
      /names no model of the hub: write hf:OWNER\/NAME, or hf:OWNER\/NAME@REVISION/,
    );
});

suite('a model of the hub', () => {
  const variables = ['RETORT_CACHE', 'HF_ENDPOINT', 'HF_TOKEN', 'HF_HUB_OFFLINE'] as const;
  const before = variables.map((name) => [name, process.env[name]] as const);
  let hub: Hub;
  let folder: string;
  let tests = 0;
  beforeEach(async () => {
    const own = path.join(scratch, String(tests++));
    folder = path.join(own, 'model');
    fs.cpSync(vit, folder, { recursive: true });
    // What is not needed.
    fs.writeFileSync(path.join(folder, 'README.md'), '# ViT');
    fs.writeFileSync(path.join(folder, 'pytorch_model.bin'), 'more of the same');
    hub = await serveHub('owner/vit', folder);
    for (const name of variables) delete process.env[name];
    Object.assign(process.env, { RETORT_CACHE: path.join(own, 'cache'), HF_ENDPOINT: hub.url });
  });
  afterEach(() => {
    hub.close();
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });
  const said: string[] = [];
  const load = (name = 'hf:owner/vit') => {
    said.length = 0;
    return loadModel(name, { classes: 3 }, { onWarning: (text) => said.push(text) });
  };
  const cached = (...names: string[]): string =>
    path.join(process.env.RETORT_CACHE ?? '', 'hub/owner--vit', commit, ...names);
  /** What is said, without the address. */
  const refused = (sentence: RegExp, name?: string) =>
    assert.rejects(load(name), (error) => {
      assert.ok(error instanceof HubError, String(error));
      assert.match(error.message.replaceAll(hub.url, 'HUB'), sentence);
      return true;
    });
  const resolves = (file: string): number =>
    hub.asked.filter((at) => at === `/owner/vit/resolve/${commit}/${file}`).length;

  test('comes with the files that are needed, and no others; again from the cache, without a network', async () => {
    const progress: string[] = [];
    const report = (what: string, done: number, total: number) => progress.push(`${what} ${done}/${total}`);
    const { name, model } = await loadModel('hf:owner/vit', { classes: 3 }, { report });
    assert.equal(name, 'ViTForImageClassification');
    assert.deepEqual(fs.readdirSync(cached()).sort(), [
      'config.json',
      'lock',
      'model.safetensors',
      'preprocessor_config.json',
    ]);
    const size = fs.statSync(path.join(vit, 'model.safetensors')).size;
    assert.equal(progress.at(-1), `Fetching owner/vit model.safetensors ${size}/${size}`);
    const local = await loadModel(vit, { classes: 3 });
    assert.deepEqual(
      model.stateDict()['head.weight']?.toList(),
      local.model.stateDict()['head.weight']?.toList(),
    );
    hub.asked.length = 0;
    await load();
    assert.deepEqual(hub.asked, ['/api/models/owner/vit/revision/main'], 'only whether there is a newer one');
    hub.close();
    await load();
    assert.match(
      said.join().replaceAll(hub.url, 'HUB'),
      /^HUB cannot be reached \(.*\): hf:owner\/vit is as it was fetched, at commit 01234567$/,
    );
    await load(`hf:owner/vit@${commit}`);
    assert.deepEqual(said, []);
    process.env.HF_HUB_OFFLINE = '1';
    await load();
    assert.deepEqual(said, []);
  });

  test('of texts comes with what makes tokens of them', async () => {
    fs.rmSync(folder, { recursive: true });
    fs.cpSync(path.join(path.dirname(vit), 'bert'), folder, { recursive: true });
    for (const file of ['tokenizer.json', 'tokenizer_config.json', 'vocab.txt', 'preprocessor_config.json'])
      fs.writeFileSync(path.join(folder, file), '{}');
    const { name } = await loadModel('hf:owner/vit', { classes: 3 });
    assert.equal(name, 'BertForSequenceClassification');
    assert.deepEqual(fs.readdirSync(cached()).sort(), [
      ...['config.json', 'lock', 'model.safetensors'],
      ...['tokenizer.json', 'tokenizer_config.json', 'vocab.txt'],
    ]);
  });

  test('goes on where a connection was cut, at once and the next time', async () => {
    const cuts: number[] = [];
    hub.answer = (request, response) => {
      if (!request.url?.endsWith('model.safetensors') || request.headers.range === 'bytes=0-0') return false;
      const [, from = '0'] = /bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
      cuts.push(Number(from));
      if (cuts.length > 3) return false;
      const bytes = fs.readFileSync(path.join(folder, 'model.safetensors')).subarray(Number(from));
      response.writeHead(from === '0' ? 200 : 206, { 'Content-Length': bytes.length });
      // The third brings nothing.
      response.write(cuts.length === 3 ? '' : bytes.subarray(0, 5000), () =>
        setTimeout(() => response.destroy(), 20),
      );
      if (cuts.length === 3) response.flushHeaders();
      return true;
    };
    await refused(
      /^HUB\/owner\/vit: model\.safetensors was cut after 10,000 of 27,924 bytes \(.+\): try again, which goes on where it stopped$/,
    );
    assert.equal(fs.existsSync(cached('model.safetensors')), false);
    await load();
    assert.deepEqual(cuts, [0, 5000, 10_000, 10_000]);
  });

  test('is refused where it is not what the hub says, whatever kind of checksum it has', async () => {
    for (const file of ['config.json', 'model.safetensors']) {
      hub.answer = (request, response) => {
        const { range } = request.headers;
        if (!request.url?.endsWith(file) || range === 'bytes=0-0') return false;
        const bytes = fs.readFileSync(path.join(folder, file));
        bytes[bytes.length - 1] = 1;
        response.end(bytes);
        return true;
      };
      await refused(
        new RegExp(
          `^HUB/owner/vit: ${file} is not what the hub says it is: its checksum is [0-9a-f]+, not [0-9a-f]+; what came was removed, so try again$`,
        ),
      );
      assert.deepEqual(
        fs.readdirSync(cached()).filter((name) => name.startsWith(file)),
        [],
      );
      hub.answer = () => false;
    }
    await load();
  });

  test('that does not exist, is gated, or is of another revision', async () => {
    await refused(
      /^there is no model owner\/other at HUB that can be seen without HF_TOKEN: correct the name, or, if it is a private one, set HF_TOKEN/,
      'hf:owner/other',
    );
    await refused(/^HUB\/owner\/vit has no branch, tag or commit 'v2'$/, 'hf:owner/vit@v2');
    hub.answer = (_, response) => {
      response.writeHead(403, { 'X-Error-Code': 'GatedRepo' }).end();
      return true;
    };
    await refused(
      /^HUB\/owner\/vit cannot be had without HF_TOKEN, as it is gated: ask for access on its page, and set HF_TOKEN to a token of yours/,
    );
    process.env.HF_TOKEN = 'hf_me';
    await refused(/cannot be had with this HF_TOKEN, as it is gated/);
    assert.ok(hub.tokens.has('Bearer hf_me'));
    process.env.HF_TOKEN = 'me';
    await refused(/^HF_TOKEN is no token of the hub, which begin with 'hf_'/);
    delete process.env.HF_TOKEN;
    hub.answer = (_, response) => {
      response.writeHead(503, { 'X-Error-Message': 'too busy' }).end();
      return true;
    };
    await refused(/^HUB answered 503 for owner\/vit: too busy: try again later$/);
  });

  test('without a network, and none in the cache', async () => {
    hub.close();
    await refused(
      /^HUB cannot be reached \(.*ECONNREFUSED.*\): check the network and HF_ENDPOINT, or name a folder that has the files of owner\/vit$/,
    );
    process.env.HF_HUB_OFFLINE = '1';
    await refused(
      /^hf:owner\/vit is not in the cache, and HF_HUB_OFFLINE is set: unset it once to fetch it$/,
    );
  });

  test('whose network is not here is refused before its weights come', async () => {
    const config = path.join(folder, 'config.json');
    fs.writeFileSync(config, fs.readFileSync(config, 'utf8').replace('"vit"', '"levit"'));
    await assert.rejects(load(), /config\.json: the model_type is 'levit', and here are resnet, vit/);
    assert.equal(resolves('model.safetensors'), 0);
    fs.mkdirSync(path.join(folder, 'onnx'));
    fs.writeFileSync(path.join(folder, 'onnx/model.onnx'), 'a graph');
    fs.rmSync(cached('..'), { recursive: true });
    await assert.rejects(load(), (error) => {
      const { message } = error as Error;
      assert.match(message, /; its ONNX file can be a teacher: download \S+, and write where it is$/);
      const [, url = ''] = /download (\S+),/.exec(message) ?? [];
      assert.equal(url, `${hub.url}/owner/vit/resolve/${commit}/onnx/model.onnx`);
      return true;
    });
  });

  test('in several files', async () => {
    const weights = path.join(folder, 'model.safetensors');
    const index = { weight_map: { a: 'model-00001-of-00001.safetensors' } };
    fs.renameSync(weights, path.join(folder, index.weight_map.a));
    fs.rmSync(path.join(folder, 'pytorch_model.bin'));
    fs.writeFileSync(`${weights}.index.json`, JSON.stringify(index));
    await load();
    assert.ok(resolves(index.weight_map.a) > 0);
  });

  test('that two ask for at the same time comes once', async () => {
    const all = await Promise.all([Repository.open('hf:owner/vit'), Repository.open('hf:owner/vit')]);
    const files = await Promise.all(all.map((repository) => repository.fetch('model.safetensors')));
    assert.equal(files[0], files[1]);
    // Once to ask, once to fetch.
    assert.equal(resolves('model.safetensors'), 2);
  });

  test('a large file is sent for elsewhere, without the token', async () => {
    const seen: (string | undefined)[] = [];
    const other = http
      .createServer((request, response) => {
        seen.push(request.headers.authorization);
        const bytes = fs.readFileSync(path.join(folder, 'model.safetensors'));
        const isProbe = request.headers.range === 'bytes=0-0';
        const range = isProbe ? { 'Content-Range': `bytes 0-0/${bytes.length}` } : {};
        response
          .writeHead(isProbe ? 206 : 200, { ETag: '"x"', ...range })
          .end(isProbe ? bytes.subarray(0, 1) : bytes);
      })
      .listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    process.env.HF_TOKEN = 'hf_me';
    hub.answer = (request, response) => {
      if (!request.url?.endsWith('model.safetensors')) return false;
      response.writeHead(302, { Location: `http://127.0.0.1:${port}/signed` }).end();
      return true;
    };
    try {
      await load();
    } finally {
      other.closeAllConnections();
      other.close();
    }
    assert.deepEqual(new Set(seen), new Set([undefined]));
  });
});
