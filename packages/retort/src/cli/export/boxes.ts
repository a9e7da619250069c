/** What `retort export` loads of a student that finds objects. */
import { type Dataset, fieldOf, fullRendering, imagesOf, type Splits } from '../../data/index.ts';
import type { ExportDetectorFolderOptions } from '../../export/folder/index.ts';
import {
  type Detector,
  isDetector,
  type LoadOptions,
  labelsSaid,
  metricsSaid,
  weightsMetadata,
} from '../../models/index.ts';
import {
  fitsOf,
  type LoadedForImages,
  loadNetwork,
  readingOf,
  specOf,
  type WrittenNetwork,
} from '../../recipe/index.ts';
import { detection, judgedBy, type Task } from '../../tasks/index.ts';
import { UsageError } from '../load.ts';
import type { ExportFlags } from './asked.ts';

/** A student that finds objects, and what it is judged on. */
export interface DetectorStudent
  extends Pick<
    ExportDetectorFolderOptions,
    'name' | 'classes' | 'labels' | 'rendering' | 'channels' | 'metadata'
  > {
  readonly finds: 'boxes';
  readonly model: Detector;
  readonly data: Dataset | null;
  readonly task: Task;
  /** How photographs are read for it. */
  readonly reading: ReturnType<typeof readingOf>;
}

/** Whether samples have boxes. */
export const areBoxes = ({ test }: Splits): boolean => fieldOf(test.fields, 'boxes') !== null;

/** @throws UsageError for flags of networks that classify */
export function refuseClassifierFlags({ size, task, calibration, keep }: ExportFlags, name: string): void {
  if (task !== undefined)
    throw new UsageError(`--task is of networks that classify, and ${name} finds objects`);
  const given = { '--size': size, '--calibration': calibration, '--keep': keep };
  const [flag] = Object.entries(given).flatMap(([flag, value]) => (value === undefined ? [] : [flag]));
  if (flag === '--size')
    throw new UsageError(
      `--size is of images that are made square, and ${name} finds objects in images of any size`,
    );
  if (flag !== undefined)
    throw new UsageError(
      `${flag} is of a graph in int8, and ${name} finds objects: it is exported in fp32 and fp16`,
    );
}

/** @throws UsageError where it is none */
function detectorIn(model: unknown, name: string): Detector {
  if (isDetector(model as Detector)) return model as Detector;
  throw new UsageError(
    `${name} finds no objects, and the data has boxes: name data of its own task, or none`,
  );
}

/** Loaded for the data that it is judged on. */
export async function judgedBoxes(
  written: WrittenNetwork,
  { test }: Splits,
  options: unknown,
  read: LoadOptions,
): Promise<DetectorStudent> {
  const { file, key } = specOf(written);
  const metrics = metricsSaid(file === null ? {} : await weightsMetadata(file, key, read));
  const task = metrics ? judgedBy(detection, metrics) : detection;
  const fits = fitsOf(task, test);
  const { name, model, rendering, metadata } = await loadNetwork('student', written, fits, read);
  return {
    ...{ name, metadata, data: test, task, finds: 'boxes', model: detectorIn(model, name) },
    classes: fits.options.classes,
    channels: fits.options.channels ?? 3,
    labels: labelsSaid(metadata) ?? fits.labels,
    rendering: fullRendering(imagesOf(test), rendering),
    reading: readingOf(options),
  };
}

/** As its file alone has it. */
export function unjudgedBoxes({
  name,
  model,
  metadata,
  classes,
  labels,
  rendering,
  images,
  reading,
}: LoadedForImages): DetectorStudent {
  return {
    ...{ name, metadata, classes, labels, rendering, reading, task: detection, finds: 'boxes' },
    ...{ channels: images.channels, data: null, model: detectorIn(model, name) },
  };
}
