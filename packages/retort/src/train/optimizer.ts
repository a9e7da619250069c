/** Optimizers by name, with the schema of their options. */
import { type nn, optim } from '@retort/torch';
import { z } from 'zod';
import { defaults } from '../defaults.ts';

export type OptimizerFactory = (parameters: nn.Parameter[]) => optim.Optimizer;

export interface OptimizerDefinition {
  readonly name: string;
  /** In a sentence. */
  readonly source: string;
  /** Has `lr`, the height of the schedule. */
  readonly options: z.ZodObject;
  /** @throws ZodError for impossible options */
  create(options: unknown): OptimizerFactory;
}

interface Decaying {
  readonly params: readonly nn.Parameter[];
  readonly weightDecay: number;
}

const common = (lr: number, weightDecay: number) => ({
  lr: z.number().nonnegative().default(lr).describe('The learning rate, at the height of the schedule'),
  weightDecay: z
    .number()
    .nonnegative()
    .default(weightDecay)
    .describe(
      'The weight of the L2 penalty; AdamW, LAMB, and RAdam on request, take it off the weights directly',
    ),
  decay: z
    .enum(['all', 'weights'])
    .default('all')
    .describe(
      '`weights` leaves out what has fewer than two dimensions, biases and norms, as timm and DeiT do; `all` is the way of the CRD benchmark',
    ),
});

const betas = z
  .tuple([z.number().min(0).max(0.99999), z.number().min(0).max(0.99999)])
  .default([0.9, 0.999])
  .describe("β1, β2: how much of the averages of gradients and of their squares is kept; PyTorch's defaults");
const epsilon = (value: number) =>
  z.number().nonnegative().default(value).describe("Added to the divisor; PyTorch's and timm's default");

function groups(
  parameters: readonly nn.Parameter[],
  weightDecay: number,
  decay: 'all' | 'weights',
): readonly Decaying[] {
  if (decay === 'all') return [{ params: parameters, weightDecay }];
  const isWeight = ({ shape }: nn.Parameter): boolean => shape.length > 1;
  return [
    { params: parameters.filter(isWeight), weightDecay },
    { params: parameters.filter((parameter) => !isWeight(parameter)), weightDecay: 0 },
  ].filter(({ params }) => params.length > 0);
}

type Shape = ReturnType<typeof common>;

function define<Options extends z.ZodObject<Shape>>(
  name: string,
  source: string,
  options: Options,
  make: (parameters: readonly Decaying[], options: Omit<z.output<Options>, 'decay'>) => optim.Optimizer,
): OptimizerDefinition {
  return {
    name,
    source,
    options,
    create(given) {
      const { decay, ...rest } = options.parse(given);
      return (parameters) => make(groups(parameters, rest.weightDecay, decay), rest);
    },
  };
}

const sgd = define(
  'sgd',
  'Stochastic gradient descent, with the settings of the CRD benchmark',
  z.strictObject({
    ...common(defaults.sgd.lr, defaults.sgd.weightDecay),
    momentum: z.number().min(0).max(1).default(defaults.sgd.momentum).describe('0.9 in the CRD benchmark'),
    nesterov: z
      .boolean()
      .default(defaults.sgd.nesterov)
      .describe('Whether the step looks ahead along the momentum'),
  }),
  (parameters, options) => new optim.SGD(parameters, options),
);

const adam = define(
  'adam',
  'Kingma & Ba 2015',
  z.strictObject({ ...common(1e-3, 0), betas, eps: epsilon(1e-8) }),
  (parameters, options) => new optim.Adam(parameters, options),
);

const adamw = define(
  'adamw',
  'Loshchilov & Hutter 2019, with the settings of DeiT',
  z.strictObject({ ...common(5e-4, 0.05), betas, eps: epsilon(1e-8) }),
  (parameters, options) => new optim.AdamW(parameters, options),
);

const lamb = define(
  'lamb',
  'You et al. 2020, as timm has it',
  z.strictObject({ ...common(5e-3, 0.02), betas, eps: epsilon(1e-6) }),
  (parameters, options) => new optim.LAMB(parameters, options),
);

const rmsprop = define(
  'rmsprop',
  "Tieleman & Hinton 2012, with PyTorch's defaults",
  z.strictObject({
    ...common(1e-2, 0),
    alpha: z
      .number()
      .min(0)
      .max(0.99999)
      .default(0.99)
      .describe('How much of the average of squares is kept'),
    momentum: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe('How much of the velocity is kept; MobileNetV2 has 0.9'),
    centered: z
      .boolean()
      .default(false)
      .describe('Whether it divides by an estimate of the standard deviation'),
    eps: epsilon(1e-8),
  }),
  (parameters, options) => new optim.RMSprop(parameters, options),
);

const radam = define(
  'radam',
  "Liu et al. 2020, with PyTorch's defaults",
  z.strictObject({
    ...common(1e-3, 0),
    betas,
    eps: epsilon(1e-8),
    decoupledWeightDecay: z
      .boolean()
      .default(false)
      .describe('Whether weight decay shrinks the weights directly, as in AdamW'),
  }),
  (parameters, options) => new optim.RAdam(parameters, options),
);

/** Every optimizer that a stage can name. */
export const optimizers = { sgd, adam, adamw, lamb, rmsprop, radam } satisfies Record<
  string,
  OptimizerDefinition
>;

export type OptimizerName = keyof typeof optimizers;
