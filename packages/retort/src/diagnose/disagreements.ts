/** The samples on which student and teacher disagree most, with both answers. */
import type { Tensor } from '@retort/torch';
import sharp from 'sharp';
import {
  type Dataset,
  fetchColumns,
  fieldOf,
  imagesOfColumn,
  isOneTensor,
  type ReadColumns,
  textFields,
} from '../data/index.ts';
import { divergences } from '../tensors/divergence.ts';
import { defineDiagnosis } from './definition.ts';
import type { Answer, Disagreement } from './types.ts';

const most = 24;

/** The longer side of a picture, in pixels; smaller images stay as they are. */
const side = 160;

/** The likeliest classes of each row of probabilities. */
function likeliest(logits: Tensor, classes: readonly string[]): Answer[][] {
  const count = Math.min(3, logits.size(1));
  const [values, indices] = logits.to('float64').softmax(1).topk(count, 1);
  const [shares, numbers] = [values, indices].map((of) => of.toFlatArray().map(Number));
  return Array.from({ length: logits.size(0) }, (_, row) =>
    Array.from({ length: count }, (_, i) => {
      const number = numbers?.[row * count + i] ?? 0;
      return { class: classes[number] ?? String(number), probability: shares?.[row * count + i] ?? 0 };
    }),
  );
}

/** An image as its file has it, small, as a PNG; null where there is none, or none that can be seen. */
async function pictureOf(data: Dataset, columns: ReadColumns): Promise<Disagreement['picture']> {
  const field = fieldOf(data.fields, 'image')?.name;
  const images = field === undefined ? undefined : imagesOfColumn(columns[field]);
  const image = images && (isOneTensor(images) ? images : images[0]);
  if (!image) return null;
  const [, height = 0, width = 0, channels = 0] = image.shape;
  if (channels !== 1 && channels !== 3) return null;
  const bytes = Uint8Array.from(image.contiguous().toFlatArray(), Number);
  const png = await sharp(bytes, { raw: { width, height, channels } })
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .png({ compressionLevel: 9 })
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}

/** Its texts, a line each; null where it has none. */
function textOf(data: Dataset, columns: ReadColumns): string | null {
  const found = textFields(data).flatMap((field) => columns[field] as readonly string[]);
  return found.length > 0 ? found.join('\n') : null;
}

/** By KL(teacher, student) of each sample, the largest first; of equals that which comes first in its split. */
export const disagreements = defineDiagnosis({
  what: 'disagreements',
  title: 'The samples on which student and teacher disagree most',
  async find(run) {
    const { classes, labels, places, student, teacher } = await run.bothAnswers();
    const { data, numberOf } = await run.shown();
    const each = divergences(student.to('float64'), teacher.to('float64')).toFlatArray().map(Number);
    const rows = each
      .map((divergence, row) => ({ divergence, row }))
      .sort((a, b) => b.divergence - a.divergence || a.row - b.row)
      .slice(0, most);
    const numbers = labels?.toFlatArray().map(Number);
    const [own, theirs] = [student, teacher].map((logits) => likeliest(logits, classes));
    const samples: Disagreement[] = [];
    for (const { divergence, row } of rows) {
      const place = places[row] ?? 0;
      using fetched = await fetchColumns(data, Int32Array.of(place));
      const number = numbers?.[row];
      samples.push({
        index: numberOf(place),
        name: data.nameOf?.(place) ?? null,
        label: number === undefined ? null : (classes[number] ?? null),
        divergence,
        student: own?.[row] ?? [],
        teacher: theirs?.[row] ?? [],
        picture: await pictureOf(data, fetched.columns),
        text: textOf(data, fetched.columns),
      });
    }
    return { samples };
  },
});
