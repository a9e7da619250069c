/** Activations as layers: element by element, any shape. With `inplace` the input is overwritten, which saves its memory. */

import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { geluNames } from '../functional/activation.ts';
import { checkBeta, checkLimits } from '../functional/check.ts';
import { type GeluApproximation, gelu, glu, log_softmax, softmax, softplus } from '../functional/index.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { Layer } from './module.ts';

export interface InplaceOptions {
  inplace?: boolean;
}

const inplaceNames: OptionNames<InplaceOptions> = { inplace: true };

/** An operator and its form in place. */
interface Forms {
  readonly fresh: (x: Tensor) => Tensor;
  readonly inplace: (x: Tensor) => Tensor;
}

const forms = (name: string): Forms => ({ fresh: op(`aten::${name}`), inplace: op(`aten::${name}_`) });

const relu = forms('relu');
const relu6 = forms('relu6');
const silu = forms('silu');
const hardswish = forms('hardswish');
const hardsigmoid = forms('hardsigmoid');
const selu = forms('selu');
const mish = forms('mish');
const leakyRelu = op('aten::leaky_relu');
const leakyRelu_ = op('aten::leaky_relu_');
const elu = op('aten::elu');
const elu_ = op('aten::elu_');
const hardtanh = op('aten::hardtanh');
const hardtanh_ = op('aten::hardtanh_');

abstract class Inplace extends Layer {
  readonly inplace: boolean;

  constructor(options: InplaceOptions = {}) {
    super();
    refuseUnknown(this.constructor.name, options, inplaceNames);
    this.inplace = options.inplace ?? false;
  }
}

/** max(x, 0). @example new nn.ReLU({ inplace: true }) */
export class ReLU extends Inplace {
  forward(x: Tensor): Tensor {
    return this.inplace ? relu.inplace(x) : relu.fresh(x);
  }
}

/** min(max(x, 0), 6), as in MobileNet. @example new nn.ReLU6() */
export class ReLU6 extends Inplace {
  forward(x: Tensor): Tensor {
    return this.inplace ? relu6.inplace(x) : relu6.fresh(x);
  }
}

/** x · sigmoid(x), also called swish. @example new nn.SiLU() */
export class SiLU extends Inplace {
  forward(x: Tensor): Tensor {
    return this.inplace ? silu.inplace(x) : silu.fresh(x);
  }
}

/** x · relu6(x + 3) / 6 (Howard et al. 2019, MobileNetV3). @example new nn.Hardswish() */
export class Hardswish extends Inplace {
  forward(x: Tensor): Tensor {
    return this.inplace ? hardswish.inplace(x) : hardswish.fresh(x);
  }
}

/** relu6(x + 3) / 6. @example new nn.Hardsigmoid() */
export class Hardsigmoid extends Inplace {
  forward(x: Tensor): Tensor {
    return this.inplace ? hardsigmoid.inplace(x) : hardsigmoid.fresh(x);
  }
}

/** x where it is positive, else negativeSlope · x. @example new nn.LeakyReLU(0.2) */
export class LeakyReLU extends Inplace {
  readonly negativeSlope: number;

  constructor(negativeSlope = 0.01, options: InplaceOptions = {}) {
    super(options);
    this.negativeSlope = negativeSlope;
  }

  forward(x: Tensor): Tensor {
    return (this.inplace ? leakyRelu_ : leakyRelu)(x, this.negativeSlope);
  }
}

/** x where it is positive, else alpha · (eˣ − 1) (Clevert et al. 2016). @example new nn.ELU() */
export class ELU extends Inplace {
  readonly alpha: number;

  constructor(alpha = 1, options: InplaceOptions = {}) {
    super(options);
    this.alpha = alpha;
  }

  forward(x: Tensor): Tensor {
    return (this.inplace ? elu_ : elu)(x, this.alpha);
  }
}

/** `ELU` with the alpha and the scale that keep mean 0 and variance 1 (Klambauer et al. 2017). @example new nn.SELU() */
export class SELU extends Inplace {
  forward(x: Tensor): Tensor {
    return this.inplace ? selu.inplace(x) : selu.fresh(x);
  }
}

/** x · tanh(softplus(x)) (Misra 2019), as in YOLOv4. @example new nn.Mish() */
export class Mish extends Inplace {
  forward(x: Tensor): Tensor {
    return this.inplace ? mish.inplace(x) : mish.fresh(x);
  }
}

/** x limited to minVal … maxVal. @example new nn.Hardtanh(0, 6) */
export class Hardtanh extends Inplace {
  readonly minVal: number;
  readonly maxVal: number;

  /** @throws TorchError if minVal is above maxVal */
  constructor(minVal = -1, maxVal = 1, options: InplaceOptions = {}) {
    super(options);
    checkLimits('Hardtanh', minVal, maxVal);
    this.minVal = minVal;
    this.maxVal = maxVal;
  }

  forward(x: Tensor): Tensor {
    return (this.inplace ? hardtanh_ : hardtanh)(x, this.minVal, this.maxVal);
  }
}

/** log(1 + e^(beta · x)) / beta, a smooth relu; x itself where beta · x is above `threshold`. @example new nn.Softplus() */
export class Softplus extends Layer {
  readonly beta: number;
  readonly threshold: number;

  /** @throws TorchError if beta is 0 */
  constructor(beta = 1, threshold = 20) {
    super();
    checkBeta('Softplus', beta);
    this.beta = beta;
    this.threshold = threshold;
  }

  forward(x: Tensor): Tensor {
    return softplus(x, this.beta, this.threshold);
  }
}

/** a · sigmoid(b), a and b being the halves of x along `dim` (Dauphin et al. 2017). @example new nn.GLU(1) */
export class GLU extends Layer {
  readonly dim: number;

  constructor(dim = -1) {
    super();
    this.dim = dim;
  }

  /** @throws TorchError if there is no such dimension, or its length is odd */
  forward(x: Tensor): Tensor {
    return glu(x, this.dim);
  }
}

/** x · Φ(x), Φ being the normal distribution's cumulative function (Hendrycks & Gimpel 2016). @example new nn.GELU({ approximate: 'tanh' }) */
export class GELU extends Layer {
  readonly approximate: GeluApproximation;

  constructor(options: { approximate?: GeluApproximation } = {}) {
    super();
    refuseUnknown('GELU', options, geluNames);
    this.approximate = options.approximate ?? 'none';
  }

  forward(x: Tensor): Tensor {
    return gelu(x, { approximate: this.approximate });
  }
}

/** 1 / (1 + e⁻ˣ). @example new nn.Sigmoid() */
export class Sigmoid extends Layer {
  forward(x: Tensor): Tensor {
    return x.sigmoid();
  }
}

/** Hyperbolic tangent. @example new nn.Tanh() */
export class Tanh extends Layer {
  forward(x: Tensor): Tensor {
    return x.tanh();
  }
}

/** eˣ divided by its sum along `dim`. @example new nn.Softmax(1) */
export class Softmax extends Layer {
  readonly dim: number;

  constructor(dim: number) {
    super();
    this.dim = dim;
  }

  forward(x: Tensor): Tensor {
    return softmax(x, this.dim);
  }
}

/** The logarithm of `Softmax`, computed without overflow. @example new nn.LogSoftmax(1) */
export class LogSoftmax extends Layer {
  readonly dim: number;

  constructor(dim: number) {
    super();
    this.dim = dim;
  }

  forward(x: Tensor): Tensor {
    return log_softmax(x, this.dim);
  }
}
