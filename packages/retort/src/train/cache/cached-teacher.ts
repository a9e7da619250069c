/** A teacher that is asked once for each image in each view: what it said is kept in files, and read from there. When it is asked is another's affair. */
import { Generator, type nn, scope, type Tensor, withGenerator } from '@retort/torch';
import type { Batch, Fetched, Rank } from '../../data/index.ts';
import type { Task } from '../../tasks/index.ts';
import { causeIn, notFiniteIn } from '../../tensors/not-finite.ts';
import { TrainingError } from '../errors.ts';
import type { Answer, Filling, LiveTeacher, Teacher } from '../teacher.ts';
import { type Column, viewBytes } from './columns.ts';
import { type LogitsOptions, logitColumns, packLogits, unpackLogits } from './logits.ts';
import { type KeptDtype, narrowed } from './narrowed.ts';
import { type Probe, probed, probeOf } from './probe.ts';

/** What a teacher answers or what is tapped of it, with its shape without the batch. */
export interface Answered {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface CachedTeacherOptions {
  readonly live: LiveTeacher;
  readonly task: Task;
  /** Where the rows lie, by what they depend on (its `columns` among it) and what it answers to the probe. */
  folder(columns: readonly Column[], probe: Probe): { readonly folder: string; readonly key: object };
  readonly samples: number;
  readonly outputs: readonly Answered[];
  /** By path. */
  readonly features: readonly Answered[];
  /** In how many turns a batch is shown. */
  readonly turns: number;
  readonly dtype: KeptDtype;
  readonly topK?: number | undefined;
  /** One of the processes that fill it together; the only one where it is left out. */
  readonly rank?: Rank | undefined;
  /** Reads samples, to be shown in a view. */
  fetch(ids: Int32Array, view: number): Promise<Fetched>;
  /** The batch of these samples in a view. */
  batch(fetched: Fetched, view: number): Batch;
  readonly onWarning?: ((text: string) => void) | undefined;
}

/** Samples that are asked for at a time, where they are asked for ahead. */
export const askedAtOnce = 125;

/** Of outputs, logits have a form of their own; others are kept as they are. */
interface Kept {
  readonly columns: readonly Column[];
  pack(output: Tensor): Tensor[];
  unpack(columns: readonly Tensor[]): Tensor;
}

function keptAs({ name, shape }: Answered, dtype: KeptDtype, topK: number | undefined): Kept {
  const [classes] = shape;
  if (name === 'logits' && classes !== undefined && shape.length === 1) {
    const options: LogitsOptions = { classes, dtype, topK };
    return {
      columns: logitColumns(options),
      pack: (output) => packLogits(output, options),
      unpack: (columns) => unpackLogits(columns, options),
    };
  }
  return {
    columns: [{ name: `output.${name}`, dtype, shape }],
    pack: (output) => [narrowed(name, output, dtype)],
    unpack([column]) {
      if (!column) throw new RangeError(`there is no ${name}`);
      return column.to('float32');
    },
  };
}

interface Opened<Rows> {
  readonly rows: Rows;
  readonly folder: string;
}

/** What a store of rows is made with. */
export type Place = ReturnType<CachedTeacherOptions['folder']> & {
  readonly samples: number;
  readonly columns: readonly Column[];
  readonly onWarning?: ((text: string) => void) | undefined;
};

/** @typeParam Rows  where they are kept */
export abstract class CachedTeacher<Rows = unknown> implements Teacher {
  protected readonly options: CachedTeacherOptions;
  protected readonly columns: readonly Column[];
  readonly #outputs: readonly (readonly [name: string, kept: Kept])[];
  #opened: Opened<Rows> | null = null;

  get model(): nn.Layer {
    return this.options.live.model;
  }

  constructor(options: CachedTeacherOptions) {
    const { dtype, topK, outputs, features, turns } = options;
    this.options = options;
    this.#outputs = outputs.map((output) => [output.name, keptAs(output, dtype, topK)]);
    this.columns = [
      ...this.#outputs.flatMap(([, { columns }]) => columns),
      ...features.map(({ name, shape }) => ({ name, dtype, shape: [turns, ...shape] })),
    ];
  }

  /** What keeps the rows. */
  protected abstract store(place: Place): Rows;

  /** Samples that have no row in a view. */
  abstract missing(view: number): number;

