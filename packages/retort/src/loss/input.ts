/** Whether the tensors that a loss is asked of fit one another, so that nothing is broadcast, cut or left out in silence. */
import type { Tensor } from '@retort/torch';

export type Tensors = Readonly<Record<string, Tensor>>;

/** @throws RangeError where it is missing */
export function needed(tensors: Tensors, name: string): Tensor {
  const found = tensors[name];
  if (!found)
    throw new RangeError(
      `there is no tensor '${name}'; there is ${Object.keys(tensors).join(', ') || 'none at all'}`,
    );
  return found;
}

/** @throws RangeError for whole numbers of another shape or kind, or out of bounds */
function checkIndices(tensors: Tensors, name: string, count: number | null, below: number): void {
  const found = tensors[name];
  if (!found) return;
  const { dtype, shape } = found;
  if (!/^u?int/.test(dtype)) throw new RangeError(`${name} must be whole numbers (int64), and are ${dtype}`);
  if (shape.length !== 1 || (count !== null && shape[0] !== count))
    throw new RangeError(`${name} must be [${count ?? 'N'}], and is [${shape.join(', ')}]`);
  const values = found.numel() ? found.to('int64') : null;
  const [least, most] = values ? [values.amin().item(), values.amax().item()] : [0, 0];
  if (least < 0 || most >= below)
    throw new RangeError(`${name} go from ${least} to ${most}, and must be within 0 and ${below - 1}`);
}

/** @throws RangeError where images are not of the data set, or their labels not those that it has for them */
export function checkImages(tensors: Tensors, batch: number): void {
  const { labels, ids, 'dataset.labels': all } = tensors;
  checkIndices(tensors, 'ids', batch, all?.size(0) ?? batch);
  if (!labels || !ids || !all) return;
  const wrong = all.to('int64').index_select(0, ids.to('int64')).ne(labels.to('int64')).sum().item();
  if (wrong > 0) throw new RangeError(`dataset.labels and labels differ for ${wrong} of the images in ids`);
}

/** @throws RangeError for what does not say of each token whether it is one */
function checkMask(tensors: Tensors, name: string, batch: number): void {
  const found = tensors[name];
  if (found && (found.dtype !== 'bool' || found.dim() !== 2 || found.size(0) !== batch))
    throw new RangeError(
      `${name} must be bool [${batch}, L], and is ${found.dtype} [${found.shape.join(', ')}]`,
    );
}

/** @throws RangeError for what is no share of each class */
function checkSoftLabels({ softLabels }: Tensors, shape: readonly number[]): void {
  if (softLabels && !(/float/.test(softLabels.dtype) && String(softLabels.shape) === String(shape)))
    throw new RangeError(
      `softLabels must be floating numbers [${shape.join(', ')}], the share of each class, and are ${softLabels.dtype} [${softLabels.shape.join(', ')}]`,
    );
}

/** @throws RangeError where tensors do not fit one another */
export function checkShapes(tensors: Tensors, features: Iterable<string>, turns: number): void {
  const logits = needed(tensors, 'student.logits');
  const { shape, dtype } = logits;
  const [batch = 0, classes = 0] = shape;
  if (shape.length !== 2 || batch === 0 || classes === 0 || !/float/.test(dtype))
    throw new RangeError(
      `student.logits must be floating numbers [B, C], and are ${dtype} [${shape.join(', ')}]`,
    );
  const teacher = tensors['teacher.logits'];
  if (teacher && String(teacher.shape) !== String(shape))
    throw new RangeError(
      `teacher.logits are [${teacher.shape.join(', ')}], and must be as student.logits, [${shape.join(', ')}]`,
    );
  for (const name of features) {
    const rows = needed(tensors, name).shape[0];
    const wanted = turns === 1 ? `${batch} images` : `${turns} turns of ${batch} images`;
    if (rows !== turns * batch) throw new RangeError(`${name} has ${rows} rows, and must have ${wanted}`);
  }
  for (const name of ['teacher.logits', ...features]) {
    const other = tensors[name]?.dtype ?? dtype;
    if (other !== dtype)
      throw new RangeError(`${name} is ${other}, and student.logits are ${dtype}: give all as one`);
  }
  checkSoftLabels(tensors, shape);
  checkIndices(tensors, 'labels', batch, classes);
  checkIndices(tensors, 'dataset.labels', null, classes);
  for (const name of ['mask', 'student.mask', 'teacher.mask']) checkMask(tensors, name, batch);
}
