/**
 * For tests: the run of `interruptible.ts` over samples that are read, each once an epoch and as it is, with a cache of two views. What its teacher says of a sample depends
 * on the batch that it is asked in, so that a row which was asked in another one is seen by the weights. As a script it makes the run in
 * the folder of its first argument, with the cache of the second and the seed of the third, and kills itself (-9) after the step of the
 * fourth, where there is one.
 */
import type { nn, Tensor } from '@retort/torch';
import { type RunSettings, run, type TrainerOptions } from 'retort';
import { interruptible } from './interruptible.ts';
import { reading } from './reading.ts';

/** Lets a network answer larger logits where its batch is brighter. */
function ofItsBatch<Network extends nn.Layer>(network: Network): Network {
  const { forward } = network;
  network.forward = (x: Tensor): Tensor => forward.call(network, x).mul(x.mean().add(2));
  return network;
}

export function readLazily(
  out: string,
  cache: string,
  seed = 3,
): RunSettings & Omit<TrainerOptions, 'data' | 'best'> {
  const { data, teachers, ...given } = interruptible(out);
  const [teacher] = Object.values(teachers ?? {});
  if (!teacher) throw new RangeError('there is no teacher');
  return {
    ...given,
    mixing: undefined,
    sampling: undefined,
    data: { ...data, train: reading(data.train, { delay: () => 1 }) },
    teachers: [ofItsBatch(teacher)],
    cache: { views: 2, folder: cache },
    seed,
  };
}

if (import.meta.main) {
  const [, , out = '', cache = '', seed = '3', last] = process.argv;
  let steps = 0;
  await run({
    ...readLazily(out, cache, Number(seed)),
    onStep: () => {
      if (++steps === Number(last)) process.kill(process.pid, 'SIGKILL');
    },
  });
}
