/** Networks with fresh weights: of the registry, or of one's own. */
import { type Generator, nn, withGenerator } from '@retort/torch';
import { runOwn } from '../own-code.ts';
import { importOwn, type OwnModule, OwnModuleError, ownModuleText } from '../own-modules.ts';
import type { ModelOptions } from './options.ts';
import { createModel } from './registry.ts';

/** A network of one's own. @throws OwnModuleError where it is none */
function makeOwn(own: OwnModule, create: unknown, options: ModelOptions): nn.Layer {
  const where = ownModuleText(own);
  if (typeof create !== 'function')
    throw new OwnModuleError(`${where} must be a function that makes a network, and is ${typeof create}`);
  const made: unknown = runOwn(where, OwnModuleError, () => create({ channels: 3, ...options }));
  if (made instanceof nn.Layer) return made;
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
