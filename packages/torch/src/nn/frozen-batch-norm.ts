import { ones, zeros } from '../create.ts';
import { TorchError } from '../dispatch/errors.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { checkEps } from '../functional/eps.ts';
import { batch_norm } from '../functional/index.ts';
import type { Tensor } from '../tensor.ts';
import { BatchNorm2d } from './batch-norm.ts';
import { wholeNumbers } from './check.ts';
import { Layer, type Module } from './module.ts';
import { ModuleDict } from './module-dict.ts';
import { ModuleList } from './module-list.ts';
import { Buffer, type Placement, placementNames } from './parameter.ts';
import { Sequential } from './sequential.ts';

export interface FrozenBatchNorm2dOptions extends Placement {
  /** Added to the variance; 1e-5 where it is left out. */
  eps?: number;
}

const names: OptionNames<FrozenBatchNorm2dOptions> = { eps: true, ...placementNames };

/**
 * Batch norm of images x [N, numFeatures, H, W] by statistics, a weight and a bias that stay as they are, in training too: all four are buffers. What a detector
 * has in a pretrained backbone, whose batches are too small for statistics of their own. As `torchvision.ops.FrozenBatchNorm2d`; where a state
 * dict has counters (`num_batches_tracked`), as that of a `BatchNorm2d` does, they are passed over.
 *
 * @example const norm = new nn.FrozenBatchNorm2d(64);
 */
export class FrozenBatchNorm2d extends Layer {
  readonly weight: Buffer;
  readonly bias: Buffer;
  readonly running_mean: Buffer;
  readonly running_var: Buffer;
  readonly numFeatures: number;
  readonly eps: number;

  /**
   * Puts a frozen batch norm, with its weight, bias and statistics, in the place of every `BatchNorm2d` of a module. Hooks of those stay with them.
   *
   * @returns the module itself; of a module that is a batch norm, the frozen one
   * @throws TorchError for a batch norm without weights or statistics, and where a module keeps one in a container of its own
   * @example nn.FrozenBatchNorm2d.convert(backbone);
   */
  static convert<M extends Module>(module: M): M | FrozenBatchNorm2d {
    const made = new Map<BatchNorm2d, FrozenBatchNorm2d>();
    const frozen = (norm: BatchNorm2d, path: string): FrozenBatchNorm2d => {
      const known = made.get(norm) ?? frozenOf(norm, path);
      made.set(norm, known);
      return known;
    };
    if (module instanceof BatchNorm2d) return frozen(module, '');
    for (const [path, owner] of [...module.namedModules()])
      for (const [name, child] of [...owner.namedChildren()])
        if (child instanceof BatchNorm2d)
          put(owner, name, frozen(child, path === '' ? name : `${path}.${name}`));
    return module;
  }

  /** @throws TorchError if the number of features is none, eps negative, or an option unknown */
  constructor(numFeatures: number, options: FrozenBatchNorm2dOptions = {}) {
    super();
    refuseUnknown('FrozenBatchNorm2d', options, names);
    wholeNumbers('FrozenBatchNorm2d', { numFeatures });
    const { eps = 1e-5, ...placement } = options;
    checkEps('FrozenBatchNorm2d', eps);
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.weight = new Buffer(ones([numFeatures], placement));
    this.bias = new Buffer(zeros([numFeatures], placement));
    this.running_mean = new Buffer(zeros([numFeatures], placement));
    this.running_var = new Buffer(ones([numFeatures], placement));
  }

  /** @throws TorchError for another shape */
  forward(x: Tensor): Tensor {
    if (x.dim() !== 4 || x.size(1) !== this.numFeatures)
      throw new TorchError(
        `FrozenBatchNorm2d takes [N, C, H, W] with C = ${this.numFeatures}, got ${x.summary()}`,
      );
    const { weight, bias, running_mean: runningMean, running_var: runningVar, eps } = this;
    return batch_norm(x, { weight, bias, runningMean, runningVar, eps });
  }
}

function frozenOf(norm: BatchNorm2d, path: string): FrozenBatchNorm2d {
  const { weight, bias, running_mean, running_var, numFeatures, eps, training } = norm;
  if (!weight || !bias || !running_mean || !running_var)
    throw new TorchError(
      `FrozenBatchNorm2d.convert: the batch norm ${path === '' ? 'given' : `'${path}'`} has no ${weight && bias ? 'running statistics' : 'weight and bias'} to be frozen`,
    );
  const { dtype, device } = weight;
  const frozen = new FrozenBatchNorm2d(numFeatures, { eps, dtype, device });
  frozen.loadStateDict({ weight, bias, running_mean, running_var });
  return frozen.train(training);
}

/** Puts a module in the place of another of its owner's. */
function put(owner: Module, name: string, module: FrozenBatchNorm2d): void {
  const replaced = Object.entries(owner).find(([own, value]) => own === name && value instanceof BatchNorm2d);
  if (replaced) Object.assign(owner, { [name]: module });
  else if (owner instanceof Sequential) owner.replace(name, module);
  else if (owner instanceof ModuleList) owner.replace(Number(name), module);
  else if (owner instanceof ModuleDict) owner.set(name, module);
  else
    throw new TorchError(
      `FrozenBatchNorm2d.convert: ${owner.constructor.name} keeps its batch norm '${name}' where it cannot be replaced: keep it as a property, or in a ModuleList`,
    );
}
