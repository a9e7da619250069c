/** An operator of libtorch: looked up by its name, called with its arguments, and what went wrong with them in the message. */
import { inspect } from 'node:util';
import { pinnedVersion } from '../setup/release.ts';
import { plain, TorchError } from './errors.ts';
import { type Argument, exchange, type Given } from './exchange.ts';
import { arrange, isNamed } from './named.ts';
import { guard, native } from './native.ts';
import { unknownOption } from './options.ts';
import { type Callable, recorder } from './recording.ts';
import { refusals } from './refused.ts';
import { parseSchema, type Schema } from './schema.ts';
import { Handle } from './scope.ts';

let wrap: (handle: number) => Handle;

/** @internal Says how a result becomes a tensor, of which nothing is known here. */
export function wrapTensorsWith(wrapper: (handle: number) => Handle): void {
  wrap = wrapper;
}

/** @internal What an argument is, in a few words, for messages. */
export function describeArgument(value: Argument): string {
  if (value instanceof Handle) return value.summary();
  if (Array.isArray(value)) {
    const shown = value.slice(0, 8).map(describeArgument);
    return `[${shown.join(', ')}${value.length > 8 ? `, … ${value.length} in all` : ''}]`;
  }
  if (typeof value === 'string') return `'${value}'`;
  if (value === undefined) return '-';
  return typeof value === 'object' && value !== null ? inspect(value, { depth: 0 }) : String(value);
}

function find(name: string): number | null {
  const dot = name.indexOf('.');
  return dot < 0 ? native.resolve(name, '') : native.resolve(name.slice(0, dot), name.slice(dot + 1));
}

/** What is done about an operator that another libtorch may have: the methods and functions here are of the pinned one's. */
const elsewhere =
  native.version() === pinnedVersion
    ? ''
    : `: if ${pinnedVersion} has it, install that into your Python or set LIBTORCH to it, and run \`npx retort-torch-setup\` (or \`npx retort setup\`)`;

/** @internal That this libtorch lacks an operator, and what to do about it. */
export const lacking = (name: string): string =>
  `libtorch ${native.version()} has no operator ${name}${elsewhere}`;

function resolve(name: string): number {
  const id = find(name);
  if (id === null) throw new TorchError(lacking(name), name);
  return id;
}

/** @internal An operator of libtorch, looked up when it is first used. */
export class Operator implements Callable {
  readonly name: string;
  readonly #refusal: ((args: readonly Argument[]) => string | undefined) | undefined;
  #id = -1;
  #schema: Schema | undefined;

  constructor(name: string) {
    this.name = name;
    this.#refusal = refusals.get(name);
  }

  /** Whether this libtorch has it. */
  isThere(): boolean {
    if (this.#id < 0) this.#id = find(this.name) ?? -1;
    return this.#id >= 0;
  }

  get schema(): Schema {
    this.#schema ??= parseSchema(schema(this.name));
    return this.#schema;
  }

  call(args: readonly Argument[]): unknown {
    try {
      if (this.#id < 0) this.#id = resolve(this.name);
      const why = this.#refusal?.(args);
      if (why) throw new TorchError(`refused, because libtorch would crash or hang in it: ${why}`);
      const result = exchange(this.#id, args, wrap);
      if (recorder) recorder.called(this, args, result);
      return result;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const call = `${this.name}(${args.map(describeArgument).join(', ')})`;
      throw new TorchError(`${call}: ${plain(error.message)}`, this.name);
    }
  }
}

/** What a call gives, in the order of the schema. */
function inOrder(operator: Operator, given: readonly Given[]): readonly Argument[] {
  const last = given.at(-1);
  // An object by name that does not come last is refused as it is written into the buffer.
  if (!isNamed(last)) return given as readonly Argument[];
  const { name, schema } = operator;
  const positional = given.slice(0, -1) as Argument[];
  const args = arrange(schema.parameters, positional, last, (key, isKnown) => {
    if (isKnown) throw new TorchError(`${name}: '${key}' is given in order and by name`, name);
    const names = schema.parameters.map((parameter) => parameter.name);
    throw unknownOption(name, key, names, 'argument');
  });
  return args ?? positional;
}

/** @internal An operator as a function, which takes arguments in the order of its schema and by name; the caller states what it returns. */
export function functionOf<Result>(name: string): (...args: Given[]) => Result {
  const operator = new Operator(name);
  // What comes back is as the schema says.
  return (...args) => operator.call(inOrder(operator, args)) as Result;
}

/**
 * The schema of an operator, as libtorch prints it.
 *
 * @throws TorchError if there is no such operator or overload
 * @example schema('aten::relu') // 'aten::relu(Tensor self) -> Tensor'
 */
export function schema(name: string): string {
  return guard(name, () => native.schema(resolve(name)));
}
