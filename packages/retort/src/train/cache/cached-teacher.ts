/** A teacher that is asked once for each image in each view: what it said is kept in files, and read from there. */
import { aten, Generator, keep, nextTurn, type nn, scope, type Tensor, withGenerator } from '@retort/torch';
import type { Batch, Fetched } from '../../data/index.ts';
import type { Side } from '../../methods/index.ts';
import type { Task } from '../../tasks/index.ts';
import { causeIn, notFiniteIn } from '../../tensors/not-finite.ts';
import { TrainingError } from '../errors.ts';
import type { Filling, Teacher } from '../teacher.ts';
import { type LogitsOptions, logitColumns, packLogits, unpackLogits } from './logits.ts';
import { narrowed, type Precision } from './precision.ts';
import { type Probe, probeOf } from './probe.ts';
import { type Column, Store, viewBytes } from './store.ts';

/** What a teacher answers or what is tapped of it, with its shape without the batch. */
export interface Answered {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface CachedTeacherOptions {
  readonly live: Teacher;
  readonly task: Task;
  /** Where the rows lie, by what they depend on (its `columns` among it) and what it answers to the probe. */
  folder(columns: readonly Column[], probe: Probe): { readonly folder: string; readonly key: object };
  readonly samples: number;
  readonly outputs: readonly Answered[];
  /** By path. */
  readonly features: readonly Answered[];
  /** In how many turns a batch is shown. */
  readonly turns: number;
  readonly dtype: Precision;
  readonly topK?: number | undefined;
  /** Reads samples. */
  fetch(ids: Int32Array): Promise<Fetched>;
  /** The batch of these samples in a view. */
  batch(fetched: Fetched, view: number): Batch;
  readonly onWarning?: ((text: string) => void) | undefined;
}

/** Samples a block, and forwards of them at a time. */
const blockSize = 1000;
const forwards = 125;

/** Samples of the probe. */
const probed = 8;

/** Of outputs, logits have a form of their own; others are kept as they are. */
interface Kept {
  readonly columns: readonly Column[];
  pack(output: Tensor): Tensor[];
  unpack(columns: readonly Tensor[]): Tensor;
}

function keptAs({ name, shape }: Answered, dtype: Precision, topK: number | undefined): Kept {
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

interface Opened {
  readonly store: Store;
  readonly folder: string;
}

export class CachedTeacher implements Teacher {
  readonly #options: CachedTeacherOptions;
  readonly #outputs: readonly (readonly [name: string, kept: Kept])[];
  readonly #columns: readonly Column[];
  #opened: Opened | null = null;

  get model(): nn.Layer {
    return this.#options.live.model;
  }

  constructor(options: CachedTeacherOptions) {
    const { dtype, topK, outputs, features, turns } = options;
    this.#options = options;
    this.#outputs = outputs.map((output) => [output.name, keptAs(output, dtype, topK)]);
    this.#columns = [
      ...this.#outputs.flatMap(([, { columns }]) => columns),
      ...features.map(({ name, shape }) => ({ name, dtype, shape: [turns, ...shape] })),
    ];
  }

  /** Finds the folder, once: the teacher is asked for the probe. Before anything else. */
  async open(): Promise<void> {
    if (this.#opened) return;
    const { samples, fetch, onWarning } = this.#options;
    const ids = Int32Array.from({ length: Math.min(probed, samples) }, (_, i) => i);
    using fetched = await fetch(ids);
    const probe = scope(() => probeOf(this.#answer(fetched, 0)));
    const columns = this.#columns;
    const { folder, key } = this.#options.folder(columns, probe);
    this.#opened ??= { folder, store: new Store({ folder, key, samples, columns, blockSize, onWarning }) };
  }

  get #ready(): Opened {
    if (!this.#opened) throw new RangeError('the cache was not opened: call open() first');
    return this.#opened;
  }

  /** Where its rows lie. */
  get folder(): string {
    return this.#ready.folder;
  }

  get #store(): Store {
    return this.#ready.store;
  }

  /** Of one view. */
  get bytes(): number {
    return viewBytes(this.#columns, this.#options.samples);
  }

  /** Samples that the teacher has yet to see in a view. */
  missing(view: number): number {
    return this.#store
      .missing(view)
      .map((block) => this.#store.range(block))
      .reduce((sum, { from, to }) => sum + to - from, 0);
  }

  /** [V·B, …] → [B, V, …]: what belongs to a sample, together. */
  #bySample(feature: Tensor, count: number): Tensor {
    const { turns } = this.#options;
    return feature.reshape([turns, count, ...feature.shape.slice(1)]).transpose(0, 1);
  }

  #answer(fetched: Fetched, view: number): Side {
    const { live, batch, task } = this.#options;
    // One that draws at random draws the same for a sample in a view, and nothing from the program's generator.
    using generator = new Generator((BigInt(view) << 32n) | BigInt(fetched.ids[0] ?? 0));
    const shown = batch(fetched, view);
    const answer = withGenerator(generator, () => live.answer(shown));
    const wrong = task.unanswered(answer.outputs) ?? notFiniteIn(answer.features);
    if (wrong !== null)
      throw new TrainingError(
        `what the teacher says is not finite, and cannot be kept (${wrong}); ${causeIn(live.model, shown.inputs.teacher)}`,
      );
    return answer;
  }

  #ask(fetched: Fetched, view: number): Tensor[] {
    return scope(() => {
      const { features: tapped, dtype } = this.#options;
      const { outputs, features } = this.#answer(fetched, view);
      return [
        ...this.#outputs.flatMap(([name, { pack }]) => {
          const output = outputs[name];
          if (!output) throw new RangeError(`the teacher did not answer ${name}`);
          return pack(output);
        }),
        ...tapped.map(({ name }) => {
          const feature = features[name];
          if (!feature) throw new RangeError(`'${name}' was not tapped`);
          return narrowed(name, this.#bySample(feature, fetched.ids.length), dtype);
        }),
      ];
    });
  }

  /**
   * Asks the teacher for what is missing of a view; what was written stays, so that it can be stopped at any moment.
   *
   * @throws the signal's reason if it is aborted; RunError if the disk is full
   */
  async fill(view: number, onProgress?: (progress: Filling) => void, signal?: AbortSignal): Promise<void> {
    await this.open();
    const total = this.#options.samples;
    let done = total - this.missing(view);
    for (const block of this.#store.missing(view)) {
      const { from, to } = this.#store.range(block);
      const parts: Tensor[][] = [];
      for (let at = from; at < to; at += forwards) {
        signal?.throwIfAborted();
        const ids = Int32Array.from({ length: Math.min(forwards, to - at) }, (_, i) => at + i);
        using fetched = await this.#options.fetch(ids);
        parts.push(this.#ask(fetched, view).map((tensor) => keep(tensor)));
        done += ids.length;
        onProgress?.({ view, done, total });
        await nextTurn();
      }
      scope(() => {
        this.#store.write(
          view,
          block,
          this.#columns.map((_, i) =>
            aten.cat(
              parts.flatMap((tensors) => tensors[i] ?? []),
              0,
            ),
          ),
        );
      });
      for (const tensor of parts.flat()) tensor.dispose();
    }
  }

  answer({ ids, address: { view } }: Batch): Side {
    return scope(() => {
      const { device } = ids;
      const columns = this.#store.read(view, ids.to('cpu')).map((column) => column.to(device));
      const outputs: Record<string, Tensor> = {};
      let at = 0;
      for (const [name, kept] of this.#outputs) {
        outputs[name] = kept.unpack(columns.slice(at, at + kept.columns.length));
        at += kept.columns.length;
      }
      const features = this.#options.features.map(({ name }, i): [string, Tensor] => {
        const rows = columns[at + i];
        if (!rows) throw new RangeError(`'${name}' is not in the cache`);
        return [name, rows.transpose(0, 1).flatten(0, 1).to('float32')];
      });
      return { outputs, features: Object.fromEntries(features) };
    });
  }
}
