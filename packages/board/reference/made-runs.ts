/** Run folders as Retort writes them, for tests and measurements: nothing is trained. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface MadeRun {
  readonly seed?: number;
  readonly epochs?: number;
  /** Steps of an epoch, and of which every so many has a line. */
  readonly steps?: number;
  readonly everySteps?: number;
  readonly temperature?: number;
  /** Of `run.json`, in place of what is made up. */
  readonly record?: Readonly<Record<string, unknown>>;
  readonly settings?: Readonly<Record<string, unknown>>;
}

const line = (record: object): string => `${JSON.stringify(record)}\n`;

/** A loss that falls, and goes up and down. */
const lossAt = (step: number): number => 2.5 * Math.exp(-step / 4000) + 0.1 * Math.sin(step / 7);

const top1At = (epoch: number, seed: number): number =>
  Math.round(10_000 * (0.8 - 0.5 / (epoch + 1) + 0.01 * seed)) / 10_000;

/** The line of a step. */
export const stepLine = (epoch: number, step: number, steps: number, epochs: number): string => {
  const loss = lossAt((epoch - 1) * steps + step);
  return line({
    ...{ kind: 'step', stage: 0, epoch, epochs, step, steps },
    losses: { ce: 0.1 * loss, kd: 0.9 * loss, loss },
    ...{
      lr: 0.05 / epoch,
      gradientNorm: 1 + 1 / step,
      samplesPerSecond: step === 1 ? null : 1000 + (step % 50),
    },
  });
};

/** The line of an epoch. */
export const epochLine = (epoch: number, epochs: number, steps: number, seed = 0): string => {
  const loss = lossAt(epoch * steps);
  const top1 = top1At(epoch, seed);
  return line({
    ...{ stage: 0, epoch, epochs, losses: { ce: 0.1 * loss, kd: 0.9 * loss, loss }, watched: { top1 } },
    ...{ lr: 0.05 / epoch, samplesPerSecond: 1000, seconds: 2, validation: null },
    test: { top1, top5: 0.9, crossEntropy: loss, samples: 1000, samplesPerSecond: 3000 },
  });
};

/** Writes one. @example makeRun('runs/kd', { epochs: 3 }) */
export function makeRun(folder: string, run: MadeRun = {}): void {
  const {
    seed = 0,
    epochs = 4,
    steps = 100,
    everySteps = 10,
    temperature = 4,
    record = {},
    settings = {},
  } = run;
  fs.mkdirSync(folder, { recursive: true });
  const lines: string[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    for (let step = everySteps; step <= steps; step += everySteps)
      lines.push(stepLine(epoch, step, steps, epochs));
    lines.push(epochLine(epoch, epochs, steps, seed));
  }
  fs.writeFileSync(path.join(folder, 'metrics.jsonl'), lines.join(''));
  fs.writeFileSync(path.join(folder, 'recipe.yaml'), `name: made\nseed: ${seed}\n`);
  writeRecord(folder, { seed, epochs, temperature, settings, record });
}

function writeRecord(
  folder: string,
  { seed, epochs, temperature, settings, record }: Required<Omit<MadeRun, 'steps' | 'everySteps'>>,
): void {
  const score = { top1: top1At(epochs, seed), samples: 1000 };
  const content = {
    settings: {
      ...{ name: 'made', seed, task: 'classification', data: { name: 'fashion-mnist' } },
      ...{ student: 'resnet8', teacher: 'resnet20:teacher.safetensors' },
      stages: [{ epochs, methods: [{ name: 'kd', temperature }] }],
      ...settings,
    },
    versions: { retort: '0.1.0', libtorch: '2.15.0', node: 'v24.0.0' },
    machine: { processor: 'made up', cores: 2 },
    precision: 'fp32',
    inputs: {
      data: { sha256: 'd'.repeat(64) },
      teacher: { sha256: 'e'.repeat(64), from: 'teacher.safetensors' },
    },
    headline: { metric: 'top1', better: 'higher' },
    ...{ started: '2026-11-01T10:00:00.000Z', ended: '2026-11-01T11:00:00.000Z', status: 'finished' },
    ...{ process: '', host: os.hostname() },
    result: {
      ...{ teacher: { top1: 0.9 }, last: score, best: score, epochs, parameters: 78_042 },
      ...{ multiplyAdds: 12_500_000, seconds: 8 },
    },
    ...record,
  };
  fs.writeFileSync(path.join(folder, 'run.json'), `${JSON.stringify(content, null, 2)}\n`);
}

/** A process as a run writes down which it is. */
export function identityOf(pid: number): string {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  return `${pid}@${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
}

/** Of a run that goes on: here, by this process, or elsewhere. @example makeRun('runs/kd', running()) */
export const running = (by = identityOf(process.pid), host = os.hostname()): Pick<MadeRun, 'record'> => ({
  record: { status: 'running', process: by, host, ended: undefined, result: undefined },
});

/** A file of weights with this in its head, and nothing behind it. */
export function weightsOf(head: string): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(head)));
  return Buffer.concat([length, Buffer.from(head)]);
}

export const weightsThatSay = (said: Readonly<Record<string, string>>): Buffer =>
  weightsOf(JSON.stringify({ __metadata__: said }));

/** Makes what a finished run has of its student, as far as a page fetches it, in a run. @returns its folder */
export function makeStudent(run: string): string {
  const student = path.join(run, 'student');
  fs.mkdirSync(path.join(student, 'onnx'), { recursive: true });
  fs.writeFileSync(path.join(student, 'config.json'), '{"id2label":{}}');
  fs.writeFileSync(path.join(student, 'onnx/model.onnx'), 'the graph');
  return student;
}
