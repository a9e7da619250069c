/** The end of the story of images: its student goes out. */
import path from 'node:path';
import sharp from 'sharp';
import {
  classNames,
  type Dataset,
  fetchColumns,
  fullRendering,
  imagesOf,
  oneTensorEach,
  permutation,
  type Splits,
  subset,
} from '../../data/index.ts';
import { defaults } from '../../defaults.ts';
import { type ExportedFolder, exportFolder, type Measurement, measure } from '../../export/index.ts';
import { methodNamed } from '../../methods/index.ts';
import { findOnnxRuntime } from '../../models/index.ts';
import { say } from '../output.ts';
import type { Progress } from '../progress.ts';
import { duration, table } from '../table.ts';
import { freeFolder } from './free-folder.ts';
import type { Ended } from './story.ts';

/** Of Fashion-MNIST. */
const pixels = 28;

/** What went out, and what it costs beside the teacher. */
export interface Went {
  readonly exported: ExportedFolder;
  readonly measured: Measurement | null;
}

/** An image of those that it was judged on. @returns the file */
async function writeExample(test: Dataset, folder: string): Promise<string> {
  using fetched = await fetchColumns(test, Int32Array.of(0));
  const bytes = oneTensorEach(fetched.columns).image?.contiguous().toTypedArray();
  const file = path.join(folder, 'example.png');
  const raw = { width: pixels, height: pixels, channels: 1 } as const;
  await sharp(Uint8Array.from(bytes ?? [], Number), { raw })
    .png()
    .toFile(file);
  return file;
}

/**
 * Exports the student and measures it beside the teacher.
 *
 * @returns `measured` is null where onnxruntime, which checks and measures, is not installed
 */
export async function goOut(
  { teacher, student, scores }: Ended,
  { train, test }: Pick<Splits, 'train' | 'test'>,
  progress: Progress,
  signal: AbortSignal,
): Promise<Went> {
  const check = findOnnxRuntime() !== null;
  const report = (what: string, done: number, total: number) => progress.show({ what, done, total });
  // They lie class by class.
  const order = permutation(test.size, { seed: 0, epoch: 0, purpose: 'subset' });
  const drawn = order.slice(0, defaults.exported.images);
  const exported = await exportFolder(student, freeFolder('quickstart'), {
    name: 'quickstart-student',
    classes: 10,
    labels: classNames(test),
    rendering: fullRendering(imagesOf(test)),
    size: [pixels, pixels],
    channels: 1,
    calibration: train,
    measured: true,
    data: subset(test, drawn),
    facts: {
      teacher: 'the quickstart’s teacher',
      methods: [{ name: 'kd', source: methodNamed('kd').source }],
      data: 'fashion-mnist',
      scores: { top1: scores.student },
      teacherScores: { top1: scores.teacher },
    },
    ...{ report, signal, check },
  });
  if (!check) {
    progress.clear();
    say(
      `\nThe student went out as ${exported.folder}. Its graphs were NOT checked, and nothing was measured: onnxruntime-node, which runs them, is not installed (npx retort setup onnx).`,
    );
    return { exported, measured: null };
  }
  const images = [1, pixels, pixels] as const;
  const measured = await measure(
    [
      { name: 'teacher', model: teacher, images },
      { name: 'student', model: student, images },
    ],
    { onProgress: report, signal },
  );
  progress.clear();
  print(exported, measured, await writeExample(test, exported.folder));
  return { exported, measured };
}

function print(exported: ExportedFolder, measured: Measurement, example: string): void {
  const [speeds] = measured.runtimes;
  const rows = measured.networks.map(({ name, size }, i) => {
    const speed = speeds?.speeds[i];
    return [
      name,
      (('fp32' in size ? size.fp32 : size.file) / 1e6).toFixed(2),
      speed && 'latency' in speed ? duration(speed.latency.p50) : '-',
    ];
  });
  say(`\nThe student went out as ${exported.folder}, which runs without Retort (its README.md says how).\n`);
  say(table(['', 'ONNX, MB', 'an image takes'], rows));
  say(`\nnpx retort predict ${path.join(exported.folder, 'onnx/model.onnx')} ${example}`);
}
