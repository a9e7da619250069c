/** Values of JSON between ranks. */
import { TorchError } from '../dispatch/errors.ts';
import { native } from '../dispatch/native.ts';
import { refuseUnknown } from '../dispatch/options.ts';
import { keep } from '../dispatch/scope.ts';
import { fromBytes } from '../from-values.ts';
import { Tensor } from '../tensor.ts';
import { checkRank } from './check.ts';
import { compared, together } from './comparison.ts';
import { groupFor } from './group.ts';
import type { Pending } from './pending.ts';

/** @throws TorchError for what JSON does not hold, or would make null of */
function written(operation: string, value: unknown): Uint8Array {
  let text: string | undefined;
  try {
    text = JSON.stringify(value, (key, item: unknown) => {
      if (typeof item === 'number' && !Number.isFinite(item))
        throw new TorchError(`${key ? `'${key}' is` : 'it is'} ${item}`);
      return item;
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TorchError(`${operation} takes a value that JSON holds, and this is none: ${why}`);
  }
  if (text === undefined)
    throw new TorchError(
      `${operation} takes a value that JSON holds, and this is none: it is ${typeof value}`,
    );
  return new TextEncoder().encode(text);
}

const asTensor = (bytes: Uint8Array): Tensor => keep(fromBytes(bytes, 'uint8', [bytes.length]));

/** All ranks write what they send alike, so what comes is of the type that was given. */
const read = <Value>(tensor: Tensor): Value =>
  JSON.parse(new TextDecoder().decode(tensor.toTypedArray() as Uint8Array)) as Value;

/** @internal */
export function* allGatherObject<Value>(value: Value): Pending<Value[]> {
  const operation = 'allGatherObject';
  const group = groupFor(operation);
  const bytes = written(operation, value);
  const lengths = yield* compared(group, operation, operation, [bytes.length]);
  using mine = asTensor(bytes);
  const handles = yield* together<number[]>(group, operation, (done) =>
    native.gather(group.number, [mine.handle], lengths.flat(), done),
  );
  return handles.map((handle) => {
    using tensor = new Tensor(handle);
    return read<Value>(tensor);
  });
}

/** @internal */
export function* broadcastObject<Value>(value: Value, options: { src: number }): Pending<Value> {
  const group = groupFor('broadcastObject');
  refuseUnknown('broadcastObject', options, { src: true });
  const { src } = options;
  checkRank('broadcastObject', src, group);
  const operation = `broadcastObject(src ${src})`;
  const isSource = group.rank === src;
  const bytes = isSource ? written(operation, value) : new Uint8Array();
  const lengths = yield* compared(group, operation, operation, [bytes.length]);
  const [length = 0] = lengths[src] ?? [];
  using tensor = asTensor(isSource ? bytes : new Uint8Array(length));
  yield* together<void>(group, operation, (done) => native.broadcast(group.number, tensor.handle, src, done));
  return isSource ? value : read<Value>(tensor);
}
