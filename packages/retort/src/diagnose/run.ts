/** A run that is diagnosed: what a diagnosis may look at, each part of it loaded once, and only where one asks for it. */
import { fewIds } from '../data/few.ts';
import { classNames, type Dataset, type Splits, subset } from '../data/index.ts';
import { defaults } from '../defaults.ts';
import { type LoadedNetwork, loadNetwork, type Recipe } from '../recipe/index.ts';
import { optionsOfNetwork, type WrittenNetwork } from '../recipe/network.ts';
import { classification, judgedByDefault } from '../tasks/index.ts';
import { type Answers, answersOf } from './answers.ts';
import { type KeptCheckpoint, newestCheckpoint } from './checkpoint.ts';
import { type FoundObjects, findsObjects, foundBy } from './found.ts';
import { type Ground, groundOf, type Loading } from './ground.ts';
import { type OpenedRun, openRun } from './opened.ts';
import type { ChosenSamples } from './program.ts';
import { renderingsOf, type Sides } from './sides.ts';
import { Silence } from './silence.ts';
import { type LoadedTeacher, loadTeachers } from './teachers.ts';
import { identityOf, type RunWeights, weightsOf, weightsText, withoutWeights } from './weights.ts';

/** By which samples a run is diagnosed, and where what it names lies. */
export interface DiagnosedRunOptions {
  readonly split?: 'test' | 'train' | undefined;
  /** How many of it are shown at most; as `defaults.diagnosed` says where it is left out. */
  readonly samples?: number | undefined;
  /** Where its teacher and its data lie now, as `teacher=NAME:FILE`. */
  readonly overrides?: readonly string[] | undefined;
  /** Threads that decode photographs; as the run had them where it is left out. */
  readonly workers?: number | undefined;
  /** Data in place of what its recipe names. */
  readonly data?: Splits | undefined;
  /** How the program that put a run together chose its samples; where it is left out, such a run is told of by its settings alone. */
  readonly chosen?: ((recipe: Recipe) => Promise<ChosenSamples>) | undefined;
  readonly onProgress?: ((what: string, done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The samples that are shown, and which numbers they have in their split. */
export interface ShownSamples {
  readonly data: Dataset;
  numberOf(place: number): number;
}

/** Calls `make` when it is first asked for. */
function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** A run that is trained may replace its weights while they are read. */
const mostTries = 5;

export class DiagnosedRun {
  readonly opened: OpenedRun;
  readonly options: DiagnosedRunOptions;
  readonly #notes: string[];
  #checkpoint: KeptCheckpoint | null | undefined;
  #shown: ShownSamples | null = null;
  #weights: RunWeights | null | undefined;

  /** @throws RunError where there is no run, or none whose recipe is understood */
  constructor(folder: string, options: DiagnosedRunOptions = {}) {
    this.options = options;
    this.opened = openRun(folder, options.overrides);
    this.#notes = [...this.opened.notes];
  }

  get recipe(): Recipe {
    return this.opened.recipe;
  }

  /** A sentence for each thing that was found not to be as it should be, until now. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  readonly note = (text: string): void => {
    if (!this.#notes.includes(text)) this.#notes.push(text);
  };

  get split(): 'test' | 'train' {
    return this.options.split ?? 'test';
  }

  /** Its weights; null where it has none. Of damaged ones it is noted that they are. */
  async weights(): Promise<RunWeights | null> {
    if (this.#weights === undefined) this.#weights = await weightsOf(this.opened.folder);
    if (this.#weights?.damage) this.note(this.#weights.damage);
    return this.#weights;
  }

  /** @throws Silence where there are none, or they are damaged */
  async weightsToLoad(): Promise<RunWeights> {
    const weights = await this.weights();
    if (!weights) throw new Silence(withoutWeights(this.opened));
    if (weights.damage !== null) throw new Silence(weights.damage);
    return weights;
  }

  /** From what most of it is. */
  async from(): Promise<string> {
    const weights = await this.weights();
    return weights ? weightsText(weights) : 'no weights';
  }

  /** Null where none is kept. */
  get checkpoint(): KeptCheckpoint | null {
    if (this.#checkpoint === undefined) this.#checkpoint = newestCheckpoint(this.opened.folder, this.note);
    return this.#checkpoint;
  }

  get #loading(): Loading {
    const report = (what: string, done: number, total: number): void =>
      this.options.onProgress?.(what, done, total);
    return { report, note: this.note };
  }

  /** @throws Silence where its data is not there any more, or does not say what is told apart */
  readonly ground: () => Promise<Ground> = once(() => {
    const { data, chosen, workers } = this.options;
    return groundOf(this.opened, { ...this.#loading, data, chosen, workers });
  });

  /** The samples that are shown. @throws Silence */
  readonly shown: () => Promise<ShownSamples> = once(async () => {
    const all = (await this.ground()).splits[this.split];
    if (all.size === 0) throw new Silence(`${all.name} has no samples`);
    const ids = fewIds(all, this.options.samples ?? defaults.diagnosed.samples);
    this.#shown = ids
      ? { data: subset(all, ids), numberOf: (place) => ids[place] ?? 0 }
      : { data: all, numberOf: (place) => place };
    return this.#shown;
  });

  /** Those that a diagnosis has asked for; null where none has. */
  get shownSoFar(): ShownSamples | null {
    return this.#shown;
  }

  /** The student as a recipe would begin with it. */
  async studentWritten(): Promise<WrittenNetwork> {
    const weights = await this.weightsToLoad();
    const { student } = this.recipe;
    const classes = typeof student === 'string' ? undefined : student.classes;
    return {
      ...optionsOfNetwork(student),
      // Which of its classes stood for the data's is in its weights.
      ...(typeof classes === 'number' && { classes }),
      weights: weights.path,
    };
  }

  /**
   * With its best weights.
   *
   * @throws Silence where it has none, they are damaged, or no network can be made of them
   */
  readonly student: () => Promise<LoadedNetwork> = once(async () => {
    const { fits } = await this.ground();
    const read = { onWarning: this.note, report: this.#loading.report };
    for (let tries = 0; tries < mostTries; tries++) {
      const { path, identity } = await this.weightsToLoad();
      const network = await loadNetwork('student', await this.studentWritten(), fits, read).catch(
        (error: unknown) => Silence.of(error, 'the student of the run cannot be had'),
      );
      if (identityOf(path) !== identity) this.#weights = undefined;
      else if (network instanceof Silence) throw network;
      else return network;
    }
    throw new Silence('the weights of the run were replaced each time that they were read: ask again');
  });

  /** @throws Silence where it has none, or they are not there any more */
  readonly teachers: () => Promise<readonly LoadedTeacher[]> = once(async () =>
    loadTeachers(this.opened, await this.ground(), this.#loading),
  );

  /** Both sides; without teachers where these cannot be had. @throws Silence where there is no student, or no data */
  readonly sides: () => Promise<Sides> = once(async () => {
    const student = await this.student();
    const found = await this.teachers().catch((error: unknown) => {
      if (error instanceof Silence) return error;
      throw error;
    });
    const teachers = found instanceof Silence ? [] : found;
    return {
      ...{ student, teachers, withoutTeacher: found instanceof Silence ? found.message : null },
      renderings: renderingsOf(this.opened, await this.ground(), student, teachers),
    };
  });

  /** Both, for what compares them. @throws Silence where there is no teacher */
  async pair(): Promise<Sides & { readonly teacher: LoadedNetwork }> {
    const sides = await this.sides();
    const [teacher] = sides.teachers;
    if (teacher) return { ...sides, teacher };
    throw new Silence(sides.withoutTeacher ?? 'the run has no teacher');
  }

  /** What both say of the samples that are shown. @throws Silence where what is learned is no class of each sample */
  readonly answers: () => Promise<Answers> = once(async () => {
    const { task, fits } = await this.ground();
    const { data } = await this.shown();
    if (judgedByDefault(task) !== classification && classNames(data) === null)
      throw new Silence(`it is of classes, one to a sample, and what this run learned is ${task.name}`);
    const sides = await this.sides();
    return answersOf(sides, data, {
      task,
      classes: classNames(data) ?? fits.labels,
      onProgress: (done, total) => this.options.onProgress?.('asking student and teacher', done, total),
      signal: this.options.signal,
    });
  });

  /** What both find in the samples that are shown. @throws Silence where what is learned is no finding of objects */
  readonly found: () => Promise<FoundObjects> = once(async () => {
    const { task } = await this.ground();
    if (!findsObjects(task))
      throw new Silence(`it is of objects in images, and what this run learned is ${task.name}`);
    const { data } = await this.shown();
    return foundBy(await this.sides(), data, {
      task,
      onProgress: (done, total) => this.options.onProgress?.('asking student and teacher', done, total),
      signal: this.options.signal,
    });
  });

  /** The same with a teacher's. @throws Silence where there is none */
  async bothAnswers(): Promise<Answers & { readonly teacher: NonNullable<Answers['teacher']> }> {
    await this.pair();
    const { teacher, ...rest } = await this.answers();
    if (teacher) return { ...rest, teacher };
    throw new Silence(rest.withoutTeacher ?? 'the run has no teacher');
  }
}
