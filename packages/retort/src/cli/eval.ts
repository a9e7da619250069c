/** `retort eval`. */
import { channels } from '../data/index.ts';
import { evaluate } from '../evaluate/index.ts';
import { loadModel } from '../models/index.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { loadData } from './load.ts';
import { Progress } from './progress.ts';
import { count, percent, table } from './table.ts';

export interface EvalFlags {
  readonly weights: string;
  readonly data: string;
  readonly model?: string;
  readonly split: 'test' | 'train';
  readonly json?: boolean;
}

export async function evalCommand(flags: EvalFlags): Promise<void> {
  const progress = new Progress();
  const signal = stopOnInterrupt((line) => progress.line(line));
  const data = (await loadData(flags.data, progress))[flags.split];
  const spec = flags.model ? `${flags.model}:${flags.weights}` : flags.weights;
  const { name, model } = await loadModel(spec, {
    classes: data.classes.length,
    channels: channels(data),
  });
  const accuracy = await evaluate(model, data, {
    onProgress: (done, total) => progress.show({ what: `evaluating ${name}`, done, total, unit: 'images' }),
    signal,
  });
  progress.clear();
  const parameters = model.parameterCount();
  if (flags.json) {
    console.log(JSON.stringify({ model: name, data: data.name, parameters, ...accuracy }));
    return;
  }
  const { top1, top5, crossEntropy, images, imagesPerSecond } = accuracy;
  console.log(
    table(
      ['model', 'data', 'images', 'top-1', 'top-5', 'cross entropy', 'parameters', 'images/s'],
      [
        [
          name,
          data.name,
          count(images),
          percent(top1),
          percent(top5),
          crossEntropy.toFixed(4),
          count(parameters),
          count(imagesPerSecond),
        ],
      ],
    ),
  );
}
