/** `retort eval`. */
import { channels, type Dataset } from '../data/index.ts';
import { type Assessment, assess } from '../evaluate/index.ts';
import { anatomyOf, type Classifier, loadModel } from '../models/index.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { loadData } from './load.ts';
import { say } from './output.ts';
import { Progress } from './progress.ts';
import { count, percent, table } from './table.ts';

export interface EvalFlags {
  readonly weights: string;
  readonly data: string;
  readonly model?: string;
  readonly teacher?: string;
  /** Paths, or true for the stages. */
  readonly cka?: string | true;
  readonly perClass?: boolean;
  readonly split: 'test' | 'train';
  readonly json?: boolean;
}

/** The paths whose features are compared: those given, or each network's stages. */
function pathsOf(model: Classifier, given: string | true): readonly string[] {
  if (given !== true) return given.split(',');
  return anatomyOf(model)?.stages ?? [];
}

export async function evalCommand(flags: EvalFlags): Promise<void> {
  const progress = new Progress();
  const signal = stopOnInterrupt((line) => progress.line(line));
  const data = (await loadData(flags.data, progress))[flags.split];
  const options = { classes: data.classes.length, channels: channels(data) };
  const spec = flags.model ? `${flags.model}:${flags.weights}` : flags.weights;
  const read = { onWarning: (text: string) => progress.line(text) };
  const { name, model } = await loadModel(spec, options, read);
  const teacher = flags.teacher === undefined ? null : await loadModel(flags.teacher, options, read);
  const { cka } = flags;
  const found = await assess(model, data, {
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
  const { top1, top5, crossEntropy, calibrationError, images, imagesPerSecond, parameters, multiplyAdds } =
    found;
  const rows: [string, string][] = [
    ['model', name],
    ['data', `${data.name}, ${count(images)} images`],
    ['top-1', percent(top1)],
    ['top-5', percent(top5)],
    ['cross entropy', crossEntropy.toFixed(4)],
    ['calibration error', percent(calibrationError)],
    ['parameters', count(parameters)],
    ['multiply-adds', `${(multiplyAdds / 1e6).toFixed(1)} M`],
    ['images/s', count(imagesPerSecond)],
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
  if (perClass) {
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