  /**
   * Asks the teacher for what is missing of a view; what was written stays, so that it can be stopped at any moment.
   *
   * @throws the signal's reason if it is aborted; RunError if the disk is full
   */
  abstract ahead(view: number, onProgress?: (progress: Filling) => void, signal?: AbortSignal): Promise<void>;

  abstract fill(view: number, onProgress?: (progress: Filling) => void, signal?: AbortSignal): Promise<void>;

  abstract answer(batch: Batch): Answer;

  /** Finds the folder, once: the teacher is asked for the probe. Before anything else. */
  async open(): Promise<void> {
    if (this.#opened) return;
    const { samples, fetch, batch, live, onWarning } = this.options;
    const ids = Int32Array.from({ length: Math.min(probed, samples) }, (_, i) => i);
    using fetched = await fetch(ids, 0);
    // As it is, not compiled: that takes as long as several steps, and is for nothing where all rows are there.
    const probe = scope(() => {
      const shown = batch(fetched, 0);
      return probeOf(this.#answered(shown, ids, (asked) => live.plainly(asked)));
    });
    const { columns } = this;
    const { folder, key } = this.options.folder(columns, probe);
    this.#opened ??= { folder, rows: this.store({ folder, key, samples, columns, onWarning }) };
  }

  get #ready(): Opened<Rows> {
    if (!this.#opened) throw new RangeError('the cache was not opened: call open() first');
    return this.#opened;
  }

  protected get isOpen(): boolean {
    return this.#opened !== null;
  }

  /** Where its rows lie. */
  get folder(): string {
    return this.#ready.folder;
  }

  protected get rows(): Rows {
    return this.#ready.rows;
  }

  /** Of one view. */
  get bytes(): number {
    return viewBytes(this.columns, this.options.samples);
  }

  /** [V·B, …] → [B, V, …]: what belongs to a sample, together. */
  #bySample(feature: Tensor, count: number): Tensor {
    const { turns } = this.options;
    return feature.reshape([turns, count, ...feature.shape.slice(1)]).transpose(0, 1);
  }

  #answered(shown: Batch, ids: Int32Array, ask: (shown: Batch) => Answer): Answer {
    const { live, task } = this.options;
    const { view } = shown.address;
    // One that draws at random draws the same for a sample in a view, and nothing from the program's generator.
    using generator = new Generator((BigInt(view) << 32n) | BigInt(ids[0] ?? 0));
    const answer = withGenerator(generator, () => ask(shown));
    const wrong = task.unanswered(answer.outputs) ?? notFiniteIn(answer.features);
    if (wrong !== null)
      throw new TrainingError(
        `what the teacher says is not finite, and cannot be kept (${wrong}); ${causeIn(live.model, shown.inputs.teacher)}`,
      );
    return answer;
  }

  /** What the live teacher says of a batch, as it is kept: a tensor for each column. @param ids  of the batch, at hand */
  protected ask(shown: Batch, ids: Int32Array): Tensor[] {
    return scope(() => {
      const { features: tapped, dtype, live } = this.options;
      const { outputs, features } = this.#answered(shown, ids, (asked) => live.answer(asked));
      return [
        ...this.#outputs.flatMap(([name, { pack }]) => {
          const output = outputs[name];
          if (!output) throw new RangeError(`the teacher did not answer ${name}`);
          return pack(output);
        }),
        ...tapped.map(({ name }) => {
          const feature = features[name];
          if (!feature) throw new RangeError(`'${name}' was not tapped`);
          return narrowed(name, this.#bySample(feature, ids.length), dtype);
        }),
      ];
    });
  }

  /** What columns [B, …] say. */
  protected said(columns: readonly Tensor[]): Answer {
    const outputs: Record<string, Tensor> = {};
    let at = 0;
    for (const [name, kept] of this.#outputs) {
      outputs[name] = kept.unpack(columns.slice(at, at + kept.columns.length));
      at += kept.columns.length;
    }
    const features = this.options.features.map(({ name }, i): [string, Tensor] => {
      const rows = columns[at + i];
      if (!rows) throw new RangeError(`'${name}' is not in the cache`);
      return [name, rows.transpose(0, 1).flatten(0, 1).to('float32')];
    });
    return { outputs, features: Object.fromEntries(features) };
  }
}
