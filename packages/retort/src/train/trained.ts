/** What of a student a stage trains, and how networks are while it does. */
import { nn } from '@retort/torch';
import { isOfClassifier } from '../models/classes.ts';
import { isOnnx } from '../models/index.ts';
import { inModes, withoutGradients } from '../tensors/modes.ts';
import { listed } from '../words/listed.ts';
import { unknown } from '../words/unknown.ts';
import { TrainingError } from './errors.ts';
import type { Stage } from './stage.ts';

/** What of a student does not learn in a stage. */
export interface Still {
  readonly parameters: ReadonlySet<nn.Parameter>;
  /** Modules that are as in evaluation: norms whose running statistics stay as they are, or all. */
  readonly evaluating: ReadonlySet<nn.Module>;
}

const statisticsOf = (module: nn.Module): nn.Buffer[] =>
  Object.entries(module).flatMap(([name, value]) =>
    /^(running_|num_batches_)/.test(name) && value instanceof nn.Buffer ? [value] : [],
  );

/** Buffers by which a step may depend on those before it: all that are kept, but for running statistics. */
export const memoriesOf = (network: nn.Module): nn.Buffer[] =>
  Array.from(network.namedModules(), ([, module]) => module).flatMap((module) => {
    const statistics = new Set(statisticsOf(module));
    return Object.values(module).filter(
      (value): value is nn.Buffer => value instanceof nn.Buffer && value.persistent && !statistics.has(value),
    );
  });

const hasStatistics = (module: nn.Module): boolean => statisticsOf(module).length > 0;

/** All but the classifier. @throws RangeError where the student does not say which module that is */
function stillInProbe(batchNorm: 'frozen' | 'train', student: nn.Layer): Still {
  const isTrained = isOfClassifier(student);
  const still = student.namedParameters().filter(([name]) => !isTrained(name));
  const modules = batchNorm === 'frozen' ? student.namedModules().map(([, module]) => module) : [];
  return { parameters: new Set(still.map(([, parameter]) => parameter)), evaluating: new Set(modules) };
}

/** Finds what a stage freezes. @throws TrainingError for a path that does not exist, or that has nothing to freeze */
export function stillIn({ freeze = [], freezeStatistics = false, probe }: Stage, student: nn.Layer): Still {
  if (probe && (freeze.length > 0 || freezeStatistics))
    throw new TrainingError(
      'a probe freezes all but the classifier itself: leave out freeze and freezeStatistics',
    );
  if (probe) return stillInProbe(probe, student);
  if (freezeStatistics && freeze.length === 0)
    throw new TrainingError(
      'freezeStatistics holds for the paths in `freeze`, and there are none: name them, or leave it out',
    );
  const state = student.stateDict();
  const modules = new Map(student.namedModules());
  const parameters = new Set<nn.Parameter>();
  const evaluating = new Set<nn.Module>();
  for (const path of freeze) {
    const own = state[path];
    if (own instanceof nn.Parameter) {
      parameters.add(own);
      continue;
    }
    const module = modules.get(path) ?? underSeveralPaths(student, path);
    if (!module) {
      const names = [...modules.keys(), ...student.namedParameters().map(([name]) => name)].filter(Boolean);
      throw new TrainingError(`freeze: ${unknown('module or parameter of the student', path, names)}`);
    }
    if (module.parameters().length === 0)
      throw new TrainingError(`freeze: '${path}' of the student has no parameters`);
    for (const parameter of module.parameters()) parameters.add(parameter);
    if (freezeStatistics)
      for (const [, inner] of module.namedModules()) if (hasStatistics(inner)) evaluating.add(inner);
  }
  return { parameters, evaluating };
}

/** A module that a student holds in several places, by another path than the first. */
function underSeveralPaths(student: nn.Module, path: string): nn.Module | undefined {
  let found: nn.Module | undefined = student;
  for (const name of path.split('.')) found = found && new Map(found.namedChildren()).get(name);
  return found;
}

/**
 * Sees to it that a student can learn in a stage, beside teachers that stay as they are.
 *
 * @param teachers  those that the stage asks
 * @throws TrainingError that names what cannot be trained
 */
export function refuseUntrainable(stage: Stage, student: nn.Layer, teachers: Iterable<nn.Module>): void {
  if (isOnnx(student))
    throw new TrainingError(
      'the student is a network of an ONNX file, of which nothing can be trained: it can be a teacher, or be evaluated',
    );
  const still = stillIn(stage, student);
  const named = [...student.namedParameters()];
  const open = named.filter(([, { requiresGrad }]) => requiresGrad);
  if (named.length > 0 && open.length === 0)
    throw new TrainingError(
      `nothing of the student can learn: none of its parameters (${listed(named.map(([name]) => name))}) requires a gradient; ` +
        'call requiresGrad(true) of what is to learn',
    );
  if (open.length > 0 && open.every(([, parameter]) => still.parameters.has(parameter)))
    throw new TrainingError(`freeze: ${stage.freeze?.join(', ')} leaves nothing of the student to learn`);
  for (const teacher of teachers) {
    if (teacher === student)
      throw new TrainingError(
        'the student is its own teacher, and a teacher stays as it is while the student learns: to distil a network into itself give a copy ' +
          'as the teacher, another network of its architecture with loadStateDict(student.stateDict())',
      );
    const [weights, statistics] = [new Set(teacher.parameters()), new Set(teacher.buffers())];
    const shared = named.filter(([, own]) => weights.has(own) && !still.parameters.has(own));
    const moved = [...student.namedModules()]
      .filter(([, module]) => !still.evaluating.has(module))
      .flatMap(([path, module]) => (statisticsOf(module).some((own) => statistics.has(own)) ? [path] : []));
    const what = [
      shared.length ? listed(shared.map(([name]) => name)) : '',
      moved.length ? `the running statistics of ${listed(moved)}` : '',
    ].filter(Boolean);
    if (what.length)
      throw new TrainingError(
        `the student shares ${what.join(' and ')} with its teacher, which stays as it is while the student learns: give the student its own, ` +
          'or name what is shared in the `freeze` of the stage (running statistics with `freezeStatistics`)',
      );
  }
}

/** The networks of a stage as a step needs them. */
export class StepModes {
  readonly #student: readonly nn.Module[];
  readonly #teachers: readonly nn.Module[];
  readonly #evaluating: ReadonlySet<nn.Module>;
  readonly #frozen: readonly nn.Parameter[];

  constructor(stage: Stage, student: nn.Layer, teachers: readonly nn.Module[]) {
    const { parameters, evaluating } = stillIn(stage, student);
    const modulesOf = (network: nn.Module): nn.Module[] =>
      network
        .namedModules()
        .map(([, module]) => module)
        .toArray();
    this.#student = modulesOf(student);
    this.#teachers = teachers.flatMap(modulesOf);
    this.#evaluating = evaluating;
    this.#frozen = [...parameters, ...teachers.flatMap((teacher) => teacher.parameters())];
  }

  /**
   * The student in training and teachers in evaluation, without gradients for what is frozen; when the result is disposed of, every
   * module and parameter is as it was. A module of a teacher within the student evaluates.
   */
  enter(): Disposable {
    const entered = new DisposableStack();
    entered.use(withoutGradients(this.#frozen));
    entered.use(inModes(this.#student, (module) => !this.#evaluating.has(module)));
    entered.use(inModes(this.#teachers, () => false));
    return entered;
  }
}
