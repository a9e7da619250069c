/** The weights of a BERT out of an ONNX file that PyTorch wrote of a sentence transformer. */
import { fromBytes, type Tensor } from '@retort/torch';
import type { GraphProto, TensorProto } from 'onnx-buf';

/** Where the exporter has the network within that of sentences. */
const within = 'model.0.auto_model.';

const tensorOf = ({ rawData, dims }: TensorProto): Tensor => fromBytes(rawData, 'float32', dims.map(Number));

/**
 * By the keys of a BERT: those of linear layers have lost their names, and are the second operand of a product that is called by its module's path,
 * transposed.
 */
export function bertWeights({ initializer, node }: GraphProto): Readonly<Record<string, Tensor>> {
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
