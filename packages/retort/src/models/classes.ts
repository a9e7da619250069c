/** Which of a network's logits stand for the classes of the data, where it tells apart others. */
import { aten, full, nn, noGrad, type Tensor, tensor, zeros } from '@retort/torch';
import { imagenetWnids } from '../data/index.ts';
import { listed } from '../words/listed.ts';
import { nearest } from '../words/unknown.ts';
import { anatomyOf } from './anatomy.ts';
import { hasNoClassifier } from './without-classifier.ts';

/** A class of the network, by its number or its name; null where it has none that stands for a class of the data. */
type Counterpart = number | string | null;

/**
 * How the data's classes are found among the network's: by the same names (`names`), as ImageNet's of the network's 1,000 (`wnids`), one for
 * each class of the data in its order, or by the names of the data's classes.
 */
export type ClassMapping = 'names' | 'wnids' | readonly Counterpart[] | Readonly<Record<string, Counterpart>>;

/** What is to be mapped. */
export interface Mapped {
  readonly mapping: ClassMapping;
  /** The names of the data's classes. */
  readonly classes: readonly string[];
}

/** What the network tells apart. */
export interface Known {
  /** How many classes. */
  readonly count: number;
  /** Their names, where they are known. */
  readonly labels: readonly string[] | null;
}

/** What each class of the data is called by the network. */
function counterparts({ mapping, classes }: Mapped): readonly Counterpart[] {
  if (typeof mapping === 'string') return classes;
  if (!(Symbol.iterator in mapping)) {
    const surplus = Object.keys(mapping).filter((name) => !classes.includes(name));
    if (surplus.length)
      throw new RangeError(
        `classes: the data has no class ${listed(surplus.map((name) => `'${name}'`))}; its classes are ${listed(classes)}`,
      );
    return classes.map((name) => (Object.hasOwn(mapping, name) ? (mapping[name] ?? null) : null));
  }
  if (mapping.length !== classes.length)
    throw new RangeError(
      `classes: a list needs an entry for each of the data's ${classes.length} classes, and has ${mapping.length}`,
    );
  return mapping;
}

/** @throws RangeError where the names that the mapping goes by are not known */
function namesOf({ mapping }: Mapped, { count, labels }: Known): readonly string[] | null {
  if (mapping !== 'wnids') {
    if (mapping === 'names' && labels === null)
      throw new RangeError(
        "classes: 'names' needs a network that says the names of its classes, and this one does not: give a list of their numbers",
      );
    return labels;
  }
  if (count === imagenetWnids.length) return imagenetWnids;
  throw new RangeError(
    `classes: 'wnids' is for a network of ImageNet's 1,000 classes, and this one has ${count}`,
  );
}

/**
 * The number of the network's class for each class of the data, -1 where there is none.
 *
 * @throws RangeError for what is no class of the network or of the data, and where no class of the data has one
 * @example classNumbers({ mapping: ['dog', 0, null], classes: ['hound', 'cat', 'cup'] }, { count: 2, labels: ['cat', 'dog'] }) // [1, 0, -1]
 */
export function classNumbers(mapped: Mapped, known: Known): number[] {
  const names = namesOf(mapped, known);
  const isByName = typeof mapped.mapping === 'string';
  const numbers = counterparts(mapped).map((of) => {
    if (of === null) return -1;
    if (typeof of === 'number') {
      if (Number.isInteger(of) && of >= 0 && of < known.count) return of;
      throw new RangeError(
        `classes: ${of} is no class of the network, whose classes are 0 to ${known.count - 1}`,
      );
    }
    // ImageNet's may be meant without saying so.
    const all = names ?? (known.count === imagenetWnids.length ? imagenetWnids : null);
    const number = all?.indexOf(of) ?? -1;
    const other = all?.indexOf(of, number + 1) ?? -1;
    if (number >= 0 && other >= 0)
      throw new RangeError(
        `classes: the network has several classes '${of}', as ${number} and ${other}: give the number of the one that is meant`,
      );
    if (number >= 0 || isByName) return number;
    const meant = all && nearest(of, all);
    throw new RangeError(
      all
        ? `classes: the network has no class '${of}'${meant ? `: did you mean '${meant}'?` : ''}`
        : `classes: '${of}' is a name, and the network does not say the names of its classes: give their numbers`,
    );
  });
  if (numbers.every((number) => number < 0))
    throw new RangeError(
      `classes: no class of the data is one of the network's: the data has ${listed(mapped.classes)}${names ? `, the network ${listed(names)}` : ''}`,
    );
  return numbers;
}

