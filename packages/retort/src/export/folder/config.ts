/** `config.json` of a model folder, as transformers and transformers.js read it. */
import { exportedWeights } from '../../models/index.ts';
import { version } from '../../version.ts';
import type { ExportPrecision } from '../onnx/index.ts';
import type { Described, Kind } from './kind.ts';
import { placeless } from './places.ts';

/** The weights of one that it has. */
export const weightsOfTransformers = 'model.safetensors';

/** transformers.js' names of precisions. */
export const dtypes: Readonly<Record<ExportPrecision, string>> = { fp32: 'fp32', fp16: 'fp16', int8: 'q8' };

/** @returns config.json */
export function configOf(described: Described, kind: Kind) {
  const { name, classes, labels, own, absent, browser } = described;
  const isOfTransformersJs = kind.runsBy === 'transformers.js';
  const names = labels ?? Array.from({ length: classes }, (_, i) => `LABEL_${i}`);
  return {
    ...(own
      ? { architectures: [own.architecture], model_type: own.modelType, ...own.settings }
      : kind.standIn),
    ...kind.settings(described),
    ...(names.length === 0
      ? {}
      : {
          id2label: Object.fromEntries(names.map((label, i) => [i, label])),
          label2id: Object.fromEntries(names.map((label, i) => [label, i])),
        }),
    torch_dtype: 'float32',
    ...(isOfTransformersJs ? { 'transformers.js_config': { dtype: dtypes[browser] } } : {}),
    retort: {
      version,
      model: placeless(name),
      ...(absent === null
        ? {}
        : {
            weights: exportedWeights,
            note: isOfTransformersJs
              ? `${placeless(absent)}: the model_type is there for transformers.js, which runs onnx/model.onnx whatever it says, and the weights in ${exportedWeights} are loaded by Retort`
              : `${placeless(absent)}: detect.mjs has onnxruntime run onnx/model.onnx, and the weights in ${exportedWeights} are loaded by Retort`,
          }),
    },
  };
}
