/** How a detector is used, as its card shows it. */
import type { WholeRendering } from '../../data/index.ts';
import type { ExportDetectorFolderOptions } from './exported.ts';
import type { Snippet } from './kind.ts';

export const javascript = (): Snippet => ({
  needs: 'onnxruntime-node sharp',
  code: `import fs from 'node:fs/promises';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import { open } from './student/detect.mjs';

const detect = await open(ort, (name) => fs.readFile(\`student/\${name}\`));
const { data, info } = await sharp('image.jpg').toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
console.log(await detect({ data, ...info }, { threshold: 0.5 }));

// In a page, with onnxruntime-web:
// const detect = await open(ort, async (name) => new Uint8Array(await (await fetch(\`student/\${name}\`)).arrayBuffer()));
// context.drawImage(image, 0, 0);
// console.log(await detect(context.getImageData(0, 0, image.naturalWidth, image.naturalHeight)));`,
});

const list = (values: readonly number[]): string => `[${values.join(', ')}]`;

/** Lines that make `pixels` [height, width, 3] from 0 to 1, of another size, of an image. */
function sized({ shortest = 0, longest = 0, dialect }: WholeRendering): string {
  if (dialect === 'torchvision')
    return `image = Image.open("image.jpg").convert("RGB")
scale = min(${shortest} / min(image.size), ${longest} / max(image.size))
size = [int(side * scale) for side in reversed(image.size)]
pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1)[None] / 255
pixels = torch.nn.functional.interpolate(pixels, size, mode="bilinear")[0].permute(1, 2, 0).numpy()`;
  return `image = Image.open("image.jpg").convert("RGB")
scale = ${shortest} / min(image.size)
scale *= min(1, ${longest} / (max(image.size) * scale))
resized = image.resize([int(side * scale + 0.5) for side in image.size], Image.BILINEAR)
pixels = np.asarray(resized) / 255`;
}

export function python(
  { rendering, bakeNormalisation = false }: ExportDetectorFolderOptions,
  whole: WholeRendering,
): Snippet {
  const { mean, std } = rendering;
  const normalised = bakeNormalisation ? '' : `pixels = (pixels - ${list(mean)}) / ${list(std)}\n`;
  return {
    needs: `onnxruntime numpy pillow${whole.dialect === 'torchvision' ? ' torch' : ''}`,
    code: `import json
import numpy as np
import onnxruntime
${whole.dialect === 'torchvision' ? 'import torch\n' : ''}from PIL import Image

names = json.load(open("student/config.json"))["id2label"]
${sized(whole)}
${whole.order === 'bgr' ? 'pixels = pixels[:, :, ::-1]\n' : ''}${normalised}images = np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], np.float32)
session = onnxruntime.InferenceSession("student/onnx/model.onnx")
boxes, scores, classes = session.run(None, {"pixel_values": images})
boxes *= np.tile([image.width / images.shape[3], image.height / images.shape[2]], 2)
print([(names[str(c)], float(s), b.tolist()) for b, s, c in zip(boxes, scores, classes) if s >= 0.5])`,
  };
}
