/** For tests: a data set of one's own, whose samples are had by `read` alone, each answer when it pleases. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Dataset, Sample } from 'retort';
import { columnsOf } from './columns.ts';

export interface Reading extends Dataset {
  /** The samples of each call, in the order in which they were asked for. */
  readonly asked: (readonly number[])[];
  /** The same in the order in which they were answered. */
  readonly answered: (readonly number[])[];
  /** The most calls that waited at one time. */
  readonly most: number;
}

export interface ReadingOptions {
  /** How long a call waits, in milliseconds. @param call  which it is, from 0 */
  readonly delay?: (call: number) => number;
  /** Of what was read, what is answered; may throw. */
  readonly answer?: (samples: readonly Sample[], ids: Int32Array) => readonly Sample[];
}

/** The samples of a data set in memory, by `read` alone; every other call is answered after the one that follows it. */
export function reading(
  data: Dataset,
  { delay = (call) => (call % 2 ? 1 : 6), answer = (samples) => samples }: ReadingOptions = {},
): Reading {
  const { image, label } = columnsOf(data);
  const [, height = 0, width = 0, channels = 0] = image.shape;
  const bytes = image.toTypedArray();
  const numbers = label.toFlatArray().map(Number);
  const length = height * width * channels;
  const sample = (id: number): Sample => ({
    image: { pixels: Uint8Array.from(bytes.subarray(id * length, (id + 1) * length), Number), height, width },
    label: numbers[id] ?? -1,
  });
  const asked: number[][] = [];
  const answered: number[][] = [];
  let waiting = 0;
  let most = 0;
  return {
    name: 'read',
    size: data.size,
    fields: data.fields,
    fingerprint: data.fingerprint,
    column: (field) => data.column?.(field) ?? label,
    async read(ids) {
      const call = asked.push(Array.from(ids)) - 1;
      most = Math.max(most, ++waiting);
      await wait(delay(call));
      waiting--;
      answered.push(Array.from(ids));
      return answer(Array.from(ids, sample), ids);
    },
    asked,
    answered,
    get most() {
      return most;
    },
  };
}
