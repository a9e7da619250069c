/**
 * How a student is trained where nothing else is said: the settings of the CRD benchmark (Tian et al. 2020). They are written here alone: the
 * schema of recipes, the library and the help of the commands read them. It loads nothing, so that help is there before the engine is.
 */
export const defaults = {
  epochs: 240,
  batchSize: 64,
  sgd: { lr: 0.05, momentum: 0.9, weightDecay: 5e-4, nesterov: false },
  schedule: 'multi-step',
  /** By flags; a recipe names its own. */
  method: 'kd',
  kd: { temperature: 4, alpha: 0.9, gamma: 0.1 },
  precision: 'auto',
  seed: 0,
  /**
   * Samples of a batch that is only evaluated: so many, and of large images only as many as have so many pixels together, since memory grows
   * with those. 250 of 64x64 are as many pixels, 20 of 224x224. On a CPU more at a time are no faster.
   */
  evaluation: { batchSize: 250, pixels: 250 * 64 * 64 },
  /** Of a model folder: which graphs it has, and on how many images at most each is judged. */
  exported: { precisions: ['fp32', 'fp16', 'int8'], images: 2000 },
  /** Of objects that a network finds: the least score that is shown. */
  found: { threshold: 0.5 },
  /** Of features of two networks: on how many images at most. */
  compared: { images: 2000 },
  /** Of a run that is diagnosed: on how many samples at most, over how many batches of training gradients are, and on how many threads. */
  diagnosed: { samples: 2000, batches: 4, threads: 1 },
  /**
   * Of features: strengths of the linear probe's penalty, from which one is chosen; numbers of nearest neighbours, DINO's and 1; shares of the labels, as
   * in semi-supervised evaluation on ImageNet (Chen et al. 2020), and how often each is drawn.
   */
  probing: {
    l2: [1, 0.1, 1e-2, 1e-3, 1e-4, 1e-5],
    standardise: true,
    neighbours: [1, 10, 20, 100, 200],
    temperature: null,
    few: [0.01, 0.1],
    seeds: 3,
  },
  /** Of networks beside one another: rounds, calls with one image of each in a round, and images of a batch. */
  measuring: { rounds: 20, runs: 5, batchSize: 8 },
  /** Of ranks: how often the launcher starts all again, and how many seconds one waits for the others, of which an evaluation is the longest. */
  ranks: { maxRestarts: 3, timeout: 300 },
} as const;
