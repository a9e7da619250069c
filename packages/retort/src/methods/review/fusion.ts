/** The attention based fusion of knowledge review (Chen et al. 2021): from the student's stages to the teacher's. For training only. */
import { cat, functional, nn, scope, type Tensor } from '@retort/torch';

export interface FusionOptions {
  /** Channels of a stage of the student. */
  readonly from: number;
  /** Of that of the teacher. */
  readonly to: number;
  /** Channels of what is fused. */
  readonly width: number;
  /** Whether there is a later stage to fuse it with. */
  readonly fuses: boolean;
}

export interface Fused {
  /** Of the teacher's shape: [B, C_t, H_t, W_t]. */
  readonly map: Tensor;
  /** For the stage before: [B, width, H_t, W_t]. */
  readonly left: Tensor;
}

/** A convolution that keeps the size, and batch norm. */
function convolution(from: number, to: number, kernelSize: 1 | 3): nn.Sequential {
  const conv = new nn.Conv2d(from, to, kernelSize, { padding: (kernelSize - 1) / 2, bias: false });
  nn.init.kaimingUniform_(conv.weight, { a: 1 });
  return new nn.Sequential(conv, new nn.BatchNorm2d(to));
}

/** Each place takes the value of the nearest. */
function resized(map: Tensor, height: number, width: number): Tensor {
  if (map.size(2) === height && map.size(3) === width) return map;
  return functional.interpolate(map, { size: [height, width] });
}

/** Of a stage, and what a later one left, two gates say at each place how much of which. */
export class AttentionFusion extends nn.Module {
  readonly conv1: nn.Sequential;
  readonly conv2: nn.Sequential;
  readonly gates: nn.Sequential | null;

  constructor({ from, to, width, fuses }: FusionOptions) {
    super();
    this.conv1 = convolution(from, width, 1);
    this.conv2 = convolution(width, to, 3);
    this.gates = fuses ? new nn.Sequential(new nn.Conv2d(2 * width, 2, 1), new nn.Sigmoid()) : null;
  }

  /**
   * @param stage  [B, C_s, H_s, W_s]
   * @param later  what the stage after it left, [B, width, …]
   * @param teacher  [B, C_t, H_t, W_t], whose shape the fused map has
   */
  forward(stage: Tensor, later: Tensor | null, teacher: Tensor): Fused {
    return scope(() => {
      let x = this.conv1.forward(stage);
      if (this.gates && later) {
        const y = resized(later, x.size(2), x.size(3));
        const gates = this.gates.forward(cat([x, y], 1));
        x = x.mul(gates.narrow(1, 0, 1)).add(y.mul(gates.narrow(1, 1, 1)));
      }
      const left = resized(x, teacher.size(2), teacher.size(3));
      return { map: this.conv2.forward(left), left };
    });
  }
}
