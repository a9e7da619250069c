/** An ONNX file: its graph as far as a network is made of it, and the files beside it that hold weights. */
import { createHash, type Hash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type DType, openWeights } from '@retort/torch';
import type { GraphProto, ModelProto, TensorProto, ValueInfoProto } from 'onnx-buf';
import { notAFile } from '../../system/regular-file.ts';
import { listed } from '../../words/listed.ts';
import { oneLine } from '../../words/shown.ts';
import { OnnxError } from './errors.ts';

/** Whether a name is one of an ONNX file. @example isOnnxFile('model.onnx') // true */
export const isOnnxFile = (file: string): boolean => /\.onnx$/i.test(file);

/** A size that is fixed, or the name of one that is not; null where it has none. */
export type Dimension = number | string | null;

/** A tensor of a graph. */
export interface OnnxValue {
  readonly name: string;
  /** Null where the file does not say it, or it is of a kind that libtorch has not. */
  readonly dtype: DType | null;
  /** Null where the file does not say it. */
  readonly shape: readonly Dimension[] | null;
}

/** What computes a value. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
}

export interface OnnxFile {
  readonly file: string;
  /** Its bytes, with values within the graph among the outputs. */
  bytesWith(values: readonly string[]): Uint8Array<ArrayBuffer>;
  /** SHA-256 of the file and of those that hold its weights. */
  readonly content: string;
  readonly producer: string;
  readonly irVersion: number;
  /** Versions of the operators, by their domain; the empty one is ONNX's own. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** What it is called with: weights that old files list among their inputs are none of them. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** What computes each value, by the name of the value, in order. */
  readonly nodes: ReadonlyMap<string, OnnxNode>;
  /** How many numbers its weights have. */
  readonly parameters: number;
  /** Files that hold its weights, as the file names them. */
  readonly external: readonly string[];
}

/** By their numbers in ONNX. */
const dtypes: Readonly<Record<number, DType>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
};

/** Those of weights, quantised ones too; whole numbers of more bits are shapes and indices. */
const ofWeights = new Set<DType>(['float32', 'float16', 'float64', 'bfloat16', 'int8', 'uint8']);

/** `TensorProto.EXTERNAL`. */
const external = 1;

/** The bytes that one protobuf may have. */
const most = 2 ** 31 - 1;

function described({ name, type }: ValueInfoProto): OnnxValue {
  const tensor = type?.value.case === 'tensorType' ? type.value.value : null;
  const shape = tensor?.shape?.dim.map(({ value }): Dimension => {
    if (value.case === 'dimValue') return Number(value.value);
    return value.case === 'dimParam' && value.value !== '' ? value.value : null;
  });
  return { name, dtype: dtypes[tensor?.elemType ?? 0] ?? null, shape: shape ?? null };
}

/** All tensors that a graph has with it, those of graphs within it too. */
function* tensorsOf(graph: GraphProto): Generator<TensorProto> {
  yield* graph.initializer;
  for (const { attribute } of graph.node)
    for (const { t, tensors, g, graphs } of attribute) {
      if (t) yield t;
      yield* tensors;
      for (const inner of [...(g ? [g] : []), ...graphs]) yield* tensorsOf(inner);
    }
}

const sizeOf = ({ dims }: TensorProto): number => dims.reduce((product, dim) => product * Number(dim), 1);

/** Where a tensor's bytes lie, if not in the file itself. */
interface Place {
  readonly location: string;
  /** Of its last byte, from the start of the file. */
  readonly end: number;
}

function placeOf({ dataLocation, externalData }: TensorProto): Place | null {
  if (Number(dataLocation) !== external) return null;
  const said = new Map(externalData.map(({ key, value }) => [key, value]));
  const end = Number(said.get('offset') ?? 0) + Number(said.get('length') ?? 0);
  return { location: said.get('location') ?? '', end };
}

/** The files of weights that tensors name, with how long each must be. @throws OnnxError where one is missing, elsewhere or too short */
function externalFiles(file: string, tensors: Iterable<TensorProto>): string[] {
  const folder = path.dirname(file);
  const ends = new Map<string, number>();
  for (const tensor of tensors) {
    const place = placeOf(tensor);
    if (place) ends.set(place.location, Math.max(place.end, ends.get(place.location) ?? 0));
  }
  for (const [location, end] of ends) {
    const within = path.relative(folder, path.resolve(folder, location));
    if (location === '' || path.isAbsolute(location) || /^\.\.(\/|$)/.test(within))
      throw new OnnxError(
        `${file} keeps weights in '${oneLine(location)}', which is not in its folder: save it again with its data beside it`,
      );
    const place = path.join(folder, location);
    const why = notAFile(place);
    if (why !== null)
      throw new OnnxError(
        `${file} keeps weights in ${oneLine(location)}, which must lie beside it, and of ${oneLine(place)}: ${why}`,
      );
    const { size } = fs.statSync(place);
    if (size < end)
      throw new OnnxError(
        `${file} keeps weights in ${oneLine(location)}, which has ${size.toLocaleString('en')} bytes and must have ${end.toLocaleString('en')}: it was not downloaded or copied to its end`,
      );
  }
  return [...ends.keys()].sort();
}

