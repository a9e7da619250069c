/** A number of each image or text. */
import { functional, scope, type Tensor, tensor } from '@retort/torch';
import { type Dataset, fieldOf, type Shares, type Targets } from '../data/index.ts';
import type { Scores } from '../metrics/index.ts';
import type { Outputs } from '../models/index.ts';
import { notFinite } from '../tensors/not-finite.ts';
import { judging } from './judging.ts';
import { answer, output, target } from './parts.ts';
import type { Task } from './task.ts';

const name = 'regression';

const judge = judging(name, 'values', ['mse', 'mae', 'pearson', 'spearman']);

const hasValues = ({ fields }: Dataset): boolean => fieldOf(fields, 'scalar') !== null;

const logitsOf = (outputs: Outputs): Tensor => output(outputs, 'logits');

/** How far what is said is from what is [B], in float32 at least: of numbers near 100 bfloat16 has steps of a half. */
function errors(outputs: Outputs, targets: Targets): { readonly said: Tensor; readonly are: Tensor } {
  // [B, 1] beside [B] would be compared each with each.
  const said = logitsOf(outputs).squeeze(1);
  const dtype = said.dtype === 'float64' ? 'float64' : 'float32';
  return { said: said.to(dtype), are: target(targets, 'values').to(dtype) };
}

/** The number that all samples have; null where there are several, or they are not given at once. */
function onlyValue(data: Dataset): number | null {
  const field = fieldOf(data.fields, 'scalar');
  const values = field && data.column?.(field.name);
  if (!values) return null;
  const [least, most] = scope(() => [values.amin().item(), values.amax().item()]);
  return least === most ? least : null;
}

/** A correlation is near chance below this. */
const nearChance = 0.1;

function doubt({ pearson = 0 }: Scores, data: Dataset): string | null {
  if (!hasValues(data) || onlyValue(data) !== null || pearson >= nearChance) return null;
  return (
    `says numbers that hardly go with those of ${data.name}, with a Pearson correlation of ${pearson.toFixed(4)}, where chance has 0: ` +
    'it has learned too little, has other weights than its architecture needs, or was trained with another normalisation or on other data'
  );
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
  mix({ values }: Targets, { own, partner }: Shares): Targets {
    if (!values) return {};
    const shares = (of: readonly number[]): Tensor => tensor(of, { device: values.device });
    return { values: values.mul(shares(own)).add(values.flip([0]).mul(shares(partner))) };
  },
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
  judgedBy: judge.judgedBy,
  metrics: (data, named) => (hasValues(data) ? judge.metrics(data, 1, named) : []),
  headline: (data, named) => (hasValues(data) ? judge.headline(data, 1, named) : null),
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
    const only = onlyValue(data);
    return only === null
      ? null
      : `all ${data.size.toLocaleString('en')} samples of ${data.name} have the number ${only}: of these the student learns only to say that always`;
  },
  doubt,
};
