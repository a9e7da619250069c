/** Activations as layers: element by element, any shape. With `inplace` the input is overwritten, which saves its memory. */
import { type GeluApproximation, gelu, softmax } from '../functional/index.ts';
import { optionNames } from '../functional/options.ts';
import { op } from '../operator.ts';
import { type OptionNames, refuseUnknown } from '../options.ts';
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
const leakyRelu = op('aten::leaky_relu');
const leakyRelu_ = op('aten::leaky_relu_');

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

/** x · Φ(x), Φ being the normal distribution's cumulative function (Hendrycks & Gimpel 2016). @example new nn.GELU({ approximate: 'tanh' }) */
export class GELU extends Layer {
  readonly approximate: GeluApproximation;

  constructor(options: { approximate?: GeluApproximation } = {}) {
    super();
    refuseUnknown('GELU', options, optionNames.gelu);
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
