/** `retort train`, `retort distill` and `retort resume`. */
import path from 'node:path';
import { manualSeed, type nn, type Precision } from '@retort/torch';
import { channels, cropAndFlip, permutation, type Splits, subset } from '../data/index.ts';
import { type Result, run } from '../experiment.ts';
import { crossEntropy, kd } from '../methods/index.ts';
import { RunFolder } from '../runs/index.ts';
import { type ScheduleName, stageOf } from '../train/index.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { createFor, loadData, loadModel, UsageError } from './load.ts';
import { Progress } from './progress.ts';
import { count, percent, table } from './table.ts';

export interface TrainFlags {
  readonly data: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly schedule: ScheduleName;
  readonly augment: boolean;
  readonly trainImages?: number;
  readonly precision: Precision;
  readonly seed: number;
  readonly out?: string;
  readonly json?: boolean;
}

export interface DistillFlags extends TrainFlags {
  readonly temperature: number;
  readonly alpha: number;
  readonly gamma: number;
}

function defaultOut(student: string, data: string): string {
  const now = new Date().toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  return `runs/${student}-${data}-${now}`;
}

/** The training split, or as many of its images as asked for, drawn by the seed. */
function limited(data: Splits, images: number | undefined, seed: number): Splits {
  if (images === undefined) return data;
  if (images > data.train.size) {
    throw new UsageError(`${data.train.name} has ${count(data.train.size)} images, not ${count(images)}`);
  }
  const drawn = permutation(data.train.size, { seed, epoch: 0, purpose: 'subset' }).slice(0, images);
  return { ...data, train: subset(data.train, drawn) };
}

interface Job {
  readonly student: string;
  readonly teacher: string | null;
  readonly flags: DistillFlags | TrainFlags;
  readonly resume?: boolean;
}

async function train({ student: studentName, teacher: teacherSpec, flags, resume }: Job): Promise<void> {
  const progress = new Progress();
  const signal = stopOnInterrupt((line) => progress.line(line));
  const data = limited(await loadData(flags.data, progress), flags.trainImages, flags.seed);
  const teacher = teacherSpec ? await loadModel(data.train, teacherSpec) : null;
  manualSeed(flags.seed);
  const student: nn.Layer = createFor(data.train, studentName);
  const out = flags.out ?? defaultOut(studentName, flags.data);
  const method =
    teacher && 'alpha' in flags
      ? kd({ temperature: flags.temperature, alpha: flags.alpha, gamma: flags.gamma })
      : crossEntropy();
  const against = teacher ? ` from ${teacher.name}` : '';
  progress.line(
    `${studentName} (${count(student.parameterCount())} parameters)${against} on ${flags.data}: ${data.source}`,
  );
  let lastEpoch = performance.now();
  const result = await run({
    student,
    teachers: teacher ? [teacher.model] : [],
    stages: [stageOf({ ...flags, method })],
    data,
    batchSize: flags.batchSize,
    augmentation: flags.augment ? cropAndFlip : undefined,
    precision: flags.precision,
    seed: flags.seed,
    signal,
    out,
    resume,
    settings: {
      student: studentName,
      teacher: teacherSpec && absolute(teacherSpec),
      method: method.name,
      ...flags,
    },
    onWarning: (text) => progress.line(text),
    metadata: {
      model: studentName,
      data: flags.data,
      classes: String(data.train.classes.length),
      channels: String(channels(data.train)),
      method: method.name,
    },
    onStep: ({ epoch, step, steps, images, loss }) =>
      progress.show({
        what: `epoch ${epoch}/${flags.epochs}`,
        done: images,
        total: step === steps ? images : data.train.size,
        unit: 'images',
        note: `loss ${loss.toFixed(3)}`,
      }),
    onEvaluate: (what, done, total) =>
      progress.show({ what: `evaluating the ${what}`, done, total, unit: 'images' }),
    onEpoch: ({ epoch, losses, trainTop1, imagesPerSecond }, evaluation) => {
      const seconds = (performance.now() - lastEpoch) / 1000;
      lastEpoch = performance.now();
      const terms = Object.entries(losses).map(([name, value]) => `${name} ${value.toFixed(3)}`);
      progress.line(
        `epoch ${epoch}/${flags.epochs}: ${terms.join(', ')}; training top-1 ${percent(trainTop1)}, test top-1 ${percent(evaluation?.test.top1 ?? 0)} (${count(imagesPerSecond)} images/s, ${seconds.toFixed(0)} s)`,
      );
    },
  });
  progress.clear();
  print(result, flags.json ?? false);
  if (result.stopped) process.exitCode = 130;
}

function print(result: Result, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(result));
    return;
  }
  const { teacher, last, bestTop1 } = result;
  const rows = [
    ...(teacher
      ? [['teacher', percent(teacher.top1), percent(teacher.top5), teacher.crossEntropy.toFixed(4)]]
      : []),
    ...(last ? [['student', percent(last.top1), percent(last.top5), last.crossEntropy.toFixed(4)]] : []),
  ];
  if (rows.length) console.log(table(['', 'top-1', 'top-5', 'cross entropy'], rows));
  console.log(
    `best top-1 of any epoch ${percent(bestTop1)}; ${result.stopped ? 'stopped' : 'finished'} after ${result.epochs} epochs; in ${result.out}`,
  );
}

export function trainCommand(flags: TrainFlags & { readonly model: string }): Promise<void> {
  return train({ student: flags.model, teacher: null, flags });
}

export function distillCommand(
  flags: DistillFlags & { readonly teacher: string; readonly student: string },
): Promise<void> {
  const { teacher, student } = flags;
  return train({ student, teacher, flags });
}

/** A weight file's name that holds wherever the run is gone on with. */
function absolute(spec: string): string {
  const colon = spec.indexOf(':');
  return spec.slice(0, colon + 1) + path.resolve(spec.slice(colon + 1));
}

/** What `run.json` keeps of a run's settings. */
type Settings = DistillFlags & { readonly student: string; readonly teacher: string | null };

/** `retort resume`. */
export function resumeCommand(folder: string, options: { readonly json?: boolean }): Promise<void> {
  const { settings, status } = RunFolder.read(folder);
  if (status === 'finished') throw new UsageError(`${folder} is finished: there is nothing to go on with`);
  // Written by `train` below, from checked flags.
  const { student, teacher, ...flags } = settings as unknown as Settings;
  return train({ student, teacher, flags: { ...flags, ...options, out: folder }, resume: true });
}
