/** A network that is evaluated, compiled where that takes less time. */
import { type Frozen, freeze, nn, type Tensor } from '@retort/torch';
import type { Inputs } from '../data/index.ts';
import { isDetector } from '../models/detector.ts';
import type { Outputs } from '../models/index.ts';
import type { Task } from '../tasks/index.ts';
import { runFrozen } from '../tasks/run-frozen.ts';
import { tapped } from './tapped.ts';

/**
 * Batches of one form for which a network is compiled. That takes as long as four or five of them: one is followed, and two are compared with
 * the plain forward. A network with batch norms, which are folded, is then faster by a quarter, so that from 14 to 31 batches on time is
 * gained; one without is hardly faster.
 */
const enough = 32;

/** Whether there are batch norms to fold, where there is something to compile for. */
const gains = (model: nn.Layer): boolean =>
  model.parameters()[0]?.device === 'cpu' &&
  Array.from(model.namedModules()).some(
    ([, module]) =>
      module instanceof nn.BatchNorm2d ||
      module instanceof nn.BatchNorm1d ||
      module instanceof nn.FrozenBatchNorm2d,
  );

/** What a model answered, and features of it by their paths. */
export interface Tapped {
  readonly outputs: Outputs;
  readonly features: Readonly<Record<string, Tensor>>;
}

/** A model in evaluation that answers for the batches of one pass, while its weights stay as they are. */
export class Answering implements Disposable {
  readonly #model: nn.Layer;
  readonly #task: Task;
  readonly #compiles: boolean;
  #frozen: Frozen | null = null;
  /** The form of the first batch, which is compiled for; others, as that of the rest, come too seldom. */
  #form = '';

  /** @param batches  how many whole ones come */
  constructor(model: nn.Layer, task: Task, batches: number) {
    this.#model = model;
    this.#task = task;
    // Of a detector it is the boxes that it finds that say what is computed next.
    this.#compiles = batches >= enough && !isDetector(model) && gains(model);
  }

  answer(inputs: Inputs): Outputs {
    return this.tapped(inputs, []).outputs;
  }

  /**
   * The same with features by their paths, always the same ones.
   *
   * @throws TorchError for a path that does not exist, with those that do
   */
  tapped(inputs: Inputs, paths: readonly string[]): Tapped {
    const [model, task] = [this.#model, this.#task];
    // What is compiled takes one tensor.
    if (this.#compiles && !inputs.tokens) {
      const form = JSON.stringify(Object.entries(inputs).map(([name, { shape }]) => [name, shape]));
      this.#form ||= form;
      this.#frozen ??= freeze(model);
      if (form === this.#form) {
        const { outputs, features } = runFrozen(this.#frozen, model, task, inputs, paths);
        // A task of one's own may not call the network's forward.
        if (features || paths.length === 0) return { outputs, features: features ?? {} };
      }
    }
    if (paths.length === 0)
      return { outputs: task.run(model, inputs, { training: false, targets: null }), features: {} };
    const { output, taps } = tapped(task, model, inputs, paths);
    return { outputs: output, features: taps };
  }

  [Symbol.dispose](): void {
    this.#frozen?.dispose();
  }
}
