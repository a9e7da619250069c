/** What of a file's weights fits a model, and what is said of the rest. */

import { TorchError } from '../dispatch/errors.ts';
import { listed } from '../dispatch/names.ts';
import { quoted } from '../dispatch/quoted.ts';
import { isFloatingPoint } from '../dtype.ts';
import type { StateDict } from '../nn/state-dict.ts';
import { Tensor } from '../tensor.ts';
import { Placeholder, type Unpickled, type UnreadTensor } from './pickled.ts';
import { commonWrappers, type Match, matchesIn, nearestIn } from './prefixes.ts';
import { type OwnLayout, type Relaid, relaid } from './relaid.ts';
import { define } from './safetensors-header.ts';
import {
  below,
  carryVersions,
  entriesOf,
  type FoundStateDict,
  stateDictsIn,
  valueAt,
} from './state-dicts.ts';

/** What was read of a file. */
export interface Read {
  readonly format: string;
  readonly content: Unpickled;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What a value is, for someone who looked for weights. */
function whatIs(value: Unpickled): string {
  if (value instanceof Placeholder) {
    return value.state.some((state) => valueAt(state, '_modules') !== undefined)
      ? `a whole model, of the class ${quoted(value.name)}, as torch.save(model) writes it, and its code is not run: in Python, torch.save(model.state_dict(), 'weights.pth')`
      : `an object of the class ${quoted(value.name)}, whose code is not run: save the state dict in it by itself`;
  }
  if (value instanceof Tensor) return 'a single tensor, not weights by name';
  if (typeof value !== 'object' || value === null) return `the value ${String(value)}, and no weights`;
  const entries = entriesOf(value);
  if (entries.length === 0) return `an empty ${Array.isArray(value) ? 'list' : 'dictionary'}, and no weights`;
  if (entries.some(([key]) => key === 'param_groups')) return 'the state of an optimizer, and no weights';
  const object = entries.find(([, item]) => item instanceof Placeholder);
  if (object) return `no weights, but under ${quoted(object[0])} ${whatIs(object[1])}`;
  return `no weights, which are tensors by name: its keys are ${listed(entries.map(([key]) => key))}`;
}

/** A match with what was taken off, and left aside, before its state dict was laid out as the model's. */
const asInFile = (match: Match, found: FoundStateDict | Relaid): Match =>
  'translated' in found
    ? { ...match, prefix: found.prefix + match.prefix, left: [...found.left, ...match.left] }
    : match;

/** What becomes of a state dict that was found. */
type Relay = (found: FoundStateDict) => FoundStateDict[];

/** What a match has beside the model, left aside. */
function withoutBeside(match: Match, isBeside: (name: string) => boolean): Match {
  const [aside, unexpected]: [string[], StateDict] = [[], {}];
  for (const [name, tensor] of Object.entries(match.unexpected)) {
    if (isBeside(name)) aside.push(match.prefix + name);
    else define(unexpected, name, tensor);
  }
  return aside.length === 0 ? match : { ...match, left: [...match.left, ...aside], unexpected };
}

const nothing = (): boolean => false;

/** The most that an error names. */
const maxNamed = 6;

/**
 * What a file of weights holds: all of it, and the state dicts in it; `openWeights` makes it.
 *
 * @example const weights = await openWeights('checkpoint.pth'); model.loadStateDict(weights.stateDictFor(model.stateDict()));
 */
export class Weights {
  /** As it was named, without the key. */
  readonly file: string;
  /** `safetensors`, `torch.save, zip archive`, `torch.save, legacy format` or `pickle of NumPy's arrays`; `…, in gzip`. */
  readonly format: string;
  /** That of safetensors: text by name. */
  readonly metadata: Readonly<Record<string, string>>;
  /** All that is in it, or what its key chose. */
  readonly content: Unpickled;
  /** By the keys that choose them. */
  readonly stateDicts: readonly FoundStateDict[];
  readonly #key: string;
  readonly #read: Read;
  readonly #asIs: boolean;
  readonly #warn: (text: string) => void;
  readonly #relay: Relay | null;

