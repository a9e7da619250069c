/** What a network is made of, module by module. */
import { type nn, noGrad, scope, Tensor } from '@retort/torch';
import { inEvaluation } from '../tensors/modes.ts';

/** A module of a network. */
export interface DescribedModule {
  /** As `nn.tap` takes it; empty for the network itself. */
  readonly path: string;
  /** Its class. */
  readonly name: string;
  /** Numbers in the parameters of it and of what is below. */
  readonly parameters: number;
  /** Of what it gave, once a call; empty where it was not called or gave no tensor. */
  readonly shapes: readonly (readonly number[])[];
}

/**
 * The modules of a network, in order of definition.
 *
 * @param input  what it is called with once, in evaluation, for the shapes of what its modules give: images [N, C, H, W] for most
 * @throws what the network throws of such an input
 * @example describeModules(createModel('resnet8', { classes: 10 }), randn([1, 3, 32, 32]))[1] // { path: 'conv1', name: 'Conv2d', parameters: 432, shapes: [[1, 16, 32, 32]] }
 */
export function describeModules(network: nn.Layer, input: Tensor | null): DescribedModule[] {
  const modules = [...network.namedModules()];
  const shapes = new Map<nn.Module, (readonly number[])[]>();
  if (input) {
    const hooks = modules.map(([, module]) =>
      module.registerForwardHook((_module, _inputs, output) => {
        if (output instanceof Tensor) shapes.set(module, [...(shapes.get(module) ?? []), output.shape]);
      }),
    );
    try {
      using _ = inEvaluation(network);
      scope(() => noGrad(() => void network.forward(input)));
    } finally {
      for (const hook of hooks) hook.remove();
    }
  }
  return modules.map(([path, module]) => ({
    path,
    name: module.constructor.name,
    parameters: module.parameterCount(),
    shapes: shapes.get(module) ?? [],
  }));
}
