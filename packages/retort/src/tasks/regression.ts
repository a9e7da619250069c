/** A number of each image or text. */
import { functional, type Tensor } from '@retort/torch';
import { type Dataset, fieldOf, type Targets } from '../data/index.ts';
import type { Scores } from '../metrics/index.ts';
import type { Outputs } from '../models/index.ts';
import { notFinite } from '../tensors/not-finite.ts';
import { causes, nearNothing } from './doubts.ts';
import { judging } from './judging.ts';
import { mixedTargets } from './mixed-targets.ts';
import { onlyValue } from './only-value.ts';
import { answer, output, target } from './parts.ts';
import type { Task } from './task.ts';

const name = 'regression';

const hasValues = ({ fields }: Dataset): boolean => fieldOf(fields, 'scalar') !== null;

const judge = judging(name, 'values', ['mse', 'mae', 'pearson', 'spearman'], (data) =>
  hasValues(data) ? 1 : null,
);

const logitsOf = (outputs: Outputs): Tensor => output(outputs, 'logits');

/** How far what is said is from what is [B], in float32 at least: of numbers near 100 bfloat16 has steps of a half. */
function errors(outputs: Outputs, targets: Targets): { readonly said: Tensor; readonly are: Tensor } {
  // [B, 1] beside [B] would be compared each with each.
  const said = logitsOf(outputs).squeeze(1);
  const dtype = said.dtype === 'float64' ? 'float64' : 'float32';
  return { said: said.to(dtype), are: target(targets, 'values').to(dtype) };
}

function doubt({ pearson = 0 }: Scores, data: Dataset): string | null {
  if (!hasValues(data) || onlyValue(data, 'scalar') !== null || pearson >= nearNothing) return null;
  return `says numbers that hardly go with those of ${data.name}, with a Pearson correlation of ${pearson.toFixed(4)}, where chance has 0: ${causes('numbers')}`;
}

/**
 * The number of each sample: logits [B, 1], learned by the mean squared error from `values` float32 [B]. It is judged by that error unless data or a recipe
 * names others; not at all where samples have no number, as for methods that learn from a teacher alone.
 */
export const regression: Task = {
  name,
  targets(columns, data): Targets {
    const values = columns[fieldOf(data.fields, 'scalar')?.name ?? ''];
    return values ? { values } : {};
  },
  learnsFrom: ['values'],
  mix: ({ values }, shares): Targets => (values ? { values: mixedTargets(values, shares) } : {}),
  width: () => 1,
  run: (model, inputs) => ({ logits: answer(model, inputs) }),
  loss(outputs, targets) {
    const { said, are } = errors(outputs, targets);
    return { mse: functional.mse_loss(said, are) };
  },
  watched(outputs, targets): Readonly<Record<string, Tensor>> {
    if (!targets.values) return {};
    const { said, are } = errors(outputs, targets);
    return { mae: said.sub(are).abs().sum() };
  },
  ...judge,
  misfit(outputs) {
    const { shape } = logitsOf(outputs);
    if (shape.length === 2 && shape[1] === 1) return null;
    return `gives [${shape.join(', ')}] for ${shape[0]} samples: a regression is of one number each, [N, 1]`;
  },
  unanswered(outputs) {
    const what = notFinite(logitsOf(outputs));
    return what && `answer is not finite (${what})`;
  },
  remark(data) {
    const only = onlyValue(data, 'scalar');
    return only === null
      ? null
      : `all ${data.size.toLocaleString('en')} samples of ${data.name} have the number ${only}: of these the student learns only to say that always`;
  },
  doubt,
};
