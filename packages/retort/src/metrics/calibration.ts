import { ones_like, type Tensor } from '@retort/torch';
import { Sums } from './sums.ts';

/** Of Guo et al. 2017. */
const bins = 15;

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

  result(): number {
    const images = this.#images.values;
    const [right, confidence] = [this.#right.values, this.#confidence.values];
    const total = images.reduce((sum, count) => sum + count, 0);
    const gaps = images.map((_, i) => Math.abs((right[i] ?? 0) - (confidence[i] ?? 0)));
    return gaps.reduce((sum, gap) => sum + gap, 0) / total;
  }
}