/** A network that chooses among its logits itself. */
export interface SelectsClasses {
  /** From now on its logits are those of these classes, -inf for -1. */
  selectClasses(numbers: readonly number[]): void;
}

/** The linear layers that make the logits. @throws RangeError where the network does not say so */
export function classifierOf(model: nn.Layer): [string, nn.Linear][] {
  const paths = anatomyOf(model)?.classifier ?? [];
  const modules = new Map(model.namedModules());
  const found = paths.flatMap((path): [string, nn.Linear][] => {
    const module = modules.get(path);
    return module instanceof nn.Linear ? [[path, module]] : [];
  });
  if (found.length > 0 && found.length === paths.length) return found;
  throw new RangeError(
    'the network does not say which linear layer makes its logits: its `anatomy.classifier` must name it',
  );
}

/** Some of the slices along a dimension. @param absent  of classes that have none */
function slices(from: Tensor, dim: number, numbers: readonly number[], absent: Tensor): Tensor {
  const index = tensor(
    numbers.map((number) => Math.max(number, 0)),
    { dtype: 'int64' },
  );
  const isAbsent = tensor(
    numbers.map((number) => number < 0),
    { dtype: 'bool', shape: from.shape.map((_, i) => (i === dim ? numbers.length : 1)) },
  );
  return aten.where(isAbsent, absent, from.index_select(dim, index));
}

/**
 * The logits of the data's classes among a network's, -inf for -1.
 *
 * @param logits  [N, C]
 * @example logitsOf(network.forward(images), [281, -1]).shape // [8, 2]
 */
export const logitsOf = (logits: Tensor, numbers: readonly number[]): Tensor =>
  slices(logits, 1, numbers, full([], Number.NEGATIVE_INFINITY));

/**
 * Makes a linear layer answer some of its rows alone, in place, whatever it is part of.
 *
 * @param numbers  of its rows; -1 for one that it does not have, whose answer is always `absent`
 */
export function keepRows(linear: nn.Linear, numbers: readonly number[], absent: number): void {
  noGrad(() => {
    const bias = linear.bias ?? zeros([linear.weight.size(0)]);
    Object.assign(linear, {
      weight: new nn.Parameter(slices(linear.weight.detach(), 0, numbers, zeros([]))),
      bias: new nn.Parameter(slices(bias.detach(), 0, numbers, full([], absent))),
      outFeatures: numbers.length,
    });
  });
}

/**
 * Makes a network answer for the data's classes: its classifier keeps their rows, and has -inf for those that it does not know, whose
 * probability is 0 then.
 *
 * @param numbers  of its classes, as `classNumbers` gives them
 * @throws RangeError where the network does not say which linear layer is its classifier
 */
export function selectClasses(model: nn.Layer & Partial<SelectsClasses>, numbers: readonly number[]): void {
  if (model.selectClasses) return model.selectClasses(numbers);
  for (const [, linear] of classifierOf(model)) keepRows(linear, numbers, Number.NEGATIVE_INFINITY);
}

/**
 * How many classes weights tell apart, by the first layer of the classifier; null where they have none of it.
 *
 * @throws RangeError where the network does not say which module that is
 */
export function classesTold(model: nn.Layer, weights: nn.StateDict): number | null {
  const [[path] = []] = classifierOf(model);
  const { shape: [rows] = [] } = weights[`${path}.weight`] ?? weights[`${path}.bias`] ?? {};
  return rows === undefined ? null : rows - (anatomyOf(model)?.others ?? 0);
}

/** Whether a key is of the classifier, also where that was taken off. @throws RangeError where the network does not say which module that is */
export function isOfClassifier(model: nn.Layer): (key: string) => boolean {
  const paths = hasNoClassifier(model)
    ? (anatomyOf(model)?.classifier ?? [])
    : classifierOf(model).map(([path]) => path);
  return (key) => paths.some((path) => key.startsWith(`${path}.`));
}

/** Makes the classifier anew: weights drawn from N(0, std²) by libtorch's generator of the moment, biases 0. @throws RangeError where the network does not say which module that is */
export function drawClassifier(model: nn.Layer, std: number): void {
  for (const [, { weight, bias }] of classifierOf(model)) {
    nn.init.normal_(weight, 0, std);
    if (bias) nn.init.zeros_(bias);
  }
}
