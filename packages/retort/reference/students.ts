/** For tests: students with weights that tell pictures apart, and pictures. Nothing is learned: what was drawn is made lively. */
import { manualSeed, type nn, noGrad, randn, scope, type Tensor } from '@retort/torch';
import { createModel, inMemory, permutation, type TensorDataset } from 'retort';

/** Waves of some directions, lengths and colours: `count` images of bytes, one after another. @param seed  of what is drawn */
export function pictures(
  count: number,
  [channels, height, width]: readonly [channels: number, height: number, width: number],
  seed = 0,
): Uint8Array {
  const pixels = new Uint8Array(count * height * width * channels);
  for (let i = 0; i < count; i++) {
    const drawn = permutation(997, { seed, epoch: i, purpose: 'subset' });
    const number = (at: number): number => (drawn[at] ?? 0) / 997;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++) {
          const [across, down, phase, strength] = [0, 1, 2, 3].map((at) => number(4 * c + at));
          const angle =
            20 * ((across ?? 0) - 0.5) * (x / width) +
            20 * ((down ?? 0) - 0.5) * (y / height) +
            7 * (phase ?? 0);
          const wave = 0.5 + 0.5 * (strength ?? 0) * Math.sin(angle) + 0.3 * (number(20 + c) - 0.5);
          pixels[((i * height + y) * width + x) * channels + c] = Math.min(255, Math.max(0, 255 * wave));
        }
  }
  return pixels;
}

/** Pictures as data, with labels that say nothing. */
export function pictureData(
  count: number,
  images: readonly [channels: number, height: number, width: number],
  { classes = 10, seed = 0 } = {},
): TensorDataset {
  const [channels, height, width] = images;
  const each = (value: number) => Array.from({ length: channels }, () => value);
  return inMemory({
    ...{ images: pictures(count, images, seed), height, width, channels },
    labels: Array.from({ length: count }, (_, i) => i % classes),
    classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
    ...{ mean: each(0.5), std: each(0.25) },
  });
}

/** Pictures as a network takes them, normalised: float32 [N, C, H, W]. */
export const shown = (data: TensorDataset): Tensor =>
  (data.columns.image as Tensor).permute([0, 3, 1, 2]).div(255).sub(0.5).div(0.25).contiguous();

/** The last layer's bias, or those of a student's two heads. */
const headBiases = (model: nn.Layer, classes: number): Tensor[] =>
  Object.entries(model.stateDict())
    .filter(
      ([key, { shape }]) =>
        /^(?:fc|linear|head|head_dist|classifier(?:\.1)?)\.bias$/.test(key) && shape[0] === classes,
    )
    .map(([, tensor]) => tensor);

/** A model with drawn weights, running statistics of pictures, and logits around zero, so that it says each class of some pictures. */
export function livelyStudent(
  name: string,
  images: readonly [channels: number, height: number, width: number],
  classes = 10,
): nn.Layer {
  manualSeed(0);
  const model = createModel(name, { classes, channels: images[0] });
  enliven(model, images, classes);
  return model;
}

export function enliven(
  model: nn.Layer,
  images: readonly [channels: number, height: number, width: number],
  classes: number,
): void {
  noGrad(() =>
    scope(() => {
      for (const [key, tensor] of Object.entries(model.stateDict()))
        if (/weight$/.test(key) && tensor.shape.length > 1) {
          const inputs = tensor.shape.slice(1).reduce((product, size) => product * size, 1);
          tensor.copy_(randn(tensor.shape).mul(Math.sqrt(2 / inputs)));
        } else if (/weight$|bias$/.test(key)) tensor.add_(randn(tensor.shape).mul(0.1));
      const batch = shown(pictureData(16, images, { classes, seed: 1 }));
      model.train();
      for (let step = 0; step < 12; step++) scope(() => model.forward(batch));
      model.eval();
      const middle = (model.forward(batch) as Tensor).mean({ dim: [0] });
      for (const bias of headBiases(model, classes)) bias.sub_(middle);
    }),
  );
}
