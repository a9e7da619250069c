/** How a student of images is used, as its card shows it. */
import { dtypes } from './config.ts';
import type { ExportFolderOptions } from './exported.ts';
import type { Described, Snippet } from './kind.ts';

export const vectorsInJavascript = ({ browser }: Described): Snippet => ({
  needs: '@huggingface/transformers',
  code: `import { cos_sim, env, pipeline } from '@huggingface/transformers';

// The browser looks for a folder beside its page then, and not on the hub.
env.allowLocalModels = true;
const embed = await pipeline('image-feature-extraction', './student', { dtype: '${dtypes[browser]}' });
const [one, other] = (await embed(['image.jpg', 'other.jpg'])).tolist();
console.log('how alike they are, at most 1:', cos_sim(one, other));`,
});

export const vectorsInPython = (options: ExportFolderOptions): Snippet => ({
  needs: 'onnxruntime numpy pillow',
  code: vectorsOfOnnxruntime(options),
});

export const javascript = ({ browser }: Described): Snippet => ({
  needs: '@huggingface/transformers',
  code: `import { env, pipeline } from '@huggingface/transformers';

// The browser looks for a folder beside its page then, and not on the hub.
env.allowLocalModels = true;
const classify = await pipeline('image-classification', './student', { dtype: '${dtypes[browser]}' });
console.log(await classify('image.jpg', { top_k: 5 }));`,
});

const ofTransformers = `from transformers import pipeline

classify = pipeline("image-classification", model="./student")
print(classify("image.jpg", top_k=5))`;

/** Of an image that is grey; the pipeline makes colours of all. */
const ofTransformersInGrey = `from PIL import Image
from transformers import AutoImageProcessor, AutoModelForImageClassification

processor = AutoImageProcessor.from_pretrained("./student")
model = AutoModelForImageClassification.from_pretrained("./student").eval()
images = processor(Image.open("image.jpg").convert("L"), return_tensors="pt")
logits = model(**images).logits[0]
print([model.config.id2label[int(i)] for i in logits.argsort(descending=True)[:5]])`;

/** Python that makes `images` of a file, as the graphs take them. */
function picture({
  rendering,
  size: [height, width],
  bakeNormalisation = false,
}: ExportFolderOptions): string {
  const { resize, mean, std, interpolation } = rendering;
  const filter = `Image.${interpolation.toUpperCase()}`;
  const sized =
    resize === undefined
      ? `image = image.resize((${width}, ${height}), ${filter})`
      : `short = min(image.size)
image = image.resize([side * ${resize} // short for side in image.size], ${filter})
left, top = (image.width - ${width}) // 2, (image.height - ${height}) // 2
image = image.crop((left, top, left + ${width}, top + ${height}))`;
  const list = (values: readonly number[]): string => `[${values.join(', ')}]`;
  const normalised = bakeNormalisation ? '' : `pixels = (pixels - ${list(mean)}) / ${list(std)}\n`;
  return `image = Image.open("image.jpg").convert("RGB")
${sized}
pixels = np.asarray(image) / 255
${normalised}images = pixels.transpose(2, 0, 1)[None].astype(np.float32)`;
}

const ofOnnxruntime = (options: ExportFolderOptions): string => `import json
import numpy as np
import onnxruntime
from PIL import Image

names = json.load(open("student/config.json"))["id2label"]
${picture(options)}
session = onnxruntime.InferenceSession("student/onnx/model.onnx")
(logits,) = session.run(None, {"pixel_values": images})
print([names[str(i)] for i in logits[0].argsort()[::-1][:5]])`;

const vectorsOfOnnxruntime = (options: ExportFolderOptions): string => `import numpy as np
import onnxruntime
from PIL import Image

${picture(options)}
session = onnxruntime.InferenceSession("student/onnx/model.onnx")
(vectors,) = session.run(None, {"pixel_values": images})
print(vectors[0] / np.linalg.norm(vectors[0]))`;

export function python({ own }: Described, options: ExportFolderOptions): Snippet {
  if (!own) return { code: ofOnnxruntime(options), needs: 'onnxruntime numpy pillow' };
  return {
    code: options.channels === 1 ? ofTransformersInGrey : ofTransformers,
    needs: 'transformers torch pillow',
  };
}
