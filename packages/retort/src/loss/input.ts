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

/** What a detector answers, in a method's eyes. */
export const ofDetection = ['classLogits', 'proposalClasses', 'truth'] as const;

/**
 * The student's tensor that says how many images there are and of which dtype all is: its logits, or where there are none, as of a detector, those of its
 * proposals, or a feature.
 *
 * @throws RangeError where there is none of them
 */
export function floatingOf(tensors: Tensors): Tensor {
  const feature = Object.keys(tensors).find((name) => /^student\.feature(?:\.|$)/.test(name));
  const [first] = ['student.logits', 'student.classLogits', feature ?? ''].filter((name) => tensors[name]);
  return needed(tensors, first ?? 'student.logits');
}

/** @throws RangeError where proposals and boxes do not fit one another */
function checkDetection(tensors: Tensors, batch: number): void {
  const of = (name: string) => tensors[name]?.shape ?? [];
  const logits = of('student.classLogits');
  for (const [name, wanted, whatFor] of [
    ['teacher.classLogits', logits, 'as student.classLogits, '],
    ['student.proposalClasses', logits.slice(0, 2), 'one class of each of student.classLogits, '],
    ['student.classLogits', [batch, ...logits.slice(1, 3)], ''],
    ['student.truth', [batch, ...of('student.truth').slice(1, 2), 4], ''],
  ] as const) {
    const found = tensors[name];
    if (found && String(found.shape) !== String(wanted))
      throw new RangeError(
        `${name} is [${found.shape.join(', ')}], and must be ${whatFor}[${wanted.join(', ')}]`,
      );
  }
  const classes = tensors['student.proposalClasses'];
  if (!classes) return;
  if (!/^int/.test(classes.dtype))
    throw new RangeError(`student.proposalClasses must be whole numbers (int64), and are ${classes.dtype}`);
  const [least, most] = [classes.amin().item(), classes.amax().item()];
  const last = (logits[2] ?? 0) - 1;
  if (least < -1 || most > last)
    throw new RangeError(
      `student.proposalClasses go from ${least} to ${most}, and must be within -1, where there is no proposal, and ${last}`,
    );
}

/** @throws RangeError where logits [B, C] of both networks do not fit one another */
function checkLogits(tensors: Tensors): void {
  const { shape, dtype } = needed(tensors, 'student.logits');
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
  checkSoftLabels(tensors, shape);
  checkIndices(tensors, 'labels', batch, classes);
  checkIndices(tensors, 'dataset.labels', null, classes);
}

/** @throws RangeError where tensors do not fit one another */
export function checkShapes(tensors: Tensors, features: Iterable<string>, turns: number): void {
  const first = floatingOf(tensors);
  const { dtype } = first;
  const batch = first.size(0);
  if (tensors['student.logits']) checkLogits(tensors);
  checkDetection(tensors, batch);
  for (const name of features) {
    const rows = needed(tensors, name).shape[0];
    const wanted = turns === 1 ? `${batch} images` : `${turns} turns of ${batch} images`;
    if (rows !== turns * batch) throw new RangeError(`${name} has ${rows} rows, and must have ${wanted}`);
  }
  for (const name of ['teacher.logits', 'teacher.classLogits', ...features]) {
    const other = tensors[name]?.dtype ?? dtype;
    if (other !== dtype)
      throw new RangeError(
        `${name} is ${other}, and ${tensors['student.logits'] ? 'student.logits' : 'what the student says'} are ${dtype}: give all as one`,
      );
  }
  for (const name of ['mask', 'student.mask', 'teacher.mask']) checkMask(tensors, name, batch);
}
