/** `retort eval`. */

import type { nn } from '@retort/torch';
import { checkLearnable, DataError, type Dataset, samplesCalled } from '../data/index.ts';
import { imageSizeDoubt, type Shown } from '../evaluate/image-size.ts';
import { type Assessment, assess } from '../evaluate/index.ts';
import { anatomyOf, type LoadOptions, metricsSaid, weightsMetadata } from '../models/index.ts';
import {
  fitsOf,
  judgedOn,
  type LoadedNetwork,
  loadNetwork,
  locateNetwork,
  specOf,
  taskOf,
  taughtAmong,
  type WrittenNetwork,
} from '../recipe/index.ts';
import { judgedBy, type Task } from '../tasks/index.ts';
import { quoted } from '../words/listed.ts';
import { dataSaid } from './data-said.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { loadData, loadTask, UsageError } from './load.ts';
import { namesGiven } from './names-given.ts';
import { type NetworkFlags, networkGiven, writtenNetwork } from './network-flags.ts';
import { say } from './output.ts';
import { Progress } from './progress.ts';
import { scoreName, scoresOf, scoreText } from './scores.ts';
import { count, percent, table } from './table.ts';

export interface EvalFlags extends NetworkFlags {
  /** Where it is left out, what the run was judged on. */
  readonly data?: string;
  /** As a recipe has them, in YAML. */
  readonly dataOptions?: string;
  /** Where it is left out, what the weights were trained for. */
  readonly task?: string;
  /** With commas; beside the task's own. Where it is left out, those that the recipe of its run named, or else the data's. */
  readonly metrics?: string;
  readonly teacher?: string;
  /** Paths, or true for the stages. */
  readonly cka?: string | true;
  readonly perClass?: boolean;
  readonly split: 'test' | 'train';
  readonly json?: boolean;
}

/** The paths whose features are compared: those given, or each network's stages. @throws UsageError where there are none */
function pathsOf(name: string, model: nn.Layer, given: string | true): readonly string[] {
  if (given !== true) return namesGiven('--cka', given, 'module', 'layer1,layer2');
  const stages = anatomyOf(model)?.stages ?? [];
  if (stages.length === 0)
    throw new UsageError(
      `${name} does not say its stages, so that --cka needs the paths of modules (of an ONNX file, names of its values): e.g. --cka layer1,layer2`,
    );
  return stages;
}

/** Whether a run was told the size that its network sees: a doubt of it was said then. */
const wasTrainedSo = ({ metadata, rendering }: LoadedNetwork): boolean =>
  metadata.model !== undefined && rendering?.size !== undefined;

async function teacherFor(
  task: Task,
  data: Dataset,
  given: string,
  read: LoadOptions,
): Promise<WrittenNetwork> {
  return taughtAmong(task, data, locateNetwork(networkGiven('--teacher', given)), read);
}

/** Why data has nothing that a task judges by: it has no labels, or those of another task. */
function nothingToJudge({ name }: Task, { name: data, fields }: Dataset): string {
  const others = Object.keys(fields);
  return others.length > 1
    ? `${data} has nothing by which the task ${name} judges, only ${quoted(others)}: name data that has it, or a network of another task`
    : `${data} has no labels, so that nothing can be judged: name a split that has some`;
}

