/** Models by name. */
import { unknown } from '../unknown.ts';
import type { Classifier } from './anatomy.ts';
import type { ModelOptions } from './options.ts';
import { resnets } from './resnet.ts';
import { visionTransformers } from './vit.ts';

/** Every model that a command line or recipe can name. */
export const models: Readonly<Record<string, (options: ModelOptions) => Classifier>> = {
  ...resnets,
  ...visionTransformers,
};

/**
 * A model with fresh weights from libtorch's default generator.
 *
 * @throws RangeError with the name that was probably meant
 * @example createModel('resnet20', { classes: 100 })
 */
export function createModel(name: string, options: ModelOptions): Classifier {
  const create = Object.hasOwn(models, name) ? models[name] : undefined;
  if (!create) throw new RangeError(unknown('model', name, Object.keys(models)));
  return create(options);
}
