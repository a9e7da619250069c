/** Metrics by the names of their scores, as data sets and recipes name them. */
import { Accuracy } from './accuracy.ts';
import { AveragePrecision } from './average-precision.ts';
import { CocoAP } from './coco-ap.ts';
import { Corr } from './corr.ts';
import { F1 } from './f1.ts';
import { MacroF1 } from './macro-f1.ts';
import { Matthews } from './matthews.ts';
import type { Metric } from './metric.ts';
import { MicroF1 } from './micro-f1.ts';
import { Pearson } from './pearson.ts';
import { Spearman } from './spearman.ts';
import { SubsetAccuracy } from './subset-accuracy.ts';
import { ValueErrors } from './value-errors.ts';
import { Voc07AP, VocAP } from './voc-ap.ts';

/** What samples have that a metric is of: one class, several, a number, or boxes. */
export type Judged = 'labels' | 'multiLabels' | 'values' | 'boxes';

/** A metric that can be named. */
export interface NamedMetric {
  readonly better: 'higher' | 'lower';
  /** What it can be of, and how it is made then; the same function where several scores are of one metric. */
  readonly of: { readonly [Of in Judged]?: (classes: number) => Metric };
  /** The only number of classes that it is of, and what is taken of others; left out where it is of any. */
  readonly only?: { readonly classes: number; readonly instead: string };
}

const accuracy: NamedMetric['of'] = { labels: () => new Accuracy() };
const valueErrors: NamedMetric['of'] = { values: () => new ValueErrors() };
const cocoAP: NamedMetric['of'] = { boxes: (classes) => new CocoAP(classes) };

/** Every metric that a data set or a recipe can name. Of boxes of one size there may be none in a split, so that nothing is chosen by their scores. */
export const metrics = {
  top1: { better: 'higher', of: accuracy },
  top5: { better: 'higher', of: accuracy },
  crossEntropy: { better: 'lower', of: accuracy },
  matthews: { better: 'higher', of: { labels: (classes) => new Matthews(classes) } },
  f1: {
    better: 'higher',
    of: { labels: (classes) => new F1(classes) },
    only: { classes: 2, instead: 'macroF1' },
  },
  macroF1: {
    better: 'higher',
    of: {
      labels: (classes) => new MacroF1(classes, false),
      multiLabels: (classes) => new MacroF1(classes, true),
    },
  },
  microF1: { better: 'higher', of: { multiLabels: (classes) => new MicroF1(classes) } },
  subsetAccuracy: { better: 'higher', of: { multiLabels: () => new SubsetAccuracy() } },
  averagePrecision: { better: 'higher', of: { multiLabels: () => new AveragePrecision() } },
  pearson: { better: 'higher', of: { values: () => new Pearson() } },
  spearman: { better: 'higher', of: { values: () => new Spearman() } },
  corr: { better: 'higher', of: { values: () => new Corr() } },
  mse: { better: 'lower', of: valueErrors },
  mae: { better: 'lower', of: valueErrors },
  AP: { better: 'higher', of: cocoAP },
  AP50: { better: 'higher', of: cocoAP },
  AP75: { better: 'higher', of: cocoAP },
  AR1: { better: 'higher', of: cocoAP },
  AR10: { better: 'higher', of: cocoAP },
  AR100: { better: 'higher', of: cocoAP },
  vocAP50: { better: 'higher', of: { boxes: (classes) => new VocAP(classes) } },
  voc07AP50: { better: 'higher', of: { boxes: (classes) => new Voc07AP(classes) } },
} as const satisfies Readonly<Record<string, NamedMetric>>;

export type MetricName = keyof typeof metrics;
