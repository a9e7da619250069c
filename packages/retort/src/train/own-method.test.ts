/** Whether what a method of one's own makes is trained. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { functional, manualSeed, nn, ones, setNumThreads, type Tensor, zeros } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { crossEntropy, logits, type Method } from '../methods/index.ts';
import { createModel } from '../models/index.ts';
import { stageOf, Trainer, type TrainerOptions } from './index.ts';

setNumThreads(1);
const network = (seed: number) => {
  manualSeed(seed);
  return createModel('resnet8', { classes: 2, channels: 1 });
};
const settings = { lr: 0.1, weightDecay: 0.1, schedule: 'constant' } as const;
const trained = (method: Method, epochs: number, more: Pick<TrainerOptions, 'onWarning'> = {}) =>
  Array.fromAsync(
    new Trainer({
      ...{ student: network(3), teachers: [network(2)], data: halves(8), batchSize: 4, precision: 'fp32' },
      ...{ stages: [stageOf({ method, epochs, ...settings })], ...more },
    }).run(),
  );

suite('a method of one’s own', () => {
  /** Compares vectors by a projector, which `keep` decides what to do with. */
  const projecting = (keep: (projector: nn.Linear) => { parts?: nn.Module }): Method => ({
    name: 'projecting',
    needsTeacher: true,
    objective() {
      const projector = new nn.Linear(2, 2);
      return {
        ...keep(projector),
        losses: ({ student, teacher }) => ({
          hint: functional.mse_loss(projector.forward(logits(student)), logits(teacher)),
        }),
      };
    },
  });
  const warnings = async (method: Method): Promise<string[]> => {
    const said: string[] = [];
    await trained(method, 2, { onWarning: (text) => said.push(text) });
    return said;
  };

  test('that forgets to hand its parameters over is told so, once', async () => {
    assert.deepEqual(await warnings(projecting(() => ({}))), [
      'projecting made parameters that nothing trains: [2, 2], [2]. They have gradients of its loss, but are not in the `parts` of its objective: ' +
        'hand the module that holds them over there, or give them requiresGrad(false) if they are to stay as they are',
    ]);
  });

  test('also where it makes them at the first loss', async () => {
    let late: nn.Linear | null = null;
    const method: Method = {
      name: 'late',
      needsTeacher: false,
      objective: () => ({
        losses: ({ student }) => {
          late ??= new nn.Linear(2, 1, { bias: false });
          return { hint: late.forward(logits(student)).square().mean() };
        },
      }),
    };
    assert.match(String(await warnings(method)), /^late made parameters that nothing trains: \[1, 2\]\. /);
  });

  test('says nothing of a method that begins in a later epoch, and refuses to train by it alone', async () => {
    const late = (value: () => Record<string, Tensor>): Method => ({
      name: 'late',
      needsTeacher: false,
      objective: () => ({
        losses: ({ student, progress }) =>
          progress.epoch > 1 ? { late: logits(student).square().mean() } : value(),
      }),
    });
    for (const method of [late(() => ({})), late(() => ({ late: zeros([]) }))]) {
      const stage = stageOf({ method, epochs: 2, lr: 0.01 });
      const trained = (methods: Method[]) => {
        const student = createModel('resnet8', { classes: 2, channels: 1 });
        const stages = [{ ...stage, methods }];
        const trainer = new Trainer({ student, data: halves(4), stages, batchSize: 4, precision: 'fp32' });
        return Array.fromAsync(trainer.run());
      };
      const events = await trained([crossEntropy(), method]);
      assert.ok(events.some((event) => event.kind === 'epoch' && (event.losses['late.late'] ?? 0) > 0));
      await assert.rejects(trained([method]), {
        name: 'TrainingError',
        message:
          "nothing can be learned at step 1 of epoch 1 (learning rate 0.01): the loss of late does not depend on the student's parameters",
      });
    }
  });

  test('that hands them over, keeps them as they are, or does not use them is not', async () => {
    assert.deepEqual(await warnings(projecting((projector) => ({ parts: projector }))), []);
    assert.deepEqual(
      await warnings(
        projecting((projector) => {
          projector.requiresGrad(false);
          return {};
        }),
      ),
      [],
    );
    const tied = projecting((projector) => {
      // The one that the layer was made with is used by nobody.
      Object.assign(projector, { weight: new nn.Parameter(ones([2, 2])) });
      return { parts: projector };
    });
    assert.deepEqual(await warnings(tied), []);
  });

  test('is told so by the process where nobody listens', async () => {
    const said: string[] = [];
    const listen = ({ name, message }: Error) => said.push(`${name}: ${message}`);
    process.on('warning', listen);
    await trained(
      projecting(() => ({})),
      1,
    );
    process.off('warning', listen);
    assert.match(String(said), /^TrainingWarning: projecting made parameters that nothing trains/);
  });
});
