/** `README.md` of a model folder: the model card, with the front matter that the hub reads. */
import { stringify } from 'yaml';
import { exportedWeights, models } from '../../models/index.ts';
import { type Described, dtypes } from './config.ts';
import type { ExportedFolder, ExportFolderOptions } from './exported.ts';
import { placeless } from './places.ts';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** Fenced by more backticks than are in it. */
function code(language: string, text: string): string {
  const within = (text.match(/`+/g) ?? []).map((ticks) => ticks.length);
  const fence = '`'.repeat(Math.max(3, 1 + Math.max(0, ...within)));
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

type Written = Omit<ExportedFolder, 'folder'>;

function frontMatter(
  { name }: Described,
  { top1 }: Written,
  { facts = {}, data }: ExportFolderOptions,
): string {
  const { licences = {} } = facts;
  const judged =
    top1 === null ? { accuracy: facts.scores?.top1, on: facts.data } : { accuracy: top1, on: data?.name };
  const { accuracy, on } = judged;
  return `---\n${stringify({
    ...(licences.student === undefined ? {} : { license: licences.student }),
    library_name: 'transformers.js',
    pipeline_tag: 'image-classification',
    tags: [
      'retort',
      ...(facts.teacher === undefined ? [] : ['knowledge-distillation']),
      ...['image-classification', 'onnx', 'transformers.js'],
    ],
    ...(accuracy === undefined || on === undefined
      ? {}
      : {
          metrics: ['accuracy'],
          'model-index': [
            {
              name,
              results: [
                {
                  task: { type: 'image-classification' },
                  dataset: { name: on, type: on },
                  metrics: [{ type: 'accuracy', value: Number(accuracy.toFixed(4)) }],
                },
              ],
            },
          ],
        }),
  })}---`;
}

/** How it came to be. */
function origin({ name }: Described, { facts = {} }: ExportFolderOptions): string {
  const { teacher, methods = [], data } = facts;
  const isOfRun = methods.length > 0 || teacher !== undefined;
  const how =
    teacher === undefined
      ? `\`${name}\`${isOfRun ? ', trained' : ''}${data === undefined ? '' : ` on ${data}`}`
      : `\`${name}\`, trained to match \`${teacher}\`${data === undefined ? '' : ` on ${data}`}`;
  const by = methods.map(({ name, source }) => `* \`${name}\`: ${source}`);
  return [
    isOfRun ? `${how} with Retort.` : `${how}, put into this form by Retort, which did not train it.`,
    ...(by.length > 0 ? [`By\n\n${by.join('\n')}`] : []),
  ].join('\n\n');
}

function javascript({ browser }: Described): string {
  return `import { env, pipeline } from '@huggingface/transformers';

// The browser looks for a folder beside its page then, and not on the hub.
env.allowLocalModels = true;
const classify = await pipeline('image-classification', './student', { dtype: '${dtypes[browser]}' });
console.log(await classify('image.jpg', { top_k: 5 }));`;
}

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

function ofOnnxruntime(
  { images: [, height, width] }: Described,
  { rendering, bakeNormalisation = false }: ExportFolderOptions,
): string {
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
  return `import json
import numpy as np
import onnxruntime
from PIL import Image

names = json.load(open("student/config.json"))["id2label"]
image = Image.open("image.jpg").convert("RGB")
${sized}
pixels = np.asarray(image) / 255
${normalised}images = pixels.transpose(2, 0, 1)[None].astype(np.float32)
session = onnxruntime.InferenceSession("student/onnx/model.onnx")
(logits,) = session.run(None, {"pixel_values": images})
print([names[str(i)] for i in logits[0].argsort()[::-1][:5]])`;
}

function python(described: Described, options: ExportFolderOptions): string {
  if (!described.own) return ofOnnxruntime(described, options);
  return described.images[0] === 1 ? ofTransformersInGrey : ofTransformers;
}

/** In milliseconds. */
const milliseconds = (seconds: number): string => `${(1000 * seconds).toPrecision(3)} ms`;

function formsOf({ forms, parameters, measuredOn }: Written): string {
  const isJudged = forms.some(({ top1 }) => top1 !== null);
  return tableOf(
    [
      'file',
      'precision',
      'size',
      'says the same class as the student',
      ...(isJudged ? ['top-1'] : []),
      ...(measuredOn === null ? [] : ['an image takes']),
    ],
    [
      ...forms.map(({ file, precision, bytes, agreement, images, top1, latency }) => [
        `\`${file}\``,
        precision,
        megabytes(bytes),
        agreement === null ? 'not checked' : `${percent(agreement)} of ${images} images`,
        ...(isJudged ? [top1 === null ? '' : percent(top1)] : []),
        ...(measuredOn === null
          ? []
          : [
              latency === null
                ? ''
                : `${milliseconds(latency.p50)} (95 of 100: ${milliseconds(latency.p95)})`,
            ]),
      ]),
    ],
  ).concat(
    `\n\n${parameters.toLocaleString('en-US')} parameters.`,
    measuredOn === null ? '' : ` How long one image takes was measured on ${measuredOn}, at the median.`,
  );
}

function scoresOf({ top1 }: Written, { facts = {}, data }: ExportFolderOptions): string {
  const { scores = {}, teacherScores } = facts;
  const names = [...new Set([...Object.keys(scores), ...Object.keys(teacherScores ?? {})])];
  const shown = (value: number | undefined, name: string): string =>
    value === undefined ? '' : /^top\d/.test(name) ? percent(value) : value.toPrecision(4);
  const own =
    top1 === null || !data
      ? []
      : [
          `On ${data.size.toLocaleString('en-US')} images of ${data.name}, judged at the export: top-1 ${percent(top1)}.`,
        ];
  const ofRun =
    names.length === 0
      ? []
      : [
          tableOf(
            ['on the test split', 'student', ...(teacherScores ? ['teacher'] : [])],
            names.map((name) => [
              name,
              shown(scores[name], name),
              ...(teacherScores ? [shown(teacherScores[name], name)] : []),
            ]),
          ),
        ];
  const all = [...ofRun, ...own];
  return all.length > 0 ? all.join('\n\n') : 'Nobody judged it.';
}

function licencesOf({ facts = {} }: ExportFolderOptions): string {
  const { licences = {}, teacher, data } = facts;
  const said = (what: string, licence: string | undefined): string =>
    `* ${what}: ${licence ?? '**not stated**; ask whoever made it before you pass this on'}`;
  return [
    said('this student', licences.student),
    ...(teacher === undefined ? [] : [said(`its teacher, \`${teacher}\``, licences.teacher)]),
    ...(data === undefined ? [] : [said(`its data, ${data}`, licences.data)]),
  ].join('\n');
}

/** How Retort reads weights again: those of a network that has a name there. */
const byName = (name: string): string =>
  Object.hasOwn(models, name)
    ? `: \`npx retort eval --weights student --data ...\` judges them, and \`loadModel('student', …)\` of Retort loads them`
    : ', by the keys of the network that they were trained in, which is not in this folder';

/** @returns README.md, without places of this machine */
export function cardOf(described: Described, written: Written, options: ExportFolderOptions): string {
  return placeless(whole(described, written, options));
}

function whole(described: Described, written: Written, options: ExportFolderOptions): string {
  const { name, absent, images } = described;
  const { facts = {} } = options;
  const [channels, height, width] = images;
  const ofRetort =
    absent === null
      ? []
      : [
          `Python's transformers does not load it, and says so: ${absent}. Its weights are in \`${exportedWeights}\`${byName(name)}. Its graph runs by onnxruntime.`,
        ];
  return `${[
    frontMatter(described, written, options),
    `# ${name}`,
    origin(described, options),
    '## How it is used',
    '`student` below is this folder, wherever it is. In JavaScript, in Node and in the browser (`npm install @huggingface/transformers`):',
    code('js', javascript(described)),
    ...ofRetort,
    `In Python (\`pip install ${described.own ? 'transformers torch pillow' : 'onnxruntime numpy pillow'}\`):`,
    code('python', python(described, options)),
    '## Files',
    formsOf(written),
    `Images go in as \`pixel_values\`, float32 [batch, ${channels === 1 ? 3 : channels}, ${height}, ${width}], ${
      options.bakeNormalisation ? 'from 0 to 1' : 'normalised'
    } as \`preprocessor_config.json\` says; \`logits\` [batch, ${described.classes}] come out.`,
    '## Scores',
    scoresOf(written, options),
    '## Limits',
    written.remarks.map((remark) => `* ${remark}`).join('\n') || 'None are known.',
    '## Licences',
    licencesOf(options),
    ...(facts.recipe === undefined
      ? []
      : [
          `## Recipe`,
          `\`npx retort distill recipe.yaml\` makes it again, with the same data and teacher:`,
          code('yaml', facts.recipe),
        ]),
  ].join('\n\n')}\n`;
}
