/** The blocks of a network: what is repeated in it, one after another. */
import { nn } from '@retort/torch';
import { anatomyOf } from './anatomy.ts';

type Named = readonly [path: string, module: nn.Module];

const childrenOf = ([path, module]: Named): Named[] =>
  Array.from(module.namedChildren(), ([name, child]) => [`${path}.${name}`, child]);

const parentOf = (path: string): string => path.split('.').slice(0, -1).join('.');

/** Whether a module is a plain sequence; one of a class of its own may be a block. */
const isSequence = ([, module]: Named): boolean => module.constructor === nn.Sequential;

const hasChildren = (named: Named): boolean => childrenOf(named).length > 0;

/** Whether all that a module consists of are blocks of one class. */
function repeats(named: Named): boolean {
  const children = childrenOf(named);
  return (
    children.length > 0 &&
    children.every(
      (child) =>
        !isSequence(child) && hasChildren(child) && child[1].constructor === children[0]?.[1].constructor,
    )
  );
}

/** Whether a module is there for what it holds: a sequence, or blocks by names. */
const isContainer = (named: Named): boolean => isSequence(named) || repeats(named);

/** The blocks in a container, and in those within it; a sequence of layers alone, as a convolution with its norm, is a block itself. */
function within(container: Named): string[] {
  return childrenOf(container).flatMap((child): string[] => {
    if (isSequence(child) ? childrenOf(child).some(hasChildren) : repeats(child)) return within(child);
    // A stage, with what comes before its blocks.
    const [blocks, ...others] = childrenOf(child).filter(repeats);
    return blocks && others.length === 0 ? within(blocks) : [child[0]];
  });
}

/** The outermost container that a stage is, or lies in; null where it belongs to none. */
function containerOf(stage: string, modules: ReadonlyMap<string, nn.Module>): Named | null {
  let found: Named | null = null;
  for (let path = stage; path !== ''; path = parentOf(path)) {
    const module = modules.get(path);
    if (module && isContainer([path, module])) found = [path, module];
    else if (path !== stage) break;
  }
  const module = modules.get(stage);
  return found ?? (module ? (childrenOf([stage, module]).find(repeats) ?? null) : null);
}

/**
 * The paths of a network's blocks, in the order in which they are called, where its stages are or lie: each residual block, or layer of a
 * transformer. A stage that has none is one itself.
 *
 * @returns none for a network that does not say its stages
 * @example blocksOf(createModel('resnet14', { classes: 10 })) // ['layer1.0', 'layer1.1', 'layer2.0', …]
 */
export function blocksOf(model: nn.Layer): string[] {
  const modules = new Map(model.namedModules());
  const paths = (anatomyOf(model)?.stages ?? []).flatMap((stage) => {
    const container = containerOf(stage.replace(/:input$/, ''), modules);
    return container ? within(container) : [stage];
  });
  return [...new Set(paths)];
}
