/** For tests: a folder in COCO's layout, of small pictures with squares and discs on them. */
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { Chance } from './made-boxes.ts';

/** What is drawn, in the order of COCO's numbers, which begin with 1 and leave one out, as COCO's own do. */
export const shapeClasses = [
  { id: 1, name: 'square' },
  { id: 3, name: 'disc' },
] as const;

/** x, y, width, height. */
type Box = readonly [number, number, number, number];

interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly { readonly box: Box; readonly category: number }[];
}

/** One or two shapes, beside one another, on a picture that is wider than high, or the other way round. */
function drawn(chance: Chance): Drawn {
  const [width, height] = chance.below(2) ? [96, 64] : [64, 96];
  const shapes = Array.from({ length: 1 + chance.below(2) }, (_, i) => {
    const side = 16 + chance.below(12);
    const [left, top] = [chance.below(32 - side + 4), chance.below(32 - side + 4)];
    const along = 32 * i;
    const [x, y] = width > height ? [left + along, top + 16] : [left + 16, top + along];
    return { box: [x, y, side, side] as const, category: shapeClasses[chance.below(2)]?.id ?? 1 };
  });
  return { width, height, shapes };
}

const svgOf = ({ width, height, shapes }: Drawn): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#333"/>${shapes
    .map(({ box: [x, y, side], category }) =>
      category === 1
        ? `<rect x="${x}" y="${y}" width="${side}" height="${side}" fill="#e33"/>`
        : `<circle cx="${x + side / 2}" cy="${y + side / 2}" r="${side / 2}" fill="#3e3"/>`,
    )
    .join('')}</svg>`;

/**
 * Writes `annotations/instances_train2017.json` and `instances_val2017.json` with their pictures.
 *
 * @returns the folder
 */
export async function writeShapes(
  folder: string,
  sizes: { readonly train: number; readonly val: number } = { train: 8, val: 4 },
): Promise<string> {
  fs.mkdirSync(path.join(folder, 'annotations'), { recursive: true });
  for (const [place, split] of (['train', 'val'] as const).entries()) {
    const chance = new Chance(place + 1);
    const images: unknown[] = [];
    const annotations: unknown[] = [];
    fs.mkdirSync(path.join(folder, `${split}2017`));
    for (let id = 1; id <= sizes[split]; id++) {
      const made = drawn(chance);
      const { width, height, shapes } = made;
      const file = `${split}-${id}.png`;
      await sharp(Buffer.from(svgOf(made))).removeAlpha().png().toFile(path.join(folder, `${split}2017`, file));
      images.push({ id, width, height, file_name: file });
      for (const { box, category } of shapes)
        annotations.push({
          ...{ id: annotations.length + 1, image_id: id, category_id: category, bbox: box },
          ...{ area: box[2] * box[3], iscrowd: 0 },
        });
    }
    const file = path.join(folder, 'annotations', `instances_${split}2017.json`);
    fs.writeFileSync(file, JSON.stringify({ images, annotations, categories: shapeClasses }));
  }
  return folder;
}
