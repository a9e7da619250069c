/** Modules and parameters in a mode for a while: each then has its own again. */
import type { nn } from '@retort/torch';

/** Sets the training mode of modules, each by `training`, until the result is disposed of. @example using _ = inModes(modules, () => false); */
export function inModes(modules: Iterable<nn.Module>, training: (module: nn.Module) => boolean): Disposable {
  const before = Array.from(modules, (module) => ({ module, was: module.training }));
  for (const { module } of before) module.training = training(module);
  return {
    [Symbol.dispose]: () => {
      for (const { module, was } of before) module.training = was;
    },
  };
}

/** A network in evaluation until the result is disposed of. @example using _ = inEvaluation(model); */
export function inEvaluation(model: nn.Module): Disposable {
  const modules = Array.from(model.namedModules(), ([, module]) => module);
  return inModes(modules, () => false);
}

/** Parameters that require no gradients until the result is disposed of. @example using _ = withoutGradients(teacher.parameters()); */
export function withoutGradients(parameters: Iterable<nn.Parameter>): Disposable {
  const before = Array.from(parameters).filter(({ requiresGrad }) => requiresGrad);
  for (const parameter of before) parameter.requiresGrad = false;
  return {
    [Symbol.dispose]: () => {
      for (const parameter of before) parameter.requiresGrad = true;
    },
  };
}
