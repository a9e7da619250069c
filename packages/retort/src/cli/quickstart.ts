/**
 * `retort quickstart`: what distillation is for, in minutes. A teacher learned from many labelled images that are no longer at hand; for
 * the small student there are other images, of which very few have labels. Alone it learns from those few. Distilled, it learns from
 * what the teacher says of all of them, labels or not.
 */
import { manualSeed, type nn } from '@retort/torch';
import { cropFlip, type Dataset, fashionMnist, permutation, type Splits, subset } from '../data/index.ts';
import { type Evaluated, evaluate } from '../evaluate/index.ts';
import { crossEntropy, kd } from '../methods/index.ts';
import type { AccuracyScores } from '../metrics/index.ts';
import { ResNet } from '../models/index.ts';
import { spread } from '../runs/index.ts';
import { type StepEvent, type TrainOptions, train } from '../train/index.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { say, tell } from './output.ts';
import { Progress } from './progress.ts';
import { goOut } from './quickstart-export.ts';
import { count, duration, percent, table } from './table.ts';

const teacherImages = 12_000;
const unlabelledImages = 16_000;
const labelledImages = 200;
/** Garments are not mirrored at random by the photographer, but nothing is lost by it; shifts are small at 28 pixels. */
const transforms = [cropFlip({ padding: 2 })];

/** The teacher is nine times as large as the student. */
const makeTeacher = () => new ResNet({ depth: 14, widths: [16, 16, 32, 64], classes: 10, channels: 1 });
const makeStudent = () => new ResNet({ depth: 8, widths: [8, 8, 16, 32], classes: 10, channels: 1 });

interface Trained {
  readonly accuracy: Evaluated & AccuracyScores;
  readonly parameters: number;
  readonly seconds: number;
}

interface Job
  extends Pick<
    TrainOptions,
    'student' | 'teacher' | 'method' | 'data' | 'epochs' | 'lr' | 'batchSize' | 'seed'
  > {
  readonly what: string;
}

class Quickstart {
  readonly #test: Dataset;
  readonly #progress: Progress;
  readonly #signal: AbortSignal;

  constructor(test: Dataset, progress: Progress, signal: AbortSignal) {
    this.#test = test;
    this.#progress = progress;
    this.#signal = signal;
  }

  /** Trains and evaluates; an interruption throws. */
  async job({ what, ...job }: Job): Promise<Trained> {
    const { student, data, epochs } = job;
    const start = performance.now();
    const onStep = ({ epoch, samples, loss }: StepEvent) =>
      this.#progress.show({
        what,
        done: (epoch - 1) * data.size + samples,
        total: epochs * data.size,
        unit: 'images',
        note: `loss ${loss.toFixed(3)}`,
      });
    const settings = { schedule: 'one-cycle', transforms, signal: this.#signal, onStep } as const;
    for await (const _ of train({ ...job, ...settings }));
    this.#signal.throwIfAborted();
    const seconds = (performance.now() - start) / 1000;
    const accuracy = await evaluate(student, this.#test, { signal: this.#signal });
    this.#progress.line(`${what}: top-1 ${percent(accuracy.top1)} % after ${duration(seconds)}`);
    return { accuracy, parameters: student.parameterCount(), seconds };
  }
}

interface Students {
  readonly alone: Trained;
  readonly distilled: Trained;
  /** The one that was distilled. */
  readonly student: nn.Layer;
}

/** Both students from the same initial weights, with the labelled images that this seed draws. */
async function students(
  quickstart: Quickstart,
  teacher: nn.Layer,
  pool: Dataset,
  seed: number,
): Promise<Students> {
  const fresh = (): nn.Layer => {
    manualSeed(seed);
    return makeStudent();
  };
  const drawn = permutation(pool.size, { seed, epoch: 0, purpose: 'subset' });
  const labelled = subset(pool, drawn.slice(0, labelledImages));
  const settings = { lr: 0.1, batchSize: 32, seed };
  const name = seed === 0 ? '' : `, seed ${seed}`;
  const alone = await quickstart.job({
    ...settings,
    what: `student alone${name}`,
    student: fresh(),
    method: crossEntropy(),
    data: labelled,
    // As many images in all as the distilled one sees.
    epochs: Math.round((2 * unlabelledImages) / labelledImages),
  });
  const student = fresh();
  const distilled = await quickstart.job({
    ...settings,
    what: `student distilled${name}`,
    student,
    teacher,
    // The teacher's word only: most of these images have no label.
    method: kd({ temperature: 4, alpha: 1, gamma: 0 }),
    data: pool,
    epochs: 2,
  });
  return { alone, distilled, student };
}

