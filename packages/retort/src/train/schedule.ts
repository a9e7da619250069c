/** Learning-rate schedules by name, with the schema of their options. */
import { optim } from '@retort/torch';
import { z } from 'zod';

export interface Length {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** In all. */
  readonly steps: number;
}

/** What a schedule's name and options stand for, once the rate and the length of the stage are known. */
export type ScheduleFactory = (lr: number, length: Length) => optim.Schedule;

export interface ScheduleDefinition {
  readonly name: string;
  /** In a sentence. */
  readonly source: string;
  readonly options: z.ZodObject;
  /** @throws ZodError for impossible options */
  create(options: unknown): ScheduleFactory;
}

function define<Options extends z.ZodObject>(
  name: string,
  source: string,
  options: Options,
  make: (options: z.output<Options>) => ScheduleFactory,
): ScheduleDefinition {
  return { name, source, options, create: (given) => make(options.parse(given)) };
}

const gamma = z.number().positive().max(1).default(0.1).describe('What the rate is multiplied by');

const warm = {
  warmUpEpochs: z
    .number()
    .nonnegative()
    .default(0)
    .describe('Epochs of the stage in which the rate first rises to its height, along a line'),
  warmUpSteps: z
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe('Optimizer steps of it, in place of epochs; 1000 in detectron2 and in torchvision’s detection'),
  warmUpFrom: z.number().min(0).max(1).default(0).describe('The share of the rate that warm-up starts from'),
  warmUpLr: z
    .number()
    .nonnegative()
    .optional()
    .describe('The rate that warm-up starts from, in place of a share of it; timm’s `warmup_lr`'),
  warmUpInstead: z
    .boolean()
    .optional()
    .describe(
      'Whether warm-up takes the place of the first epochs, after which the rate is what it would be without, as timm has it; where it is left out the schedule begins after warm-up, and has what is left of the stage',
    ),
  changes: z
    .enum(['step', 'epoch'])
    .optional()
    .describe(
      'When the rate changes: at each step, or once an epoch, as timm has it; step where it is left out',
    ),
};

type Warm = z.output<z.ZodObject<typeof warm>>;

/** One place where warm-up begins. */
const oneStart = ({ warmUpFrom, warmUpLr }: Warm): boolean => warmUpFrom === 0 || warmUpLr === undefined;
const twoStarts = { error: 'warmUpFrom and warmUpLr both say where warm-up starts: leave one of them out' };

/** One length of warm-up, which is in epochs where the rate changes once an epoch. */
const oneLength = ({ warmUpEpochs, warmUpSteps, changes }: Warm): boolean =>
  warmUpSteps === undefined || (warmUpEpochs === 0 && changes !== 'epoch');
const twoLengths = {
  error:
    'warmUpSteps counts optimizer steps: leave warmUpEpochs out, and with changes: epoch say warmUpEpochs alone',
};

/** A schedule with its warm-up, which comes before it, or in place of its beginning. */
function warmed(
  { warmUpEpochs, warmUpSteps, warmUpFrom, warmUpLr, warmUpInstead = false, changes = 'step' }: Warm,
  after: ScheduleFactory,
): ScheduleFactory {
  const made = (lr: number, length: Length): optim.Schedule => {
    const { epochs, stepsPerEpoch, steps } = length;
    const wanted = warmUpSteps ?? Math.round(warmUpEpochs * stepsPerEpoch);
    const rise = warmUpInstead ? wanted : Math.min(wanted, steps - 1);
    const from = warmUpLr ?? warmUpFrom * lr;
    if (rise > 0 && from > lr)
      throw new RangeError(
        `warmUpLr is ${from}, and warm-up rises to the rate of the optimizer, ${lr}: choose one below it`,
      );
    if (warmUpInstead) return optim.warmUpInstead(after(lr, length), { steps: rise, from, to: lr });
    const left = { epochs: epochs - rise / stepsPerEpoch, stepsPerEpoch, steps: steps - rise };
    return optim.warmUp(after(lr, left), { steps: rise, startFactor: lr > 0 ? from / lr : 0 });
  };
  return (lr, length) => {
    if (changes === 'step') return made(lr, length);
    const { epochs, stepsPerEpoch } = length;
    return optim.every(stepsPerEpoch, made(lr, { epochs, stepsPerEpoch: 1, steps: epochs }));
  };
}