  /** @internal */
  constructor(
    file: string,
    key: string,
    read: Read,
    warn: (text: string) => void,
    relay: Relay | null = null,
  ) {
    const { format, content, metadata } = read;
    this.file = file;
    this.format = format;
    this.metadata = metadata;
    this.#key = key;
    this.#read = read;
    this.#warn = warn;
    this.#relay = relay;
    this.#asIs = key.endsWith('.');
    const at = key.replace(/\.$/, '');
    const chosen = valueAt(content, at);
    if (chosen === undefined) {
      const keys = entriesOf(content).map(([name]) => name);
      throw new TorchError(`${file} has nothing under ${quoted(at)}: its keys are ${listed(keys) || 'none'}`);
    }
    this.content = chosen;
    const found = stateDictsIn(chosen, at);
    const named = this.#asIs ? found.filter((one) => one.key === at || one.key === key) : found;
    this.stateDicts = relay ? named.flatMap(relay) : named;
  }

  /**
   * The state dicts of it that are in another layout than a model's, under the model's keys; those that have not half of them are left out.
   *
   * @param ownLayout  of the weights in a layout that the model knows, by its own keys; null for others
   * @param own  the model's state dict
   * @example weights.relaid((state) => model.ownLayout(state), model.stateDict()).matches(model.stateDict())
   */
  relaid(ownLayout: OwnLayout, own: Readonly<StateDict>): Weights {
    return this.#changed((found) =>
      relaid(found, ownLayout, own).filter(({ prefix }) => !(this.#asIs && prefix)),
    );
  }

  /** The same, its state dicts changed. */
  #changed(relay: Relay): Weights {
    const before = this.#relay;
    const both: Relay = before ? (found) => before(found).flatMap(relay) : relay;
    return new Weights(this.file, this.#key, this.#read, this.#warn, both);
  }

  /**
   * The same without some of its tensors, as what a checkpoint has beside the network that is wanted.
   *
   * @param isLeft  of a name in a state dict
   * @example weights.without((name) => name.startsWith('projection_head.'))
   */
  without(isLeft: (name: string) => boolean): Weights {
    return this.#changed((found) => {
      const state: StateDict = {};
      for (const [name, tensor] of Object.entries(found.state))
        if (!isLeft(name)) define(state, name, tensor);
      carryVersions(found.state, state, (path) => path);
      const unread = new Map([...found.unread].filter(([name]) => !isLeft(name)));
      return [{ ...found, state, unread }];
    });
  }

  /**
   * The part of it that a key chooses, as `FILE#key` does.
   *
   * @param key  from the file's beginning, as those of `stateDicts` are
   * @throws TorchError where nothing is under it
   * @example weights.part('state_dict.module.encoder_q')
   */
  part(key: string): Weights {
    return new Weights(this.file, key, this.#read, this.#warn);
  }

  /**
   * The parts of it that have all keys of a model (its batch norm's counters aside) and no others; those whose shapes are the model's too,
   * where there are any.
   *
   * @param isBeside  which of the other keys, without what stands before them, may be there and are left aside; none where it is left out
   * @example weights.matches(model.stateDict()).length
   */
  matches(own: Readonly<StateDict>, isBeside: (name: string) => boolean = nothing): Match[] {
    const all = this.stateDicts
      .flatMap((found) =>
        matchesIn(found, own).map((match) => asInFile(withoutBeside(match, isBeside), found)),
      )
      .filter(({ prefix, unexpected }) => Object.keys(unexpected).length === 0 && !(this.#asIs && prefix));
    const fitting = all.filter(({ sameShapes }) => sameShapes);
    return fitting.length > 0 ? fitting : all;
  }

  /**
   * The weights of a model, by its keys. What was taken off the keys, what was left aside, and numbers that are not of floating point are
   * warnings.
   *
   * @param own  the model's state dict
   * @param isBeside  as of `matches`
   * @returns what has most of its keys where nothing has all: `loadStateDict` says then what is missing
   * @throws TorchError if there are none, or several that fit: these are named with their keys
   * @example model.loadStateDict(weights.stateDictFor(model.stateDict()));
   */
  stateDictFor(own: Readonly<StateDict>, isBeside: (name: string) => boolean = nothing): StateDict {
    this.#needSome();
    const [match, ...more] = this.matches(own, isBeside);
    if (match && more.length > 0)
      throw this.#several(match.sameShapes ? 'that fit' : 'with its keys, but other shapes', [
        match,
        ...more,
      ]);
    if (match) return this.#taken(match, own);
    const near = this.stateDicts.map((found) => nearestIn(found, own)).filter((found) => found !== null);
    const [found] = this.stateDicts;
    if (this.stateDicts.length > 1 && near.length !== 1)
      throw this.#several('of which none fits', this.stateDicts);
    const [nearest] = near;
    if (!nearest) return found?.state ?? {};
    const state: StateDict = {};
    for (const part of [nearest.state, nearest.unexpected])
      for (const [name, tensor] of Object.entries(part)) define(state, name, tensor);
    carryVersions(nearest.state, state, (path) => path);
    return state;
  }

  /**
   * The weights where no model says which they are: the only ones there, without `module.` and `_orig_mod.` before every key.
   *
   * @throws TorchError if there are none or several
   * @example Object.keys(weights.only())
   */
  only(): StateDict {
    this.#needSome();
    const [found, ...more] = this.stateDicts;
    if (!found || more.length > 0) throw this.#several('', this.stateDicts);
    const { state, unread } = found;
    const names = Object.keys(state);
    if (names.length === 0) this.#refuseUnread(unread);
    const prefix = commonWrappers(names);
    const short: StateDict = {};
    for (const [name, tensor] of Object.entries(state))
      if (name.startsWith(prefix)) define(short, name.slice(prefix.length), tensor);
    carryVersions(state, short, below(prefix));
    const left = [...names.filter((name) => !name.startsWith(prefix)), ...unread.keys()];
    this.#say({ prefix, isUnwrapped: false, left, state: short });
    return short;
  }

  /**
   * How many of a model's keys are missing where fewest are.
   *
   * @example weights.lacking(model.stateDict()) // 0
   */
  lacking(own: Readonly<StateDict>): number {
    const count = Object.keys(own).length;
    const has = this.stateDicts.map((found) => Object.keys(nearestIn(found, own)?.state ?? {}).length);
    return count - Math.max(0, ...has);
  }

  /** What it holds in place of a state dict; null where it has one. @example weights.instead // 'an empty dictionary, and no weights' */
  get instead(): string | null {
    return this.stateDicts.length === 0 ? whatIs(this.content) : null;
  }

  #needSome(): void {
    const { file, instead } = this;
    if (instead !== null) throw new TorchError(`${file} holds ${instead}`);
  }

