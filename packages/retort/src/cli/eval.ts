/** `retort eval`. */

import type { nn } from '@retort/torch';
import { channels, type Dataset } from '../data/index.ts';
import { type Assessment, assess } from '../evaluate/index.ts';
import {
  anatomyOf,
  isOnnxFile,
  loadModel,
  openFile,
  parseNetwork,
  parseWeightsFile,
} from '../models/index.ts';
import { inputSaid } from '../recipe/index.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { loadData, loadTask, UsageError } from './load.ts';
import { say } from './output.ts';
import { Progress } from './progress.ts';
import { scoreName, scoresOf, scoreText } from './scores.ts';
import { count, percent, table } from './table.ts';

export interface EvalFlags {
  readonly weights: string;
  readonly data: string;
  readonly model?: string;
  /** Where it is left out, what the weights were trained for. */
  readonly task?: string;
  readonly teacher?: string;
  /** Paths, or true for the stages. */
  readonly cka?: string | true;
  readonly perClass?: boolean;
  readonly split: 'test' | 'train';
  readonly json?: boolean;
}

/** The paths whose features are compared: those given, or each network's stages. */
function pathsOf(model: nn.Layer, given: string | true): readonly string[] {
  if (given !== true) return given.split(',');
  return anatomyOf(model)?.stages ?? [];
}

export async function evalCommand(flags: EvalFlags): Promise<void> {
  const progress = new Progress();
  const signal = stopOnInterrupt((line) => progress.line(line));
  const data = (await loadData(flags.data, progress))[flags.split];
  const named = parseNetwork(flags.weights);
  if (named.source !== null && named.file !== null && flags.model !== undefined)
    throw new UsageError(`--weights ${flags.weights} names a model itself: leave out --model ${flags.model}`);
  const weights =
    named.file === null ? parseWeightsFile(flags.weights) : { file: named.file, key: named.key };
  const own = named.file === null ? null : named.source;
  const source = flags.model === undefined ? own : parseNetwork(flags.model).source;
  const read = { onWarning: (text: string) => progress.line(text) };
  const ownTask = async () =>
    isOnnxFile(weights.file) ? undefined : (await openFile(weights.file, weights.key, read)).metadata.task;
  const said = flags.task ?? (await ownTask());
  const task = await loadTask(said ?? 'classification');
  const options = { classes: task.width(data), channels: channels(data) };
  const { name, model, metadata } = await loadModel({ source, ...weights }, options, read);
  const teacher = flags.teacher === undefined ? null : await loadModel(flags.teacher, options, read);
  const { cka } = flags;
  const found = await assess(model, data, {
    task,
    renderings: { student: inputSaid(metadata), teacher: inputSaid(teacher?.metadata ?? {}) },
    teacher: teacher?.model,
    cka:
      cka === undefined
        ? undefined
        : { student: pathsOf(model, cka), teacher: pathsOf(teacher?.model ?? model, cka) },
    onProgress: (done, total) => progress.show({ what: `evaluating ${name}`, done, total, unit: 'images' }),
    signal,
  });
  progress.clear();
  if (flags.json) say(JSON.stringify({ model: name, data: data.name, ...found }));
  else print(name, data, found, flags);
}

function print(name: string, data: Dataset, found: Assessment, { perClass }: EvalFlags): void {
  const { scores, calibrationError, samples, samplesPerSecond, parameters, multiplyAdds } = found;
  const rows: [string, string][] = [
    ['model', name],
    ['data', `${data.name}, ${count(samples)} images`],
    ...scoresOf(scores).map(([score, value]): [string, string] => [
      scoreName(score),
      scoreText(score, value),
    ]),
    ...(calibrationError === null
      ? []
      : [['calibration error', percent(calibrationError)] satisfies [string, string]]),
    ['parameters', count(parameters)],
    ['multiply-adds', multiplyAdds === null ? '-' : `${(multiplyAdds / 1e6).toFixed(1)} M`],
    ['images/s', count(samplesPerSecond)],
  ];
  const { agreement, cka } = found;
  if (agreement)
    rows.push(
      ['agrees with the teacher', percent(agreement.top1)],
      ['divergence from it', agreement.divergence.toFixed(4)],
      ['cosine per class, mean', agreement.meanCosine.toFixed(4)],
    );
  const width = Math.max(...rows.map(([what]) => what.length));
  for (const [what, value] of rows) say(`${what.padEnd(width)}   ${value}`);
  if (cka) {
    const cells = cka.values.map((row, i) => [
      cka.student[i] ?? '',
      ...row.map((value) => (value === null ? '-' : value.toFixed(3))),
    ]);
    say(`\n${table(['CKA', ...cka.teacher], cells)}`);
  }
  if (perClass && found.perClass) {
    const cells = found.perClass.map(({ name: of, right, images: all, accuracy }, i) => [
      of,
      count(right),
      count(all),
      accuracy === null ? '-' : percent(accuracy),
      ...(agreement ? [(agreement.cosine[i] ?? 0).toFixed(4)] : []),
    ]);
    say(`\n${table(['class', 'right', 'of', 'top-1', ...(agreement ? ['cosine'] : [])], cells)}`);
  }
}
