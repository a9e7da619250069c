/** What student and teacher find in some images, beside what is in them. */
import sharp from 'sharp';
import {
  boxesIn,
  boxesOfTensor,
  type Dataset,
  fetchColumns,
  fieldOf,
  ignoredAs,
  imagesOfColumn,
  isOneTensor,
  type ReadColumns,
} from '../data/index.ts';
import type { FoundObject } from '../evaluate/index.ts';
import { defineDiagnosis } from './definition.ts';
import type { DetectedImage, ShownObject } from './types.ts';

/** So many images, and objects of each side in one of them. */
const most = { images: 12, objects: 50 } as const;

/** The longer side of a picture, in pixels; smaller images stay as they are. */
const side = 480;

/** A side of it is at least as sure. */
const least = 0.05;

/** From all of the samples. */
const evenly = (size: number): number[] => {
  const count = Math.min(most.images, size);
  return Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
};

interface Pictured extends Pick<DetectedImage, 'width' | 'height' | 'picture'> {}

/** The image as its file has it, small; its size is that in which boxes are. */
async function pictured(data: Dataset, columns: ReadColumns): Promise<Pictured> {
  const images = imagesOfColumn(columns[fieldOf(data.fields, 'image')?.name ?? '']) ?? [];
  const [image] = isOneTensor(images) ? [images] : images;
  const [, height = 0, width = 0, channels = 0] = image?.shape ?? [];
  if (!image || (channels !== 1 && channels !== 3)) return { width, height, picture: null };
  const bytes = Uint8Array.from(image.contiguous().toFlatArray(), Number);
  const jpeg = await sharp(bytes, { raw: { width, height, channels } })
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 85 })
    .toBuffer();
  return { width, height, picture: `data:image/jpeg;base64,${jpeg.toString('base64')}` };
}

/** What the data says is there, but for crowds. */
function truthIn(data: Dataset, columns: ReadColumns, classes: readonly string[]): ShownObject[] {
  const column = columns[fieldOf(data.fields, 'boxes')?.name ?? ''];
  const [boxes] = column && isOneTensor(column) ? boxesOfTensor(column) : [];
  return boxesIn(boxes ?? { rows: new Float64Array() })
    .filter(({ ignored }) => ignored !== ignoredAs.crowd)
    .map(({ x, y, width, height, class: number }) => ({
      ...{ class: classes[number] ?? String(number), score: null, x, y, width, height },
    }));
}

/** In tenths of a pixel. */
const tenth = (value: number): number => Number(value.toFixed(1));

const shown = (found: readonly FoundObject[] | undefined, classes: readonly string[]): ShownObject[] =>
  (found ?? [])
    .filter(({ score }) => score >= least)
    .slice(0, most.objects)
    .map(({ class: number, score, box: { x, y, width, height } }) => ({
      ...{ class: classes[number] ?? String(number), score: Number(score.toFixed(4)) },
      ...{ x: tenth(x), y: tenth(y), width: tenth(width), height: tenth(height) },
    }));

/** In images from all of the samples that are shown; of several teachers the first. */
export const detections = defineDiagnosis({
  what: 'detections',
  title: 'What student and teacher find in images, beside what is there',
  async find(run) {
    const { student, teacher, withoutTeacher, classes } = await run.found();
    const { data, numberOf } = await run.shown();
    const images: DetectedImage[] = [];
    for (const place of evenly(data.size)) {
      const own = student.objects.get(place);
      // One that is damaged was left out.
      if (!own) continue;
      using fetched = await fetchColumns(data, Int32Array.of(place));
      images.push({
        ...{ index: numberOf(place), name: data.nameOf?.(place) ?? null },
        ...(await pictured(data, fetched.columns)),
        truth: truthIn(data, fetched.columns, classes),
        student: shown(own, classes),
        teacher: teacher && shown(teacher.objects.get(place), classes),
      });
    }
    return { images, classes, withoutTeacher };
  },
});
