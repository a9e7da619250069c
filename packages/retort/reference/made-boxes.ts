/** For tests: images with rectangles in them, whose colours are their classes, as folders of COCO, Pascal VOC and YOLO. */
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { draw } from '../src/data/index.ts';

/** Colours, by the numbers of their classes. */
export const colours = [
  ['red', [230, 20, 20]],
  ['green', [20, 230, 20]],
  ['blue', [20, 20, 230]],
] as const;

export const classes: readonly string[] = colours.map(([name]) => name);

/** A rectangle, in whole pixels. */
export interface Rectangle {
  readonly label: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface MadePicture {
  /** Of its file, without `.png`. */
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly rectangles: readonly Rectangle[];
}

/** Pictures of several sizes, of which every seventh has nothing in it. Rectangles lie in a half each, so that none covers another. @param seed  of where they are */
export function madePictures(count: number, seed: number, [least, most] = [40, 90]): MadePicture[] {
  return Array.from({ length: count }, (_, sample) => {
    let number = 0;
    const below = (n: number): number =>
      draw({ seed, epoch: 0, sample, purpose: 'order', number: number++ })[0] % n;
    const [height, width] = [least + below(most - least), least + below(most - least)];
    const halves = sample % 7 === 6 ? [] : below(2) === 0 ? [0] : [0, 1];
    const half = Math.floor(width / 2);
    const rectangles = halves.map((side): Rectangle => {
      const [w, h] = [8 + below(half - 12), 8 + below(height - 12)];
      return {
        label: below(colours.length),
        x: side * half + 1 + below(half - w - 2),
        y: 1 + below(height - h - 2),
        width: w,
        height: h,
      };
    });
    return { name: `${String(seed)}-${String(sample).padStart(4, '0')}`, height, width, rectangles };
  });
}

/** Its pixels, uint8 [H, W, 3]: dark but for the rectangles. */
export function pixelsOf({ height, width, rectangles }: MadePicture): Uint8Array {
  const pixels = new Uint8Array(height * width * 3).fill(30);
  for (const { label, x, y, width: w, height: h } of rectangles)
    for (let row = y; row < y + h; row++)
      for (let column = x; column < x + w; column++)
        pixels.set(colours[label]?.[1] ?? [], (row * width + column) * 3);
  return pixels;
}

async function writePictures(
  folder: string,
  pictures: readonly MadePicture[],
  ending: string,
): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  for (const picture of pictures) {
    const { height, width, name } = picture;
    const image = sharp(pixelsOf(picture), { raw: { height, width, channels: 3 } });
    await image.toFile(path.join(folder, `${name}.${ending}`));
  }
}

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

/** Splits by what their pictures are. */
export interface MadeSplits {
  readonly train: readonly MadePicture[];
  readonly val: readonly MadePicture[];
}

/** The same for tests that need few. */
export const madeSplits = (train = 8, val = 4): MadeSplits => ({
  train: madePictures(train, 1),
  val: madePictures(val, 2),
});

/** What a file of COCO's form says of pictures: categories 3, 5 and 9, images from 100 on, annotations from 1. */
export function cocoAnnotations(pictures: readonly MadePicture[]) {
  const ids = [3, 5, 9];
  let id = 0;
  return {
    info: { description: 'made' },
    images: pictures.map(({ name, height, width }, i) => ({
      id: 100 + i,
      file_name: `${name}.png`,
      ...{ height, width },
    })),
    annotations: pictures.flatMap(({ rectangles }, i) =>
      rectangles.map(({ label, x, y, width, height }) => ({
        id: ++id,
        image_id: 100 + i,
        category_id: ids[label],
        bbox: [x, y, width, height],
        area: width * height,
        iscrowd: 0,
      })),
    ),
    categories: classes.map((name, i) => ({ id: ids[i], name })),
  };
}

/** As COCO has them. @returns the folder */
export async function writeCoco(folder: string, splits: MadeSplits = madeSplits()): Promise<string> {
  for (const [split, pictures] of Object.entries<readonly MadePicture[]>({ ...splits })) {
    await writePictures(path.join(folder, `${split}2017`), pictures, 'png');
    write(
      path.join(folder, 'annotations', `instances_${split}2017.json`),
      JSON.stringify(cocoAnnotations(pictures)),
    );
  }
  return folder;
}

/** An annotation of VOC; its corners are counted from 1, and the last pixel is one of the rectangle's. */
export const vocAnnotation = (
  { name, height, width, rectangles }: MadePicture,
  difficult = 0,
): string => `<annotation>
  <folder>VOC2007</folder>
  <filename>${name}.png</filename>
  <size><width>${width}</width><height>${height}</height><depth>3</depth></size>
${rectangles
  .map(
    ({ label, x, y, width, height }) =>
      `  <object><name>${classes[label]}</name><difficult>${difficult}</difficult><bndbox><xmin>${x + 1}</xmin><ymin>${y + 1}</ymin><xmax>${x + width}</xmax><ymax>${y + height}</ymax></bndbox></object>`,
  )
  .join('\n')}
</annotation>
`;

/** As Pascal VOC has them, in one folder; those to be judged on are difficult. @returns the folder */
export async function writeVoc(folder: string, splits: MadeSplits = madeSplits()): Promise<string> {
  for (const [split, pictures] of Object.entries<readonly MadePicture[]>({ ...splits })) {
    await writePictures(path.join(folder, 'JPEGImages'), pictures, 'png');
    for (const picture of pictures)
      write(
        path.join(folder, 'Annotations', `${picture.name}.xml`),
        vocAnnotation(picture, split === 'val' ? 1 : 0),
      );
    write(
      path.join(folder, 'ImageSets', 'Main', `${split}.txt`),
      pictures.map(({ name }) => `${name}\n`).join(''),
    );
  }
  return folder;
}

/** A line of YOLO. */
export function yoloLine({ height, width }: MadePicture, { label, ...box }: Rectangle): string {
  const [x, y] = [(box.x + box.width / 2) / width, (box.y + box.height / 2) / height];
  return [label, x, y, box.width / width, box.height / height].join(' ');
}

/** As YOLO has them. Those without rectangles have no file of boxes. @returns the folder */
export async function writeYolo(folder: string, splits: MadeSplits = madeSplits()): Promise<string> {
  for (const [split, pictures] of Object.entries<readonly MadePicture[]>({ ...splits })) {
    await writePictures(path.join(folder, 'images', split), pictures, 'png');
    for (const picture of pictures)
      if (picture.rectangles.length > 0)
        write(
          path.join(folder, 'labels', split, `${picture.name}.txt`),
          `${picture.rectangles.map((one) => yoloLine(picture, one)).join('\n')}\n`,
        );
  }
  write(
    path.join(folder, 'data.yaml'),
    `train: images/train\nval: images/val\nnames: [${classes.join(', ')}]\n`,
  );
  return folder;
}
