/** What answers for the teachers. */
import {
  type Frozen,
  freeze,
  nn,
  noGrad,
  scope,
  type Tensor,
  withDeterministicAlgorithms,
} from '@retort/torch';
import type { Batch, Inputs } from '../data/index.ts';
import type { Side } from '../methods/index.ts';
import { isDetector } from '../models/detector.ts';
import { isOnnx, isTextClassifier, type Outputs } from '../models/index.ts';
import type { Task } from '../tasks/index.ts';
import { runFrozen } from '../tasks/run-frozen.ts';
import { inEvaluation } from '../tensors/modes.ts';
import { inFloat32, type Running } from './precision.ts';

/** What a teacher says of a batch, whatever it was shown. */
export interface Answer extends Omit<Side, 'mask'> {
  /** What it says of something that the student said; left out where the task has no such question, and where its answers were kept. */
  judge?: ((student: Outputs) => Outputs) | undefined;
}

/** What is seen of a teacher, which may be asked what it says of the student's answers. */
export type AnsweringSide = Side & Pick<Answer, 'judge'>;

/** Answers for batches: a network that is asked each time, or what it said before. */
export interface Teacher {
  /** Who is asked. */
  readonly model: nn.Layer;
  /** What it says, without a graph. */
  answer(batch: Batch): Answer;
  /** How it computes, where numbers depend on it, e.g. `frozen`. */
  readonly form?: string;
  /** Does what must be done before batches of a view are shown; answers cannot wait. */
  fill?(view: number, onProgress?: (progress: Filling) => void, signal?: AbortSignal): Promise<void>;
  /** Puts on the disk what it keeps, before a checkpoint that comes after it. @throws RunError if the disk is full */
  flush?(): void;
}

/** How far a teacher is in seeing all samples in a view. */
export interface Filling {
  readonly view: number;
  readonly done: number;
  readonly total: number;
}

/** The first samples of tensors by name. */
export function firstOf<Named extends Readonly<Record<string, Tensor>>>(
  tensors: Named,
  count: number,
): Named {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      tensor.size(0) === count ? tensor : tensor.narrow(0, 0, count),
    ]),
  ) as Named;
}

export interface LiveTeacherOptions {
  readonly model: nn.Layer;
  readonly task: Task;
  /** Paths. */
  readonly taps: readonly string[];
  readonly running: Running;
  /** Is told where it cannot be compiled. */
  readonly warn: (text: string) => void;
}

/**
 * A network in evaluation, without gradients. In float32 it is compiled (`freeze` of `@retort/torch`: batch norms folded, activations and
 * additions fused), which is checked against its plain forward. The network itself stays as its owner has it, but for its memory format,
 * which is channels_last from then on.
 */
export class LiveTeacher implements Teacher {
  readonly model: nn.Layer;
  readonly form: string;
  readonly #options: LiveTeacherOptions;
  readonly #frozen: Frozen | null;

  constructor(options: LiveTeacherOptions) {
    const { model, running } = options;
    this.#options = options;
    this.model = model.to({ memoryFormat: 'channels_last' });
    // onnxruntime has compiled it already, and what is compiled takes one tensor and answers as many boxes for any.
    const compiles = running.compiles && !isOnnx(model) && !isTextClassifier(model) && !isDetector(model);
    this.form = compiles ? 'frozen' : 'plain';
    using _ = inEvaluation(model);
    this.#frozen = compiles ? freeze(model) : null;
  }

