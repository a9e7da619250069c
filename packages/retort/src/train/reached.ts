/** Whether what is learned reaches the classifier of the student, of which the classes are judged. */
import type { nn } from '@retort/torch';
import { anatomyOf } from '../models/index.ts';
import { hasNoClassifier } from '../models/without-classifier.ts';
import type { Stage } from './stage.ts';

/** What a loss was taken of: the parameters that learn, and those that it has a gradient of. */
export interface Reach {
  readonly learning: readonly nn.Parameter[];
  readonly reached: readonly nn.Parameter[];
}

/** What the losses of all methods reach, of every stage. */
export class Reached {
  readonly #learning = new Set<nn.Parameter>();
  readonly #reached = new Set<nn.Parameter>();
  #isKnown = true;

  /** @param reach  of a method; null where nothing is learned by it in its first step */
  add(reach: Reach | null): void {
    this.#isKnown &&= reach !== null;
    for (const parameter of reach?.learning ?? []) this.#learning.add(parameter);
    for (const parameter of reach?.reached ?? []) this.#reached.add(parameter);
  }

  /** A sentence where the student has a classifier that learns, and nothing reaches it; null elsewhere. */
  remark(student: nn.Layer, stages: readonly Stage[]): string | null {
    const paths = hasNoClassifier(student) ? [] : (anatomyOf(student)?.classifier ?? []);
    const modules = new Map(student.namedModules());
    const parameters = paths.flatMap((path) => modules.get(path)?.parameters() ?? []);
    const learning = parameters.filter((parameter) => this.#learning.has(parameter));
    if (!this.#isKnown || learning.length === 0 || learning.some((one) => this.#reached.has(one)))
      return null;
    const methods = [...new Set(stages.flatMap((stage) => stage.methods.map(({ name }) => name)))];
    return `nothing that is learned (${methods.join(', ')}) reaches the student's classifier, ${paths.join(' and ')}, which stays as it was drawn, so that the classes that it says mean nothing: the task embedding has none (\`task: embedding\` in a recipe), or take a method that compares logits or learns from labels beside`;
  }
}
