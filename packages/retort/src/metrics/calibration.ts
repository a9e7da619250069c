import { ones_like, type Tensor } from '@retort/torch';
import { Sums } from './sums.ts';

/** Of Guo et al. 2017. */
const bins = 15;

/** Samples whose confidence lies in [from, to), or is 1 in the last bin. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly samples: number;
  /** The mean of the largest probabilities; null where there is no sample. */
  readonly confidence: number | null;
  /** The share that is right; null where there is no sample. */
  readonly accuracy: number | null;
}

/**
 * The expected calibration error (Naeini et al. 2015; Guo et al. 2017, "On Calibration of Modern Neural Networks", equation 3): images in
 * 15 bins of like confidence, the largest probability; the mean over images of |accuracy − confidence| of their bin. In [0, 1].
 */
export class CalibrationMeter {
  readonly #images = new Sums([bins]);
  readonly #right = new Sums([bins]);
  readonly #confidence = new Sums([bins]);

  /** logits [N, C], labels [N]. */
  add(logits: Tensor, labels: Tensor): void {
    const [confidence, predicted] = logits.to('float64').softmax(1).max(1, false);
    const bin = confidence
      .mul(bins)
      .floor()
      .clamp(0, bins - 1)
      .to('int64');
    this.#images.addAt(bin, ones_like(confidence));
    this.#right.addAt(bin, predicted.eq(labels));
    this.#confidence.addAt(bin, confidence);
  }

  /** Of a reliability diagram (figure 1 of the same), from the least confident on. */
  bins(): CalibrationBin[] {
    const [right, confidence] = [this.#right.values, this.#confidence.values];
    return this.#images.values.map((samples, i) => ({
      from: i / bins,
      to: (i + 1) / bins,
      samples,
      confidence: samples > 0 ? (confidence[i] ?? 0) / samples : null,
      accuracy: samples > 0 ? (right[i] ?? 0) / samples : null,
    }));
  }

  result(): number {
    const images = this.#images.values;
    const [right, confidence] = [this.#right.values, this.#confidence.values];
    const total = images.reduce((sum, count) => sum + count, 0);
    const gaps = images.map((_, i) => Math.abs((right[i] ?? 0) - (confidence[i] ?? 0)));
    return gaps.reduce((sum, gap) => sum + gap, 0) / total;
  }
}
