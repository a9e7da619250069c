/** A graph of a detector as a network, so that it is judged as its student is. */
import fs from 'node:fs';
import { getNumThreads, nn, type Tensor, tensor } from '@retort/torch';
import type { TakesImagesForBoxes } from '../../models/detector.ts';
import { needOnnxRuntime, OnnxSession } from '../../models/onnx/index.ts';
import { type Detection, detectionsIn, foundNames, ShownPictures } from '../onnx/index.ts';

/** Images [B, C, H, W] with their sizes int64 [B, 2] → detections [B, D, 6] as detectors answer them, by onnxruntime, one image after the other. */
export class GraphOfDetector extends nn.Layer {
  readonly takes: TakesImagesForBoxes;
  readonly classes: number;
  readonly #shown: ShownPictures;
  readonly #session: OnnxSession;

  /** @throws OnnxError where onnxruntime-node is not installed */
  constructor(file: string, { channels, classes }: { readonly channels: number; readonly classes: number }) {
    super();
    this.takes = { kind: 'images', channels, imageSize: null, finds: 'boxes' };
    this.classes = classes;
    this.#shown = new ShownPictures(channels, null);
    this.#session = new OnnxSession(needOnnxRuntime(file), Uint8Array.from(fs.readFileSync(file)), {
      threads: getNumThreads(),
      folder: '',
    });
  }

  forward(images: Tensor, sizes?: Tensor): Tensor {
    const [count = 0, , height = 0, width = 0] = images.shape;
    const own = sizes ?? tensor([[height, width]], { dtype: 'int64' }).expand([count, 2]);
    const found = Array.from({ length: count }, (_, i) =>
      detectionsIn(
        this.#session.run(this.#shown.feed(this.#shown.some({ images, sizes: own }, i, 1)), foundNames),
      ),
    );
    const most = Math.max(1, ...found.map(({ length }) => length));
    const none = [0, 0, 0, 0, 0, -1];
    const row = (one: Detection | undefined): readonly number[] =>
      one ? [...one.box, one.score, one.class] : none;
    return tensor(
      found.map((of) => Array.from({ length: most }, (_, i) => [...row(of[i])])),
      { dtype: 'float32' },
    );
  }
}
