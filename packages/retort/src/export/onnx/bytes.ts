/** A graph as the bytes of an ONNX file: opset 17, IR version 8, which every runtime of the last years reads. */
import { version } from '../../version.ts';
import { ExportError } from './errors.ts';
import type { Attribute, ElementType, OnnxGraph, OnnxOperation, Port } from './graph.ts';
import { isFixed, sizeText } from './sizes.ts';

export const opset = 17;
export const irVersion = 8;

/** ONNX's numbers of types. */
const typeNumbers: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
};

/** Those of `AttributeProto.AttributeType`. */
const attributeTypes = { float: 1, int: 2, text: 3, ints: 7 } as const;

/** The bytes that one protobuf may have. */
const most = 2 ** 31 - 1;

function attributeOf(node: OnnxOperation, name: string, value: Attribute) {
  // Cast is told a type's number.
  if (node.operator === 'Cast' && 'text' in value)
    return { name, type: attributeTypes.int, i: BigInt(typeNumbers[value.text as ElementType]) };
  if ('int' in value) return { name, type: attributeTypes.int, i: BigInt(value.int) };
  if ('float' in value) return { name, type: attributeTypes.float, f: value.float };
  if ('text' in value) return { name, type: attributeTypes.text, s: new Uint8Array(Buffer.from(value.text)) };
  return { name, type: attributeTypes.ints, ints: value.ints.map(BigInt) };
}

const nodeOf = (node: OnnxOperation) => ({
  name: node.name,
  opType: node.operator,
  input: [...node.inputs],
  output: [...node.outputs],
  attribute: Object.entries(node.attributes).map(([name, value]) => attributeOf(node, name, value)),
});

const portOf = ({ name, type, sizes }: Port) => ({
  name,
  type: {
    value: {
      case: 'tensorType' as const,
      value: {
        elemType: typeNumbers[type],
        shape: {
          dim: sizes.map((size) => ({
            value: isFixed(size)
              ? { case: 'dimValue' as const, value: BigInt(size) }
              : { case: 'dimParam' as const, value: sizeText(size) },
          })),
        },
      },
    },
  },
});

/** What makes values within a graph outputs of it, put after the bytes of its file: messages of a protobuf that follow one another are read as one. */
export async function outputsMore(names: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  const { create, toBinary } = await import('@bufbuild/protobuf');
  const { ModelProtoSchema } = await import('onnx-buf');
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, { graph: { output: names.map((name) => ({ name })) } }),
  );
}

/**
 * @param metadata  what the file says of itself
 * @param within  values within the graph that it answers as well
 * @throws ExportError for more than 2 GiB, which one file cannot have
 */
export async function bytesOfGraph(
  { nodes, initialisers, inputs, outputs }: OnnxGraph,
  metadata: Readonly<Record<string, string>>,
  within: readonly string[] = [],
): Promise<Uint8Array<ArrayBuffer>> {
  const size = initialisers.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (size > most)
    throw new ExportError(
      `its weights have ${size.toLocaleString('en')} bytes, and an ONNX file has 2 GiB at most: export it in fp16`,
    );
  // Loaded here: other commands start without.
  const { create, toBinary } = await import('@bufbuild/protobuf');
  const { ModelProtoSchema } = await import('onnx-buf');
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(irVersion),
    producerName: 'retort',
    producerVersion: version,
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'student',
      node: nodes.map(nodeOf),
      initializer: initialisers.map(({ name, type, shape, bytes }) => ({
        name,
        dataType: typeNumbers[type],
        dims: shape.map(BigInt),
        rawData: bytes,
      })),
      input: inputs.map(portOf),
      output: [...outputs.map(portOf), ...within.map((name) => ({ name }))],
    },
  });
  return toBinary(ModelProtoSchema, model);
}
