/** Our side of `ranks.ts`, a process with torchrun's variables, told what to do through a socket. */
import net from 'node:net';
import { createInterface } from 'node:readline';
import {
  arange,
  distributed,
  functional,
  manualSeed,
  nn,
  optim,
  randn,
  scope,
  setNumThreads,
  type Tensor,
  zeros,
} from '@retort/torch';
import { createModel } from 'retort';

setNumThreads(1);
await distributed.initProcessGroup();
const { blocking } = distributed;

/** 25.2 million parameters in squares. */
const wide = (): nn.Layer =>
  new nn.Sequential(...Array.from({ length: 6 }, () => [new nn.Linear(2048, 2048), new nn.ReLU()]).flat());

/** Steps that are averaged and steps that are not, of networks of the same kind, and the sum of as many gradients. */
function stepsOf(name: string, batch: number): Record<string, () => void> {
  manualSeed(distributed.getRank());
  const [make, x]: [() => nn.Layer, Tensor] =
    name === 'wide'
      ? [wide, randn([batch, 2048])]
      : [
          () => createModel(name, { classes: 100 }).to({ memoryFormat: 'channels_last' }),
          randn([batch, 3, 32, 32]).to({ memoryFormat: 'channels_last' }),
        ];
  const y = arange(0, batch);
  const step = (model: nn.Layer, reducer: distributed.Reducer | null): (() => void) => {
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9, weightDecay: 5e-4 });
    return () => {
      scope(() => {
        optimizer.zeroGrad();
        const loss = scope(() => functional.cross_entropy(model.forward(x), y));
        reducer?.prepare();
        loss.backward();
        optimizer.step();
        return loss.item();
      });
    };
  };
  const [averaged, local] = [make(), make()];
  for (const parameter of averaged.parameters()) blocking.broadcast(parameter, { src: 0 });
  const gradients = zeros([averaged.parameterCount()]);
  return {
    step: step(averaged, new distributed.Reducer(averaged.parameters())),
    local: step(local, null),
    'all-reduce': () => blocking.allReduce(gradients),
  };
}

let steps: Record<string, () => void> = {};

function seconds(what: string, count: number): number {
  blocking.barrier();
  const start = performance.now();
  for (let i = 0; i < count; i++) steps[what]?.();
  return (performance.now() - start) / 1000;
}

const channel = net.connect(process.env.RETORT_BENCH_SOCKET ?? '');
const answer = (value: object): void => void channel.write(`${JSON.stringify(value)}\n`);
answer({ rank: distributed.getRank() });
for await (const line of createInterface({ input: channel })) {
  const command = JSON.parse(line);
  if (command.do === 'prepare') {
    steps = stepsOf(command.model, command.batch);
    for (const what of Object.keys(steps)) seconds(what, 2);
    answer({ variant: 'Reducer' });
  } else answer({ seconds: seconds(command.what, command.count) });
}
await distributed.destroyProcessGroup();