function hashFile(hash: Hash, file: string): void {
  const descriptor = fs.openSync(file, 'r');
  try {
    const bytes = Buffer.allocUnsafe(1 << 22);
    for (let read = -1; read !== 0; ) {
      read = fs.readSync(descriptor, bytes);
      hash.update(bytes.subarray(0, read));
    }
  } finally {
    fs.closeSync(descriptor);
  }
}

/** What a file that is no ONNX is instead, where its beginning says it. */
async function otherwise(file: string): Promise<string> {
  try {
    const { format } = await openWeights(file, { onWarning: () => {} });
    return `it is a file of weights (${format}): name it so, with the model that they are for`;
  } catch (error) {
    const said =
      error instanceof Error ? error.message.split(': ').slice(1).join(': ') || error.message : String(error);
    return /^it is /.test(said) ? said : 'it is damaged, was not copied to its end, or is something else';
  }
}

/** Loaded when an ONNX file is met: other commands start without. */
const protobuf = async () => ({ ...(await import('@bufbuild/protobuf')), ...(await import('onnx-buf')) });

type Protobuf = Awaited<ReturnType<typeof protobuf>>;

/** Messages that follow one another are read as one: what comes last has the outputs that come to those of the file. */
function joined(
  bytes: Uint8Array,
  names: readonly string[],
  { create, toBinary, ModelProtoSchema }: Protobuf,
) {
  const output = names.map((name) => ({ name }));
  const more = toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, output.length ? { graph: { output } } : {}),
  );
  const whole = new Uint8Array(bytes.length + more.length);
  whole.set(bytes);
  whole.set(more, bytes.length);
  return whole;
}

async function decoded(
  file: string,
  bytes: Uint8Array,
  { fromBinary, ModelProtoSchema }: Protobuf,
): Promise<ModelProto & { readonly graph: GraphProto }> {
  try {
    const model = fromBinary(ModelProtoSchema, bytes);
    const { graph } = model;
    if (graph && graph.node.length > 0) return { ...model, graph };
  } catch {
    // Said below.
  }
  throw new OnnxError(`${file} cannot be read as ONNX: ${await otherwise(file)}`);
}

/**
 * Reads an ONNX file, without its weights where these lie in files of their own.
 *
 * @throws OnnxError where it is none, or is damaged, or files that hold its weights are missing
 * @example (await readOnnx('teacher.onnx')).outputs // [{ name: 'logits', dtype: 'float32', shape: ['batch', 100] }]
 */
export async function readOnnx(file: string): Promise<OnnxFile> {
  const why = notAFile(file);
  if (why !== null) throw new OnnxError(`${file}: ${why}`);
  const { size } = fs.statSync(file);
  if (size === 0) throw new OnnxError(`${file} is empty: it was not downloaded or copied to its end`);
  if (size > most)
    throw new OnnxError(
      `${file} has ${size.toLocaleString('en')} bytes, and an ONNX file has 2 GiB at most: save it with its weights in a file beside it`,
    );
  const bytes = new Uint8Array(fs.readFileSync(file));
  const format = await protobuf();
  const { graph, irVersion, producerName, producerVersion, opsetImport, metadataProps } = await decoded(
    file,
    bytes,
    format,
  );
  const tensors = [...tensorsOf(graph)];
  const beside = externalFiles(file, tensors);
  const hash = createHash('sha256').update(bytes);
  for (const location of beside) hashFile(hash.update(location), path.join(path.dirname(file), location));
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const nodes = graph.node.flatMap(({ opType: operator, input: inputs, output }) =>
    output.filter(Boolean).map((name) => [name, { operator, inputs }] as const),
  );
  return {
    file,
    bytesWith: (values) => joined(bytes, values, format),
    content: hash.digest('hex'),
    producer: [producerName, producerVersion].filter(Boolean).join(' '),
    irVersion: Number(irVersion),
    opsets: Object.fromEntries(opsetImport.map(({ domain, version }) => [domain, Number(version)])),
    metadata: Object.fromEntries(metadataProps.map(({ key, value }) => [key, value])),
    inputs: graph.input.filter(({ name }) => !weights.has(name)).map(described),
    outputs: graph.output.map(described),
    nodes: new Map(nodes),
    parameters: tensors
      .filter(({ dataType }) => ofWeights.has(dtypes[dataType] ?? 'bool'))
      .reduce((sum, tensor) => sum + sizeOf(tensor), 0),
    external: beside,
  };
}

/** What a file of Retort's says of itself (`metadata_props`); nothing of another program's, where the same words may mean something else. @throws OnnxError as `readOnnx` does */
export async function saidByRetort(file: string): Promise<Readonly<Record<string, string>>> {
  const { producer, metadata } = await readOnnx(file);
  return /^retort( |$)/.test(producer) ? metadata : {};
}

/** A value in a line. @example shownValue(value) // "'images' (float32 [batch, 3, 32, 32])" */
export function shownValue({ name, dtype, shape }: OnnxValue): string {
  const sizes = shape ? ` [${shape.map((size) => size ?? '?').join(', ')}]` : '';
  return `'${oneLine(name)}' (${dtype ?? 'of another kind'}${sizes})`;
}

/** Several of them, in a line. */
export const shownValues = (values: readonly OnnxValue[]): string => listed(values.map(shownValue), 8);
