/** The blocks of a network: what is repeated in it, one after another. */
import { nn } from '@retort/torch';
import { anatomyOf } from './anatomy.ts';

type Modules = ReadonlyMap<string, nn.Module>;

const parentOf = (path: string): string => path.split('.').slice(0, -1).join('.');

const childrenOf = (module: nn.Module) => Array.from(module.namedChildren());

/** Whether a module is a plain sequence; one of a class of its own is a block. */
const isSequence = (module: nn.Module | undefined): module is nn.Sequential =>
  module?.constructor === nn.Sequential;

/** The sequence that a stage belongs to, with those around it; null where it belongs to none. */
function sequenceOf(stage: string, modules: Modules): string | null {
  let path = stage;
  while (parentOf(path) !== '' && isSequence(modules.get(parentOf(path)))) path = parentOf(path);
  if (isSequence(modules.get(path))) return path;
  const module = modules.get(stage);
  const children = module ? childrenOf(module) : [];
  const [[name, only] = []] = children;
  return children.length === 1 && isSequence(only) ? `${stage}.${name}` : null;
}

/** Whether a sequence has others within it, or blocks; one of layers alone, as a convolution with its norm, is a block. */
const hasBlocks = (sequence: nn.Sequential): boolean =>
  childrenOf(sequence).some(([, child]) => childrenOf(child).length > 0);

/** What is in a sequence, and in sequences of blocks within it. */
const within = (path: string, sequence: nn.Sequential): string[] =>
  childrenOf(sequence).flatMap(([name, child]) =>
    isSequence(child) && hasBlocks(child) ? within(`${path}.${name}`, child) : [`${path}.${name}`],
  );

/**
 * The paths of a network's blocks, in the order in which they are called: of the sequences that its stages are or lie in, each residual block,
 * or layer of a transformer; a stage that lies in none is one itself.
 *
 * @returns none for a network that does not say its stages
 * @example blocksOf(createModel('resnet14', { classes: 10 })) // ['layer1.0', 'layer1.1', 'layer2.0', …]
 */
export function blocksOf(model: nn.Layer): string[] {
  const modules: Modules = new Map(model.namedModules());
  const paths = (anatomyOf(model)?.stages ?? []).flatMap((stage) => {
    const path = sequenceOf(stage.replace(/:input$/, ''), modules);
    const sequence = path === null ? undefined : modules.get(path);
    return path !== null && isSequence(sequence) ? within(path, sequence) : [stage];
  });
  return [...new Set(paths)];
}
