/** Networks with fresh weights: of the registry, or of one's own. */
import { type Generator, nn, withGenerator } from '@retort/torch';
import { runOwn } from '../own-code.ts';
import { importOwn, type OwnModule, OwnModuleError, ownModuleText } from '../own-modules.ts';
import { anatomyOf, type Classifier } from './anatomy.ts';
import type { ModelOptions } from './options.ts';
import { createModel } from './registry.ts';
import { withoutClassifier } from './without-classifier.ts';

const isClassifier = (model: nn.Layer): model is Classifier => anatomyOf(model) !== null;

/** A network of one's own. @throws OwnModuleError where it is none */
function makeOwn(own: OwnModule, create: unknown, options: ModelOptions): nn.Layer {
  const where = ownModuleText(own);
  if (typeof create !== 'function')
    throw new OwnModuleError(`${where} must be a function that makes a network, and is ${typeof create}`);
  const { imageSize: _, ...given } = options;
  const classes = Math.max(1, options.classes);
  const made: unknown = runOwn(where, OwnModuleError, () => create({ channels: 3, ...given, classes }));
  if (made instanceof nn.Layer && options.classes > 0) return made;
  if (made instanceof nn.Layer) {
    if (isClassifier(made)) return withoutClassifier(made);
    throw new OwnModuleError(
      `${where} is wanted without its classifier, and does not say which module that is (its \`anatomy\`): say it, or of the network how many numbers it answers (\`classes\`)`,
    );
  }
  const what = made instanceof Promise ? 'a promise' : made === null ? 'null' : typeof made;
  throw new OwnModuleError(`${where} must make an nn.Layer, and made ${what}`);
}

/**
 * A network with fresh weights.
 *
 * @param generator  of the weights; libtorch's default one where it is left out
 * @throws RangeError with the name that was probably meant; OwnModuleError where a module of one's own makes none
 * @example await createNetwork({ file: './net.ts', name: 'create' }, { classes: 10 })
 */
export async function createNetwork(
  source: string | OwnModule,
  options: ModelOptions,
  generator?: Generator,
): Promise<nn.Layer> {
  const own = typeof source === 'string' ? null : { source, create: await importOwn(source, 'a network') };
  const make = () => (own ? makeOwn(own.source, own.create, options) : createModel(String(source), options));
  return generator ? withGenerator(generator, make) : make();
}
