/** How recipes extend one another, and what overrides change. */

import type { Path, Value } from '../words/problems.ts';
import { cut } from '../words/shown.ts';
import { RecipeError } from './errors.ts';
import type { Override } from './source.ts';

type Tree = Record<string, Value>;

export const isTree = (value: Value): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Not what every object has, as `constructor`. */
const own = (tree: Tree | undefined, key: string): Value =>
  tree !== undefined && Object.hasOwn(tree, key) ? tree[key] : undefined;

/** A name alone stands for the thing with all its defaults. */
const named = (value: Value): Value => (typeof value === 'string' ? { name: value } : value);

const namedStage = (stage: Value): Value => {
  if (!isTree(stage)) return stage;
  const { methods, optimizer, schedule } = stage;
  return {
    ...stage,
    ...(Array.isArray(methods) ? { methods: methods.map(named) } : {}),
    ...(optimizer === undefined ? {} : { optimizer: named(optimizer) }),
    ...(schedule === undefined ? {} : { schedule: named(schedule) }),
  };
};

/** Names without options, written out. */
export function writtenOut(recipe: Tree): Tree {
  const { stages, everyStage, data } = recipe;
  return {
    ...recipe,
    ...(isTree(data) && Array.isArray(data.train) ? { data: { ...data, train: data.train.map(named) } } : {}),
    ...(Array.isArray(stages) ? { stages: stages.map(namedStage) } : {}),
    ...(everyStage === undefined ? {} : { everyStage: namedStage(everyStage) }),
  };
}

/**
 * What `over` says, and else what `under` says: maps key by key, except those of another `name`, which have other keys; lists as a whole.
 * null takes a key away.
 */
export function merge(under: Value, over: Value): Value {
  if (!isTree(under) || !isTree(over)) return over;
  if (over.name !== undefined && under.name !== undefined && over.name !== under.name)
    return withoutNull(over);
  const keys = new Set([...Object.keys(under), ...Object.keys(over)]);
  const entries = [...keys].flatMap((key): [string, Value][] => {
    const value = Object.hasOwn(over, key) ? merge(own(under, key), over[key]) : under[key];
    return value === null ? [] : [[key, value]];
  });
  return Object.fromEntries(entries);
}

const withoutNull = (tree: Tree): Tree =>
  Object.fromEntries(Object.entries(tree).filter(([, value]) => value !== null));

/** @throws RecipeError where the way leads nowhere */
export function override(recipe: Value, { at, value, text }: Override): Value {
  const set = (node: Value, rest: Path, done: Path): Value => {
    const [step, ...more] = rest;
    if (node === undefined && step !== undefined && value === null)
      throw new RecipeError([
        `'${text}': there is no ${done.join('.')}, so ${rest.join('.')} cannot be taken away from it`,
      ]);
    if (step === undefined) return isTree(node) && isTree(value) ? merge(node, value) : value;
    if (Array.isArray(node)) {
      if (typeof step !== 'number' || step >= node.length)
        throw new RecipeError([
          `'${text}': ${done.join('.')} is a list of ${node.length}, counted from 0: there is no ${step} in it`,
        ]);
      return node.map((item, i) => (i === step ? set(item, more, [...done, step]) : item));
    }
    if (node !== undefined && !isTree(node))
      throw new RecipeError([
        `'${text}': ${done.join('.')} is ${cut(JSON.stringify(node))} and has no ${step}`,
      ]);
    if (typeof step === 'number')
      throw new RecipeError([
        `'${text}': there is no list at ${done.join('.') || 'the top'}, so ${step} counts nothing`,
      ]);
    const changed = set(own(node, step), more, [...done, step]);
    return changed === null ? withoutNull({ ...node, [step]: null }) : { ...node, [step]: changed };
  };
  return set(recipe, at, []);
}