function row(name: string, runs: readonly Trained[]): string[] {
  const { mean, deviation } = spread(runs.map((run) => run.accuracy.top1));
  return [
    name,
    runs.length > 1 ? `${percent(mean)} ± ${percent(deviation)}` : percent(mean),
    count(runs[0]?.parameters ?? 0),
    count(spread(runs.map((run) => run.accuracy.samplesPerSecond)).mean),
    duration(spread(runs.map((run) => run.seconds)).mean),
  ];
}

async function play(data: Splits, seeds: number, progress: Progress, signal: AbortSignal) {
  const order = permutation(data.train.size, { seed: 0, epoch: 0, purpose: 'subset' });
  const labelledOnce = subset(data.train, order.slice(0, teacherImages));
  const pool = subset(data.train, order.slice(teacherImages, teacherImages + unlabelledImages));
  const quickstart = new Quickstart(data.test, progress, signal);
  manualSeed(0);
  const teacher = makeTeacher();
  const settings = { what: 'teacher', student: teacher, method: crossEntropy(), data: labelledOnce };
  const taught = await quickstart.job({ ...settings, epochs: 3, lr: 0.1, batchSize: 64, seed: 0 });
  const pairs: Students[] = [];
  for (let seed = 0; seed < seeds; seed++) pairs.push(await students(quickstart, teacher, pool, seed));
  return { taught, teacher, pairs };
}

export async function quickstartCommand(flags: {
  readonly seeds: number;
  readonly json?: boolean;
}): Promise<void> {
  const progress = new Progress();
  const signal = stopOnInterrupt((line) => progress.line(line));
  const data = await fashionMnist((what, done, total) => progress.show({ what, done, total }));
  progress.line(`Fashion-MNIST from ${data.source}`);
  progress.line(
    `A teacher learns from ${count(teacherImages)} labelled images. The student has ${count(unlabelledImages)} others, ${labelledImages} of them labelled.`,
  );
  try {
    const { taught, teacher, pairs } = await play(data, flags.seeds, progress, signal);
    const gain = spread(pairs.map(({ alone, distilled }) => distilled.accuracy.top1 - alone.accuracy.top1));
    const significant = flags.seeds === 1 || gain.mean >= 2 * gain.deviation;
    if (!significant) process.exitCode = 1;
    if (flags.json) {
      const students = pairs.map(({ alone, distilled }) => ({ alone, distilled }));
      say(JSON.stringify({ source: data.source, teacher: taught, students, gain, significant }));
      return;
    }
    const rows = [
      row('teacher', [taught]),
      row(
        'student alone',
        pairs.map(({ alone }) => alone),
      ),
      row(
        'student distilled',
        pairs.map(({ distilled }) => distilled),
      ),
    ];
    say(`\n${table(['', 'top-1 %', 'parameters', 'images/s', 'training'], rows)}`);
    const [spreadOf, over] =
      flags.seeds > 1 ? [` ± ${percent(gain.deviation)}`, ` over ${flags.seeds} seeds`] : ['', ''];
    say(`\nDistillation gained ${percent(gain.mean)}${spreadOf} points of accuracy${over}.`);
    if (!significant) tell('The gain is under two standard deviations.');
    const [first] = pairs;
    if (first)
      await goOut(
        { teacher, student: first.student },
        data,
        { student: first.distilled.accuracy.top1, teacher: taught.accuracy.top1 },
        progress,
        signal,
      );
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    progress.line('stopped');
    process.exitCode = 130;
  }
}
