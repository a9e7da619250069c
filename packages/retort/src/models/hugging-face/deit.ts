/**
 * transformers' `deit`. Its tokens are always two: `DeiTForImageClassificationWithTeacher` has a head for each and answers their mean,
 * `DeiTForImageClassification` one head, on the class token.
 */
import { VisionTransformer } from '../vit.ts';
import { defineFamily } from './family.ts';
import { dropoutRemarks, transformerConfig, transformerKeys, transformerOptions } from './vit.ts';

const withTwoHeads = 'DeiTForImageClassificationWithTeacher';

export const deit = defineFamily({
  architectures: ['DeiTForImageClassification', withTwoHeads],
  config: transformerConfig,
  keys: [
    ...transformerKeys('deit'),
    { from: /^deit\.embeddings\.distillation_token$/, to: 'dist_token' },
    { from: /^(?:cls_)?classifier\./, to: 'head.' },
    { from: /^distillation_classifier\./, to: 'head_dist.' },
  ],
  channels: (config) => config.num_channels,
  imageSize: (config) => config.image_size,
  remarks: dropoutRemarks,
  create: (config, options, architecture) =>
    new VisionTransformer({
      ...transformerOptions(config),
      ...options,
      distilled: true,
      distillationHead: architecture === withTwoHeads,
    }),
});
