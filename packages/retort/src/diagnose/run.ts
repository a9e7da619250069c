/** A run that is diagnosed: what a diagnosis may look at, each part of it loaded once, and only where one asks for it. */
import { Generator } from '@retort/torch';
import { fewIds } from '../data/few.ts';
import {
  areTextsAt,
  classNames,
  type Dataset,
  holdOut,
  isPlaceName,
  placeOfData,
  type Splits,
  subset,
  textFields,
} from '../data/index.ts';
import { defaults } from '../defaults.ts';
import { dataInput } from '../experiment/index.ts';
import { parseOwnModule } from '../own-modules.ts';
import {
  dataNamed,
  type LoadedNetwork,
  loadNetwork,
  type Recipe,
  taskNamed,
  taskOf,
  taughtAmong,
} from '../recipe/index.ts';
import type { Fits } from '../recipe/load-network.ts';
import { optionsOfNetwork, seesAsStudent, type WrittenNetwork } from '../recipe/network.ts';
import { limited, teachersRendering } from '../recipe/prepare.ts';
import { textInputs } from '../recipe/text-pair.ts';
import { fitsFor } from '../recipe/told-classes.ts';
import type { Inputs } from '../runs/index.ts';
import { inputTitle, shortSum } from '../runs/read/inputs.ts';
import { classification, judgedByDefault, type Task } from '../tasks/index.ts';
import { type Answers, answersOf } from './answers.ts';
import { type KeptCheckpoint, newestCheckpoint } from './checkpoint.ts';
import { missingAt, type OpenedRun, openRun } from './opened.ts';
import type { Sides } from './sides.ts';
import { Silence } from './silence.ts';
import { identityOf, type RunWeights, weightsOf, weightsText } from './weights.ts';

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
  readonly onProgress?: ((what: string, done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The samples that are shown, and which numbers they have in their split. */
export interface ShownSamples {
  readonly data: Dataset;
  numberOf(place: number): number;
}

/** What networks are loaded for. */
interface Ground {
  readonly splits: Splits;
  readonly task: Task;
  readonly fits: Fits;
}

type Teachers = readonly (LoadedNetwork & {
  readonly path: readonly string[];
  readonly seesAsStudent: boolean;
})[];

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

const moved = (key: string, form: string): string => `where it has moved, say so, as ${key}=${form}`;

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

  /** The teachers that its recipe names, by where. */
  get #teachersWritten(): readonly (readonly [path: readonly string[], network: WrittenNetwork])[] {
    const { teacher, teachers } = this.recipe;
    if (teachers) return Object.entries(teachers).map(([name, network]) => [['teachers', name], network]);
    return teacher === undefined ? [] : [[['teacher'], teacher]];
  }

  /** Its weights; null where it has none yet. @throws TorchError where they are damaged */
  async weights(): Promise<RunWeights | null> {
    if (this.#weights === undefined) this.#weights = await weightsOf(this.opened.folder);
    return this.#weights;
  }

  /** @throws Silence where there are none */
  async weightsToLoad(): Promise<RunWeights> {
    const weights = await this.weights();
    if (weights) return weights;
    throw new Silence('the run has no weights yet: they are there when its first epoch has ended');
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

  readonly #report = (what: string, done: number, total: number): void =>
    this.options.onProgress?.(what, done, total);

  /** Its data as a whole, and as it was trained on. @throws Silence where it is not there any more */
  readonly #data = once(async (): Promise<{ readonly whole: Splits; readonly splits: Splits }> => {
    const { seed, data } = this.recipe;
    const missing = this.options.data ? null : missingAt(this.opened, ['data', 'name']);
    if (missing) throw new Silence(`${missing}; ${moved('data.name', 'PLACE')}`);
    try {
      const whole = this.options.data ?? (await this.#dataNamed(data));
      this.#compareData(whole);
      const fewer = limited(whole, data.trainImages, seed);
      return { whole, splits: data.holdOut > 0 ? holdOut(fewer, data.holdOut, { seed }) : fewer };
    } catch (error) {
      throw Silence.of(error, 'the data of the run cannot be had');
    }
  });

  /** Its data as a whole, of which each seed trains on its own part. @throws Silence where it is not there any more */
  async wholeData(): Promise<Splits> {
    return (await this.#data()).whole;
  }

  #dataNamed({ name, options }: Recipe['data']): Promise<Splits> {
    const { workers } = this.options;
    const arePhotographs =
      !parseOwnModule(name) && isPlaceName(name) && !areTextsAt(placeOfData(name), options);
    const given = workers !== undefined && arePhotographs ? { ...options, workers } : options;
    return dataNamed(name, given, this.#report, this.note);
  }

  #compareData(whole: Splits): void {
    const before = this.opened.record.inputs?.data;
    const { sha256 } = dataInput(whole);
    if (before && before.sha256 !== sha256)
      this.note(
        `${whole.train.name} is not what it was when the run began (its SHA-256 is ${shortSum(sha256)}…, and was ${shortSum(before.sha256)}…): what is said is of the samples that are there now`,
      );
  }

  /** @throws Silence where its data is not there any more, or does not say what is told apart */
  readonly ground: () => Promise<Ground> = once(async () => {
    const { whole, splits } = await this.#data();
    try {
      const task = await taskNamed(this.recipe.task ?? taskOf(whole));
      const specs = Object.fromEntries(this.#teachersWritten.map(([path, one]) => [path.join('.'), one]));
      return { splits, task, fits: await fitsFor(task, splits, specs, { report: this.#report }) };
    } catch (error) {
      throw Silence.of(error, 'what the run learned cannot be had');
    }
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
   * @throws Silence where it has none, or no network can be made of them; TorchError where they are damaged
   */
  readonly student: () => Promise<LoadedNetwork> = once(async () => {
    const { fits } = await this.ground();
    const read = { onWarning: this.note, report: this.#report };
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
  readonly teachers: () => Promise<Teachers> = once(async () => {
    const written = this.#teachersWritten;
    if (written.length === 0)
      throw new Silence('the run has no teacher: its student learned from the data alone');
    const { fits, splits } = await this.ground();
    using generator = new Generator(0n);
    const loaded = [];
    for (const [path, network] of written) {
      const what = path.join('.');
      const missing = missingAt(this.opened, path);
      if (missing) throw new Silence(`${missing}; ${moved(what, 'NAME:FILE')}`);
      try {
        const read = { onWarning: this.note, report: this.#report, generator, beside: 'student' } as const;
        const one = await loadNetwork(what, await taughtAmong(splits.train, network, read), fits, read);
        this.#compareTeacher(what, one.inputs, seesAsStudent(network));
        loaded.push({ ...one, path, seesAsStudent: seesAsStudent(network) });
      } catch (error) {
        throw Silence.of(error, `the ${what} of the run cannot be had`);
      }
    }
    return loaded;
  });

  /** Remarks on a teacher that is not the one that the run learned from. By its checksum it may also be the same, printed otherwise by another version. */
  #compareTeacher(what: string, now: Inputs, seesAsStudent: boolean): void {
    const before = this.opened.record.inputs ?? {};
    for (const [name, { sha256, from }] of Object.entries(now)) {
      const was = before[name]?.sha256;
      // How it is shown samples is then the student's.
      if (seesAsStudent && name === `${what}.input`) continue;
      if (was !== undefined && was !== sha256)
        this.note(
          `the ${inputTitle(name)} in ${from} is not what it was when the run began (its SHA-256 is ${shortSum(sha256)}…, and was ${shortSum(was)}…), or this version of Retort makes another network of it: what is said is of the one that is there now; ${moved(what, 'NAME:FILE')}`,
        );
    }
  }

  /** Both sides; without teachers where these cannot be had. @throws Silence where there is no student, or no data */
  readonly sides: () => Promise<Sides> = once(async () => {
    const student = await this.student();
    const { splits } = await this.ground();
    let teachers: Teachers = [];
    let withoutTeacher: string | null = null;
    try {
      teachers = await this.teachers();
    } catch (error) {
      if (!(error instanceof Silence)) throw error;
      withoutTeacher = error.message;
    }
    try {
      const areTexts = textFields(splits.train).length > 0;
      const [own, ...wanted] = areTexts
        ? textInputs([{ ...student, path: ['student'] }, ...teachers], this.opened.resolved, splits.train)
        : [student, ...teachers.map((one) => (one.seesAsStudent ? student : one))].map(
            ({ rendering }) => rendering,
          );
      return {
        student,
        teachers,
        withoutTeacher,
        renderings: { student: own, teacher: teachersRendering(wanted) },
      };
    } catch (error) {
      throw Silence.of(error, 'samples cannot be shown to the networks of the run');
    }
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
      onProgress: (done, total) => this.#report('asking student and teacher', done, total),
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