  #plain(inputs: Inputs): Answer {
    const { model, task, taps, running } = this.#options;
    const call = () =>
      task.teach?.(model, inputs) ?? task.run(model, inputs, { training: false, targets: null });
    const { output, taps: features } = nn.tap(model, taps, () => running.run(call), { copy: true });
    return { outputs: output, features };
  }

  #compiled(frozen: Frozen, inputs: Inputs): Answer {
    const { model, task, taps, warn } = this.#options;
    const { outputs, features } = runFrozen(frozen, model, task, inputs, taps);
    const reason = features ? frozen.reason : `the task ${task.name} does not call its forward`;
    if (reason) warn(`a teacher is run as it is, not compiled, which is slower: ${reason}`);
    return features ? { outputs, features } : this.#plain(inputs);
  }

  answer(batch: Batch): Answer {
    const frozen = this.#frozen;
    const answer = this.#asked(batch, (inputs) =>
      frozen && !inputs.tokens ? this.#compiled(frozen, inputs) : this.#plain(inputs),
    );
    const { judge } = this.#options.task;
    return judge
      ? { ...answer, judge: (student) => this.#judge(judge, batch, answer.outputs, student) }
      : answer;
  }

  /** What it says of what the student said of the batch, whose pyramid, say, it was asked for before. */
  #judge(judge: NonNullable<Task['judge']>, { inputs }: Batch, taught: Outputs, said: Outputs): Outputs {
    const { model, task, running } = this.#options;
    using _ = inEvaluation(model);
    return withDeterministicAlgorithms(() =>
      scope(() =>
        noGrad(() => {
          const student = Object.fromEntries(
            Object.entries(said).map(([name, tensor]) => [name, tensor.detach()]),
          );
          return running.run(() => judge.call(task, model, { taught, inputs, student }));
        }),
      ),
    );
  }

  /** What it says by its plain forward, also where it is compiled otherwise. */
  plainly(batch: Batch): Answer {
    return this.#asked(batch, (inputs) => this.#plain(inputs));
  }

  #asked({ inputs: { teacher }, size }: Batch, ask: (inputs: Inputs) => Answer): Answer {
    using _ = inEvaluation(this.model);
    return withDeterministicAlgorithms(() =>
      scope(() =>
        noGrad(() => {
          // Turns but the first are looked at for their features only.
          const seen = this.#options.taps.length ? teacher : firstOf(teacher, size);
          const { outputs, features } = ask(seen);
          return { outputs: firstOf(outputs, size), features: inFloat32(features) };
        }),
      ),
    );
  }
}

/**
 * What a method sees of a network.
 *
 * @param inputs  looked at where the mask is: a teacher's may have to be made first, which a cache spares
 */
export const sideOf = ({ outputs, features, judge }: Answer, inputs: () => Inputs): AnsweringSide => ({
  outputs,
  features,
  get mask() {
    return inputs().mask ?? null;
  },
  judge,
});

/** All teachers of a stage. Each answers once for a batch, whoever asks. */
export class Teachers {
  readonly #teachers: ReadonlyMap<string, Teacher>;

  constructor(teachers: ReadonlyMap<string, Teacher>) {
    this.#teachers = teachers;
  }

  async fill(view: number, onProgress?: (progress: Filling) => void, signal?: AbortSignal): Promise<void> {
    for (const teacher of this.#teachers.values()) await teacher.fill?.(view, onProgress, signal);
  }

  /** Puts on the disk what they keep. @throws RunError if the disk is full */
  flush(): void {
    for (const teacher of this.#teachers.values()) teacher.flush?.();
  }

  byName(): ReadonlyMap<string, Teacher> {
    return this.#teachers;
  }

  /** The answer by the name of a teacher; for null the mean of all outputs, with the features of the first. */
  answers(batch: Batch): (name: string | null) => AnsweringSide {
    const said = new Map([...this.#teachers].map(([name, teacher]) => [name, teacher.answer(batch)]));
    const [first, ...others] = said.values();
    if (!first) throw new RangeError('there is no teacher to ask');
    const mean = (all: readonly Outputs[], name: string, own: Tensor): Tensor =>
      all
        .reduce((sum, outputs) => {
          const theirs = outputs[name];
          if (!theirs)
            throw new RangeError(
              `a teacher does not answer ${name}, so that there is no mean of all: name one by \`from\` in the method`,
            );
          return sum.add(theirs);
        }, own)
        .div(said.size);
    const meanOf = (first: Outputs, others: readonly Outputs[]): Outputs =>
      Object.fromEntries(Object.entries(first).map(([name, own]) => [name, mean(others, name, own)]));
    const { judge } = first;
    const together: Answer = others.length
      ? {
          ...first,
          outputs: meanOf(
            first.outputs,
            others.map(({ outputs }) => outputs),
          ),
          ...(judge && {
            judge: (student) =>
              meanOf(
                judge(student),
                others.flatMap((other) => (other.judge ? [other.judge(student)] : [])),
              ),
          }),
        }
      : first;
    return (name) =>
      sideOf(name === null ? together : (said.get(name) ?? together), () => batch.inputs.teacher);
  }
}
