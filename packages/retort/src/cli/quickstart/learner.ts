/** One network of a story, which learns as a run that can be looked at. */
import path from 'node:path';
import type { nn } from '@retort/torch';
import type { Dataset } from '../../data/index.ts';
import type { Evaluated } from '../../evaluate/index.ts';
import { run } from '../../experiment/index.ts';
import { inputsOf } from '../../experiment/inputs.ts';
import { keptScores } from '../../experiment/teacher-scores.ts';
import type { AccuracyScores } from '../../metrics/index.ts';
import { stageFrom } from '../../recipe/stage.ts';
import type { Progress } from '../progress.ts';
import { duration, percent } from '../table.ts';
import type { Learning, Made, Maker, Story } from './story.ts';

/** A network that has learned. */
export interface Trained {
  readonly model: nn.Layer;
  readonly accuracy: Evaluated & AccuracyScores;
  readonly parameters: number;
  /** In training, with what the teacher was asked meanwhile. */
  readonly seconds: number;
  /** The folder of its run. */
  readonly run: string;
}

/** Who learns of whom, and where it is written down. */
export interface Job extends Learning, Made, Pick<Maker, 'written'> {
  /** For whoever looks on. */
  readonly what: string;
  readonly name: string;
  /** In the folder of the story. */
  readonly place: string;
  readonly teacher?: Trained;
  readonly data: Dataset;
  readonly seed: number;
}

/** What a run says it was: true words of recipes, though no recipe says which samples these are. */
function settingsOf(
  { said: { program, data: called }, shown: { transforms = [], sampling }, cache }: Story,
  { name, seed, data, written, teacher, batchSize, stage }: Job,
): Readonly<Record<string, unknown>> {
  const taught = teacher && {
    teacher: { weights: path.resolve(teacher.run) },
    teacherCheck: false,
    ...(cache && { cache: { views: cache.views } }),
  };
  const train = transforms.map(({ name, options }) => ({ name, ...options }));
  return {
    ...{ name: `quickstart-${name}`, program, seed },
    data: { name: called, samples: data.size, train, ...(sampling && { order: sampling.by }) },
    ...{ student: written, ...taught, batchSize, stages: [stage], evaluation: { every: stage.epochs } },
  };
}

/** Scores of a classification, all of which are there. */
function accuracyOf(scores: Evaluated): Evaluated & AccuracyScores {
  const { top1 = Number.NaN, top5 = Number.NaN, crossEntropy = Number.NaN } = scores;
  return { ...scores, top1, top5, crossEntropy };
}

export class Learner {
  readonly #story: Story;
  /** Of its runs. */
  readonly #folder: string;
  readonly #progress: Progress;
  readonly #signal: AbortSignal;

  constructor(story: Story, folder: string, progress: Progress, signal: AbortSignal) {
    this.#story = story;
    this.#folder = folder;
    this.#progress = progress;
    this.#signal = signal;
  }

  /** Lets the run know what was found of the teacher when it had learned, so that it is not judged once more. */
  async #keepScores({ model, accuracy }: Trained): Promise<void> {
    const { data, shown } = this.#story;
    const renderings = { student: shown.renderings?.teacher };
    const options = { renderings, ownCode: {}, signal: this.#signal };
    await keptScores(model, data.test, options, async () => accuracy);
  }

  /** Trains and evaluates, once, when it has learned; an interruption throws, and leaves a run that was stopped. */
  async learn(job: Job): Promise<Trained> {
    const { what, model, metadata, teacher, data, seed, batchSize, stage } = job;
    const { shown, cache, samples: unit, said, data: all } = this.#story;
    const out = path.join(this.#folder, job.place);
    this.#signal.throwIfAborted();
    if (teacher) await this.#keepScores(teacher);
    const { epochs = 1 } = stage;
    const start = performance.now();
    let end = start;
    const { last } = await run({
      ...{ student: model, stages: [stageFrom(stage)], batchSize, seed, ...shown },
      ...(teacher ? { teachers: [teacher.model], cache } : {}),
      ...{ data: { ...all, train: data }, out, settings: settingsOf(this.#story, job), metadata },
      beside: said.beside,
      // Of the data as a whole, of which each seed draws its own part.
      inputs: inputsOf(model, all, new Map(teacher ? [['teacher', teacher.model]] : [])),
      // It is as good as the story has it, and what comes of it is told.
      teacherCheck: false,
      evaluateEvery: epochs,
      checkpoint: false,
      signal: this.#signal,
      onWarning: (line) => this.#progress.line(line),
      onFill: ({ done, total }) => this.#progress.show({ what: 'teacher', done, total, unit }),
      onStep: ({ epoch, samples, loss }) => {
        end = performance.now();
        const done = (epoch - 1) * data.size + samples;
        const note = `loss ${loss.toFixed(3)}`;
        this.#progress.show({ what, done, total: epochs * data.size, unit, note });
      },
      onEvaluate: (_, done, total) => this.#progress.show({ what: `${what}, judged`, done, total, unit }),
    });
    this.#signal.throwIfAborted();
    if (!last) throw new TypeError(`${out} was not evaluated`);
    const accuracy = accuracyOf(last);
    const seconds = (end - start) / 1000;
    this.#progress.line(`${what}: top-1 ${percent(accuracy.top1)} % after ${duration(seconds)}`);
    return { model, accuracy, parameters: model.parameterCount(), seconds, run: out };
  }
}
