/**
 * transformers' `deit`. Its tokens are always two: `DeiTForImageClassificationWithTeacher` has a head for each and answers their mean,
 * `DeiTForImageClassification` one head, on the class token.
 */
import { VisionTransformer } from '../vit.ts';
import { defineFamily } from './family.ts';
import {
  dropoutRemarks,
  transformerConfig,
  transformerKeys,
  transformerNames,
  transformerOptions,
  transformerSettings,
} from './vit.ts';

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
  names: [
    ...transformerNames('deit'),
    { from: /^dist_token$/, to: 'deit.embeddings.distillation_token' },
    { from: /^head\./, to: 'cls_classifier.' },
    { from: /^head_dist\./, to: 'distillation_classifier.' },
  ],
  express(model) {
    const settings = transformerSettings(model);
    if (settings === null) return null;
    const { dist_token: token, head_dist: head } = model as VisionTransformer;
    return token && head ? { architecture: withTwoHeads, settings } : null;
  },
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
