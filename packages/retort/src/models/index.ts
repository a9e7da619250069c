/** Models by name. */
import type { Classifier } from './anatomy.ts';
import type { ModelOptions } from './options.ts';
import { resnets } from './resnet.ts';
import { visionTransformers } from './vit.ts';

export { type Anatomy, anatomyOf, type Classifier } from './anatomy.ts';
export type { ModelOptions } from './options.ts';
export { ResNet, type ResNetOptions } from './resnet.ts';
export { VisionTransformer, type VisionTransformerOptions } from './vit.ts';

/** Every model that a command line or recipe can name. */
export const models: Readonly<Record<string, (options: ModelOptions) => Classifier>> = {
  ...resnets,
  ...visionTransformers,
};

/**
 * A model with fresh weights from libtorch's default generator.
 *
 * @throws RangeError with the names that exist
 * @example createModel('resnet20', { classes: 100 })
 */
export function createModel(name: string, options: ModelOptions): Classifier {
  const create = Object.hasOwn(models, name) ? models[name] : undefined;
  if (!create)
    throw new RangeError(`there is no model '${name}': there are ${Object.keys(models).join(', ')}`);
  return create(options);
}
