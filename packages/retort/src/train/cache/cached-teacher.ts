/** A teacher that is asked once for each image in each view: what it said is kept in files, and read from there. */
import { aten, Generator, keep, nextTurn, type nn, scope, type Tensor, withGenerator } from '@retort/torch';
import type { Batch } from '../../data/index.ts';
import { causeIn, notFiniteIn, unanswered } from '../../not-finite.ts';
import { TrainingError } from '../errors.ts';
import type { Answer, Filling, Teacher } from '../teacher.ts';
import { type LogitsOptions, logitColumns, packLogits, unpackLogits } from './logits.ts';
import { narrowed, type Precision } from './precision.ts';
import { type Probe, probeOf } from './probe.ts';
import { type Column, Store, viewBytes } from './store.ts';

export interface CachedTeacherOptions {
  readonly live: Teacher;
  /** Where the rows lie, by what they depend on (its `columns` among it) and what it answers to the probe. */
  folder(columns: readonly Column[], probe: Probe): { readonly folder: string; readonly key: object };
  readonly samples: number;
  readonly classes: number;
  /** The paths that are tapped, with their shapes without the batch. */
  readonly features: readonly { readonly path: string; readonly shape: readonly number[] }[];
  /** How many turned views a batch has. */
  readonly turns: number;
  readonly dtype: Precision;
  readonly topK?: number | undefined;
  /** The batch of the samples with these numbers in a view. */
  batch(ids: Int32Array, view: number): Batch;
  readonly onWarning?: ((text: string) => void) | undefined;
}

/** Samples a block, and forwards of them at a time. */
const blockSize = 1000;
const forwards = 125;

/** Samples of the probe. */
const probed = 8;

export class CachedTeacher implements Teacher {
  readonly #options: CachedTeacherOptions;
  readonly #logits: LogitsOptions;
  readonly #columns: readonly Column[];
  #opened: { readonly store: Store; readonly folder: string } | null = null;

  get model(): nn.Layer {
    return this.#options.live.model;
  }

  constructor(options: CachedTeacherOptions) {
    const { classes, dtype, topK, features, turns } = options;
    this.#options = options;
    this.#logits = { classes, dtype, topK };
    this.#columns = [
      ...logitColumns(this.#logits),
      ...features.map(({ path, shape }) => ({ name: path, dtype, shape: [turns, ...shape] })),
    ];
  }

  /** Finds the folder, once: the teacher is asked for the probe. */
  #open(): { readonly store: Store; readonly folder: string } {
    if (!this.#opened) {
      const { samples, onWarning } = this.#options;
      const ids = Int32Array.from({ length: Math.min(probed, samples) }, (_, i) => i);
      const probe = scope(() => probeOf(this.#answer(ids, 0)));
      const columns = this.#columns;
      const { folder, key } = this.#options.folder(columns, probe);
      this.#opened = { folder, store: new Store({ folder, key, samples, columns, blockSize, onWarning }) };
    }
    return this.#opened;
  }

  /** Where its rows lie. */
  get folder(): string {
    return this.#open().folder;
  }

  get #store(): Store {
    return this.#open().store;
  }

  /** Of one view. */
  get bytes(): number {
    return viewBytes(this.#columns, this.#options.samples);
  }

  /** Images that the teacher has yet to see in a view. */
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

  #answer(ids: Int32Array, view: number): Answer {
    const { live, batch } = this.#options;
    // One that draws at random draws the same for an image in a view, and nothing from the program's generator.
    using generator = new Generator((BigInt(view) << 32n) | BigInt(ids[0] ?? 0));
    const shown = batch(ids, view);
    const answer = withGenerator(generator, () => live.answer(shown));
    const wrong = unanswered(answer.logits) ?? notFiniteIn(answer.features);
    if (wrong !== null)
      throw new TrainingError(
        `what the teacher says is not finite, and cannot be kept (${wrong}); ${causeIn(live.model, shown.images)}`,
      );
    return answer;
  }

  #ask(ids: Int32Array, view: number): Tensor[] {
    return scope(() => {
      const { features } = this.#options;
      const { logits, features: tapped } = this.#answer(ids, view);
      return [
        ...packLogits(logits, this.#logits),
        ...features.map(({ path }) => {
          const feature = tapped[path];
          if (!feature) throw new RangeError(`'${path}' was not tapped`);
          return narrowed(path, this.#bySample(feature, ids.length), this.#options.dtype);
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
    const total = this.#options.samples;
    let done = total - this.missing(view);
    for (const block of this.#store.missing(view)) {
      const { from, to } = this.#store.range(block);
      const parts: Tensor[][] = [];
      for (let at = from; at < to; at += forwards) {
        signal?.throwIfAborted();
        const ids = Int32Array.from({ length: Math.min(forwards, to - at) }, (_, i) => at + i);
        parts.push(this.#ask(ids, view).map((tensor) => keep(tensor)));
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

  answer({ ids, view, labels: { device } }: Batch): Answer {
    return scope(() => {
      const columns = this.#store.read(view, ids.to('cpu')).map((column) => column.to(device));
      const logits = logitColumns(this.#logits).length;
      const features = this.#options.features.map(({ path }, i): [string, Tensor] => {
        const rows = columns[logits + i];
        if (!rows) throw new RangeError(`'${path}' is not in the cache`);
        return [path, rows.transpose(0, 1).flatten(0, 1).to('float32')];
      });
      return {
        logits: unpackLogits(columns.slice(0, logits), this.#logits),
        features: Object.fromEntries(features),
      };
    });
  }
}