  #refuseUnread(unread: ReadonlyMap<string, UnreadTensor>): void {
    const [[name, tensor] = []] = unread;
    if (name === undefined || !tensor) return;
    const more = unread.size > 1 ? ` (${unread.size} tensors that are not read)` : '';
    throw new TorchError(`${this.file}: ${quoted(name)} ${tensor.why}${more}`);
  }

  #taken(match: Match, own: Readonly<StateDict>): StateDict {
    const { state, unread } = match;
    this.#refuseUnread(unread);
    this.#say(match);
    this.#sayTranslated(match);
    const numbers = Object.entries(state).filter(
      ([name, { dtype }]) => isFloatingPoint(own[name]?.dtype ?? 'bool') && !isFloatingPoint(dtype),
    );
    const [[, first] = []] = numbers;
    if (first) {
      const lost = first.dtype.startsWith('complex')
        ? 'their imaginary parts are lost'
        : 'they are taken as they are, and if they are quantised their scale is lost';
      const names = listed(numbers.map(([name]) => name));
      this.#warn(`${this.file}: ${first.dtype} where the model has floating point (${names}): ${lost}`);
    }
    return state;
  }

  #say({ prefix, isUnwrapped, left, state }: Pick<Match, 'prefix' | 'isUnwrapped' | 'left' | 'state'>): void {
    const count = Object.keys(state).length;
    const parts = [
      ...(isUnwrapped ? ["the wrappers 'module.' and '_orig_mod.' were taken out of its keys"] : []),
      ...(prefix ? [`${quoted(prefix)} was taken off ${count} keys`] : []),
      ...(left.length === 1 ? [`1 other key was left aside: ${listed(left)}`] : []),
      ...(left.length > 1 ? [`${left.length} other keys were left aside: ${listed(left)}`] : []),
    ];
    if (parts.length) this.#warn(`${this.file}: ${parts.join('; ')}`);
  }

  #sayTranslated({ key }: Match): void {
    const found = this.stateDicts.find((one): one is Relaid => one.key === key && 'translated' in one);
    if (!found || found.translated.length === 0) return;
    const count = `${found.translated.length} of its keys`;
    this.#warn(
      `${this.file}: ${count} are another program's (${listed(found.translated)}), and were translated to the model's`,
    );
  }

  #several(which: string, found: readonly { readonly key: string }[]): TorchError {
    const named = found.slice(0, maxNamed).map(({ key }) => `${this.file}#${key}`);
    const more = found.length > maxNamed ? `, … (${found.length} in all)` : '';
    const what = ['several state dicts', which].filter(Boolean).join(' ');
    return new TorchError(`${this.file} holds ${what}: name one, as ${named.join(' or ')}${more}`);
  }
}