export async function evalCommand(flags: EvalFlags): Promise<void> {
  const progress = new Progress();
  const signal = stopOnInterrupt((line) => progress.line(line));
  const network = locateNetwork(writtenNetwork(flags));
  const { file, key } = specOf(network);
  const on = dataSaid(flags, [network]);
  const splits = await loadData(on.name, progress, on.options);
  if (flags.split === 'train') checkLearnable(splits);
  const read: LoadOptions = {
    onWarning: (text) => progress.line(text),
    report: (what, done, total) => progress.show({ what, done, total }),
  };
  const said = file === null ? {} : await weightsMetadata(file, key, read);
  const named = await loadTask(flags.task ?? said.task ?? taskOf(splits));
  const ofRun = named.name === said.task ? metricsSaid(said) : undefined;
  const metrics =
    flags.metrics === undefined ? ofRun : namesGiven('--metrics', flags.metrics, 'metric', 'matthews,f1');
  const task = metrics ? judgedBy(named, metrics) : named;
  const { data, assumed } = await judgedOn(task, splits[flags.split], network, read);
  if (assumed !== null) progress.line(assumed);
  // A task that is judged by named metrics has nothing else to say of a network.
  if (task.judgedBy && task.metrics(data).length === 0) throw new DataError(nothingToJudge(task, data));
  const fits = fitsOf(task, data);
  const student = await loadNetwork('student', network, fits, read);
  const { name, model, rendering } = student;
  const teacher =
    flags.teacher === undefined
      ? null
      : await loadNetwork('teacher', await teacherFor(task, data, flags.teacher, read), fits, read);
  const { cka } = flags;
  const renderings = { student: rendering, teacher: teacher?.rendering };
  const shown: Shown[] = [
    ...(wasTrainedSo(student) && flags.input === undefined
      ? []
      : [{ whose: 'student' as const, name, model }]),
    ...(teacher && !wasTrainedSo(teacher) ? [{ whose: 'teacher' as const, ...teacher }] : []),
  ];
  for (const network of shown) {
    const doubt = await imageSizeDoubt(network, data, { task, renderings });
    if (doubt) progress.line(doubt);
  }
  const found = await assess(model, data, {
    task,
    renderings,
    teacher: teacher?.model,
    cka:
      cka === undefined
        ? undefined
        : {
            student: pathsOf(name, model, cka),
            teacher: pathsOf(teacher?.name ?? name, teacher?.model ?? model, cka),
          },
    onProgress: (done, total) =>
      progress.show({ what: `evaluating ${name}`, done, total, unit: samplesCalled(data) }),
    signal,
  });
  progress.clear();
  const isCompared = found.agreement !== null || task.beside !== undefined;
  if (teacher === null && task.beside && Object.keys(found.scores).length === 0)
    progress.line(
      `${data.name} has no labels, so that the task ${task.name} has no score: name data that has some, or a teacher to be compared with (--teacher)`,
    );
  if (
    (teacher && !isCompared && cka === undefined) ||
    (flags.perClass && !(found.perClass ?? found.precisionPerClass))
  )
    progress.line(
      `--${teacher && !isCompared ? 'teacher' : 'per-class'} has nothing to say of ${data.name}: it compares answers of one class to each sample${teacher && !isCompared ? '' : ', or AP of boxes'}, and its task is ${task.name}`,
    );
  const chance = task.doubt?.(found.scores, data);
  if (chance) progress.line(`${name} ${chance}`);
  const leftOut = data.size - found.samples;
  if (flags.json)
    say(
      JSON.stringify({
        model: name,
        data: data.name,
        assumed,
        ...found,
        ...(leftOut > 0 ? { leftOut } : {}),
      }),
    );
  else print(name, data, found, flags);
}

function print(name: string, data: Dataset, found: Assessment, { perClass }: EvalFlags): void {
  const leftOut = data.size - found.samples;
  const { scores, calibrationError, samples, samplesPerSecond, parameters, multiplyAdds } = found;
  const rows: [string, string][] = [
    ['model', name],
    [
      'data',
      `${data.name}, ${count(samples)} ${samplesCalled(data)}${leftOut > 0 ? `; damaged and not counted: ${count(leftOut)}` : ''}`,
    ],
    ...scoresOf(scores).map(([score, value]): [string, string] => [
      scoreName(score),
      scoreText(score, value),
    ]),
    ...(calibrationError === null
      ? []
      : [['calibration error', percent(calibrationError)] satisfies [string, string]]),
    ['parameters', count(parameters)],
    ['multiply-adds', multiplyAdds === null ? '-' : `${(multiplyAdds / 1e6).toFixed(1)} M`],
    [`${samplesCalled(data)}/s`, count(samplesPerSecond)],
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
  if (perClass && found.precisionPerClass) {
    const cells = found.precisionPerClass.map(({ name: of, boxes, AP }) => [
      of,
      count(boxes),
      AP === null ? '-' : percent(AP),
    ]);
    say(`\n${table(['class', 'boxes', scoreName('AP')], cells)}`);
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
