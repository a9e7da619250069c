import { createHash } from 'node:crypto';
import { keep, tensor } from '@retort/torch';
import type { Dataset } from './dataset.ts';
import type { Ahead } from './drawn.ts';
import { TensorDataset } from './in-memory.ts';

/** The samples with the given numbers, in that order. @example subset(train, permutation(train.size, key).slice(0, 1000)) */
export function subset(data: Dataset, ids: Int32Array, name = data.name): Dataset {
  if (data instanceof TensorDataset) return data.subset(ids, name);
  const pick = (places: Int32Array): Int32Array => places.map((place) => ids[place] ?? 0);
  const { column, read, gather, nameOf } = data;
  const chosen = createHash('sha256').update(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength));
  return {
    name,
    size: ids.length,
    fields: data.fields,
    fingerprint: `${data.fingerprint}, ${chosen.digest('hex')} of it`,
    ...(column && {
      column: (field: string) => {
        using index = tensor(ids);
        return keep(column.call(data, field).index_select(0, index));
      },
    }),
    ...(read && { read: (places: Int32Array, ahead?: Ahead) => read.call(data, pick(places), ahead) }),
    ...(data.draws && { draws: true }),
    ...(nameOf && { nameOf: (place: number) => nameOf.call(data, ids[place] ?? 0) }),
    ...(data.metrics && { metrics: data.metrics }),
    ...(data.lengths && { lengths: ids.map((id) => data.lengths?.[id] ?? 0) }),
    ...(data.shapes && { shapes: Float64Array.from(ids, (id) => data.shapes?.[id] ?? 1) }),
    ...(gather && { gather: (places: Int32Array) => gather.call(data, pick(places)) }),
  };
}
