/**
 * What ranks tell each other before they do anything together, in records of one size: Gloo ends the process where a rank sends more than
 * another expects, so what is to be done must be known to be the same.
 */
import { createHash } from 'node:crypto';
import { native } from '../dispatch/native.ts';
import { DistributedError } from './errors.ts';
import { broken, type Group, leave, ranksAsText, who } from './group.ts';
import { type Pending, until } from './pending.ts';

const hashBytes = 8;
/** How many numbers, which need not be the same, go with a record. */
export const numbersInRecord = 16;
const recordBytes = 384;
const textAt = hashBytes + 8 * numbersInRecord;

/** @internal @param description  what is to be done, in words that are the same on all ranks */
export function recordOf(description: string, numbers: readonly number[] = []): Uint8Array {
  const record = new Uint8Array(recordBytes);
  record.set(createHash('sha256').update(description).digest().subarray(0, hashBytes));
  const view = new DataView(record.buffer);
  for (const [i, number] of numbers.entries()) view.setFloat64(hashBytes + 8 * i, number, true);
  new TextEncoder().encodeInto(description, record.subarray(textAt));
  return record;
}

const recordsIn = (all: Uint8Array): Uint8Array[] =>
  Array.from({ length: all.length / recordBytes }, (_, i) =>
    all.subarray(i * recordBytes, (i + 1) * recordBytes),
  );

const hashIn = (record: Uint8Array): string => Buffer.from(record.subarray(0, hashBytes)).toString('hex');

function textIn(record: Uint8Array): string {
  const text = record.subarray(textAt);
  const end = text.indexOf(0);
  const isWhole = end >= 0;
  return `${new TextDecoder().decode(isWhole ? text.subarray(0, end) : text)}${isWhole ? '' : '…'}`;
}

function numbersIn(record: Uint8Array, count: number): number[] {
  const view = new DataView(record.buffer, record.byteOffset);
  return Array.from({ length: count }, (_, i) => view.getFloat64(hashBytes + 8 * i, true));
}

/** @internal What records that are not of the same thing say, as an error; the group is broken. Undefined where they are. */
export function difference(group: Group, operation: string, all: Uint8Array): DistributedError | undefined {
  const ranksAt = new Map<string, { readonly text: string; readonly ranks: number[] }>();
  for (const [rank, record] of recordsIn(all).entries()) {
    const hash = hashIn(record);
    const there = ranksAt.get(hash);
    if (there) there.ranks.push(rank);
    else ranksAt.set(hash, { text: textIn(record), ranks: [rank] });
  }
  if (ranksAt.size === 1) return undefined;
  const each = Array.from(ranksAt.values(), ({ text, ranks }) => `${ranksAsText(ranks)} at ${text}`);
  native.breakGroup(group.number, `${operation}: the ranks were at different operations`);
  return new DistributedError(
    `${who(group)}: the ranks are at different operations, ${each.join(', ')}: all must call the same in the same order, with tensors of the same shape and dtype. The group is broken: ${leave}`,
    { rank: group.rank, operation },
  );
}

/** @internal Waits for a call that needs all ranks. @throws DistributedError where that fails */
export function* together<Value>(
  group: Group,
  operation: string,
  call: Parameters<typeof until<Value>>[0],
): Pending<Value> {
  try {
    return yield* until<Value>(call);
  } catch (error) {
    throw broken(group, operation, error instanceof Error ? error.message : String(error));
  }
}

/**
 * @internal Waits until all ranks are about to do the same; answers the numbers of each.
 *
 * @throws DistributedError where they are not
 */
export function* compared(
  group: Group,
  operation: string,
  description: string,
  numbers: readonly number[] = [],
): Pending<number[][]> {
  const record = recordOf(description, numbers);
  const all = yield* together<Uint8Array>(group, operation, (done) =>
    native.exchangeRecords(group.number, record, done),
  );
  const error = difference(group, operation, all);
  if (error) throw error;
  return recordsIn(all).map((other) => numbersIn(other, numbers.length));
}
