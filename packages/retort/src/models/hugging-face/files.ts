/** The files of a model folder: which there are, and which hold the weights. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { HuggingFaceError } from './errors.ts';
import { checked, readObject } from './json.ts';

export const configFile = 'config.json';
export const inputFile = 'preprocessor_config.json';

/** In one form or another, how a network of texts has them as tokens. */
export const tokenizerFiles = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
] as const;

/** Weights of ours in a model folder whose network transformers does not have: it looks for other names, and so says that there are none. */
export const exportedWeights = 'student.safetensors';

/** Of weights, the one that is taken first. An index names the files of weights that are in several. */
const weightFiles = [
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
] as const;

const onnxFiles = ['onnx/model.onnx', 'model.onnx'] as const;

/** What a model folder has, wherever it is. */
export interface Names {
  has(name: string): boolean;
  /** How a file of it is used by itself, as the end of a sentence. */
  use(name: string): string;
}

/** Of a folder here. */
export const namesIn = (folder: string): Names => ({
  has: (name) => fs.existsSync(path.join(folder, name)),
  use: (name) => `write ${path.join(folder, name)}`,
});

/** Of which names the folder has the first. */
const firstOf = (names: Names, wanted: readonly string[]): string | null =>
  wanted.find((name) => names.has(name)) ?? null;

/** What is said of the ONNX file that could be used instead, after a sentence; nothing where there is none. */
export function orOnnx(names: Names): string {
  const onnx = firstOf(names, onnxFiles);
  return onnx === null ? '' : `; its ONNX file can be a teacher: ${names.use(onnx)}`;
}

/** The file of weights, or the index of several. @throws HuggingFaceError where there are none */
export function weightFile(names: Names, folder: string): string {
  const found = firstOf(names, weightFiles);
  if (found !== null) return found;
  throw new HuggingFaceError(
    `${folder} has no weights of PyTorch: it has a ${configFile}, and neither ${weightFiles[0]} nor ${weightFiles[2]}${orOnnx(names)}`,
  );
}

const index = z.object({ weight_map: z.record(z.string(), z.string()) });

/**
 * The files that weights are in.
 *
 * @param file  the file of weights, or the index of several
 * @throws HuggingFaceError for an index that is none, or that names files elsewhere
 */
export function shardsOf(file: string): string[] {
  if (!file.endsWith('.index.json')) return [path.basename(file)];
  const { weight_map: files } = checked(index, readObject(file), file);
  const shards = [...new Set(Object.values(files))].sort();
  const outside = shards.find((name) => name !== path.basename(name) || name.startsWith('.'));
  if (outside !== undefined)
    throw new HuggingFaceError(`${file} names the weights '${outside}', which is no file beside it`);
  if (shards.length === 0) throw new HuggingFaceError(`${file} names no weights`);
  return shards;
}

/** Whether it is the folder of a model, or what is left of one; a run folder is not, nor one whose weights are ours. @example isModelFolder('vit-base') */
export function isModelFolder(folder: string): boolean {
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return false;
  const names = namesIn(folder);
  return (
    firstOf(names, ['best.safetensors', exportedWeights]) === null &&
    firstOf(names, [configFile, ...weightFiles, inputFile]) !== null
  );
}
