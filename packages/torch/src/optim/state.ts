/** An optimizer's state as it is stored, and whether one fits an optimizer. */
import { TorchError } from '../dispatch/errors.ts';
import { listed } from '../dispatch/names.ts';
import type { Tensor } from '../tensor.ts';
import { sameShape } from './layout.ts';

/** The options of a group, with the numbers of its parameters: they count through all groups. */
export type GroupState = Readonly<Record<string, unknown>> & { readonly params: readonly number[] };

/** What `stateDict()` gives: `tensors` for a safetensors file, `groups` for JSON. */
export interface OptimizerState {
  /** By parameter number and PyTorch's name of the state: `0.exp_avg`. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly groups: readonly GroupState[];
}

interface Fitting<Group> {
  readonly groups: { readonly group: Group; readonly options: Readonly<Record<string, unknown>> }[];
  readonly parameters: { readonly parameter: Tensor; readonly tensors: Record<string, Tensor> }[];
}

function isGroupState(value: unknown): value is GroupState {
  if (typeof value !== 'object' || value === null || !('params' in value)) return false;
  return Array.isArray(value.params) && value.params.every(Number.isInteger);
}

/**
 * Sorts a state dict by group and parameter.
 *
 * @throws TorchError that lists all that is missing, unexpected, mis-shaped or impossible
 */
export function fitState<Group extends { readonly params: readonly Tensor[] }>(
  what: string,
  groups: readonly Group[],
  { tensors, groups: given }: OptimizerState,
  check: (options: object, group: number) => void,
  stateNames: (options: object) => Readonly<Record<string, boolean>>,
): Fitting<Group> {
  const fail = (problems: readonly string[]): never => {
    throw new TorchError(`the state dict does not fit ${what}: ${problems.join('; ')}`);
  };
  if (!Array.isArray(given) || !given.every(isGroupState))
    return fail(['its groups must be a list of { params: number[], …options }']);
  const sizes = (counts: readonly number[]) => `${counts.length} groups of ${counts.join(', ')} parameters`;
  const [own, theirs] = [groups, given].map((all) => all.map(({ params }) => params.length));
  if (!own || !theirs || !sameShape(own, theirs))
    return fail([`it has ${sizes(theirs ?? [])}, the optimizer ${sizes(own ?? [])}`]);

  const fitting: Fitting<Group> = { groups: [], parameters: [] };
  const unused = new Set(Object.keys(tensors));
  const missing: string[] = [];
  const shapes = new Map<string, string>();
  let index = 0;
  for (const [i, group] of groups.entries()) {
    const { params: _, ...options } = given[i] ?? {};
    check(options, i);
    fitting.groups.push({ group, options });
    const names = Object.entries(stateNames({ ...group, ...options }));
    for (const parameter of group.params) {
      const found: Record<string, Tensor> = {};
      const absent: string[] = [];
      for (const [name, isNeeded] of names) {
        const key = `${index}.${name}`;
        const tensor = Object.hasOwn(tensors, key) ? tensors[key] : undefined;
        if (!tensor) {
          if (isNeeded) absent.push(key);
          continue;
        }
        unused.delete(key);
        const shape = name === 'step' ? [] : parameter.shape;
        if (!sameShape(tensor.shape, shape))
          shapes.set(key, `${key} is [${tensor.shape}], must be [${shape}]`);
        found[name] = tensor;
      }
      // A parameter that has not moved yet has no state at all.
      if (Object.keys(found).length > 0) missing.push(...absent);
      fitting.parameters.push({ parameter, tensors: found });
      index++;
    }
  }
  const problems = [
    missing.length ? `missing: ${listed(missing)}` : '',
    unused.size ? `unexpected: ${listed([...unused])}` : '',
    shapes.size ? `of another shape: ${listed([...shapes.keys()])} (${[...shapes.values()][0]})` : '',
  ].filter(Boolean);
  return problems.length ? fail(problems) : fitting;
}
