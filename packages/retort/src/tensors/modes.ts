/** Modules and parameters in a mode for a while: each then has its own again. */
import { nn } from '@retort/torch';

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

/** Batch norms among modules that normalise by the batches of all ranks until the result is disposed of. @example using _ = synced(modules); */
export function synced(modules: Iterable<nn.Module>): Disposable {
  const norms = Array.from(modules).filter(
    (module) => module instanceof nn.BatchNorm1d || module instanceof nn.BatchNorm2d,
  );
  const before = norms.map((norm) => ({ norm, was: norm.synced ?? false }));
  for (const norm of norms) norm.synced = true;
  return {
    [Symbol.dispose]: () => {
      for (const { norm, was } of before) norm.synced = was;
    },
  };
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
