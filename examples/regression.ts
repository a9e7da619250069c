/** A task of one's own: one number of each image, learned by its squared error and judged by the absolute one, of which the lowest is best. */
import { functional, type nn, type Tensor, tensor } from '@retort/torch';
import {
  fieldOf,
  imagesIn,
  type Metric,
  type Outputs,
  output,
  Sums,
  type Targets,
  type Task,
  target,
} from 'retort';

class AbsoluteError implements Metric {
  readonly merge = 'sum';
  readonly #sums = new Sums([2]);

  add(outputs: Outputs, targets: Targets): void {
    const errors = output(outputs, 'value').sub(target(targets, 'value')).abs();
    this.#sums.add(tensor([errors.sum().item(), errors.numel()]));
  }

  state(): readonly Tensor[] {
    return [this.#sums.tensor];
  }

  result(): { absoluteError: number } {
    const [sum = 0, count = 0] = this.#sums.values;
    return { absoluteError: sum / count };
  }
}

export const regression: Task = {
  name: 'regression',
  targets(columns, data) {
    const value = columns[fieldOf(data.fields, 'scalar')?.name ?? ''];
    if (!value) throw new RangeError(`${data.name} has no number to learn`);
    return { value };
  },
  width: () => 1,
  run: (model, inputs) => ({ value: (model as nn.Layer).forward(imagesIn(inputs)).flatten() }),
  loss: (outputs, targets) => ({
    mse: functional.mse_loss(output(outputs, 'value'), target(targets, 'value')),
  }),
  metrics: () => [new AbsoluteError()],
  headline: () => ({ metric: 'absoluteError', better: 'lower' }),
  misfit: (outputs) => {
    const { shape } = output(outputs, 'value');
    return shape.length === 1 ? null : `gives [${shape.join(', ')}], and one number is needed for each image`;
  },
  unanswered: (outputs) =>
    output(outputs, 'value').isfinite().all().item() ? null : 'numbers are not finite',
};