const multiStep = define(
  'multi-step',
  'Falls at milestones: the CRD benchmark (Tian et al. 2020)',
  z
    .strictObject({
      milestones: z
        .array(z.number().positive())
        .default([0.625, 0.75, 0.875])
        .describe(
          'Epochs after which the rate falls, or shares of the stage where they are below 1; the default is 150, 180 and 210 of 240 epochs, as in the CRD benchmark',
        ),
      counts: z
        .enum(['epochs', 'steps'])
        .optional()
        .describe(
          'What milestones count: optimizer steps, as in detectron2, or epochs, which it is where it is left out',
        ),
      gamma,
      ...warm,
    })
    .refine(oneStart, twoStarts)
    .refine(oneLength, twoLengths)
    .refine(({ counts, changes }) => counts !== 'steps' || changes !== 'epoch', {
      error: 'milestones that count steps are none of epochs: leave out counts, or changes: epoch',
    }),
  ({ milestones, counts = 'epochs', gamma, ...rise }) =>
    warmed(rise, (lr, { epochs, stepsPerEpoch, steps }) => {
      const [all, each] = counts === 'steps' ? [steps, 1] : [epochs, stepsPerEpoch];
      return optim.multiStepLR({
        lr,
        gamma,
        milestones: milestones
          // A share of few epochs may round to none, and there is no rate before the first to fall from.
          .map((milestone) => Math.max(1, Math.round(milestone < 1 ? milestone * all : milestone)) * each)
          .sort((a, b) => a - b),
      });
    }),
);

const step = define(
  'step',
  'Falls every so many epochs (ImageNet: 30)',
  z
    .strictObject({
      every: z.number().int().positive().default(30).describe('Epochs between two falls'),
      gamma,
      ...warm,
    })
    .refine(oneStart, twoStarts)
    .refine(oneLength, twoLengths),
  ({ every, gamma, ...rise }) =>
    warmed(rise, (lr, { stepsPerEpoch }) => optim.stepLR({ lr, stepSize: every * stepsPerEpoch, gamma })),
);

const cosine = define(
  'cosine',
  'Half a cosine down to `minLr` (Loshchilov & Hutter 2017)',
  z
    .strictObject({
      minLr: z.number().nonnegative().default(0).describe('The rate at the end'),
      ...warm,
    })
    .refine(oneStart, twoStarts)
    .refine(oneLength, twoLengths),
  ({ minLr, ...rise }) =>
    warmed(rise, (lr, { steps }) => optim.cosineAnnealingLR({ lr, minLr, totalIters: steps })),
);

const oneCycle = define(
  'one-cycle',
  "Up and down once, momentum against it (Smith & Topin 2018; PyTorch's defaults): for short runs",
  z.strictObject({
    pctStart: z
      .number()
      .min(0)
      .max(0.99)
      .default(0.3)
      .describe('The share of the stage in which the rate rises'),
    divFactor: z.number().positive().default(25).describe('The first rate is lr / divFactor'),
    finalDivFactor: z
      .number()
      .positive()
      .default(1e4)
      .describe('The last rate is the first / finalDivFactor'),
    cycleMomentum: z
      .boolean()
      .default(true)
      .describe("Whether momentum (Adam's first beta) moves too; the optimizer's own is then not looked at"),
    baseMomentum: z.number().min(0).max(1).default(0.85).describe('Momentum where the rate is highest'),
    maxMomentum: z.number().min(0).max(1).default(0.95).describe('Momentum where the rate is lowest'),
  }),
  (options) =>
    (lr, { steps }) =>
      optim.oneCycleLR({ maxLr: lr, totalSteps: steps, ...options }),
);

const warmAlone = z.strictObject(warm).refine(oneStart, twoStarts).refine(oneLength, twoLengths);

const linear = define('linear', 'Down to 0 along a line (BERT)', warmAlone, (rise) =>
  warmed(rise, (lr, { steps }) => optim.polynomialLR({ lr, totalIters: steps })),
);

const constant = define('constant', 'The same rate throughout', warmAlone, (rise) =>
  warmed(rise, (lr) => optim.constantLR({ lr })),
);

/** Every schedule that a stage can name. */
export const schedules = {
  'multi-step': multiStep,
  step,
  cosine,
  'one-cycle': oneCycle,
  linear,
  constant,
} satisfies Record<string, ScheduleDefinition>;

export type ScheduleName = keyof typeof schedules;
