/** Makes the calls `from` to `to` of a seed; says which before each, and what was wrong. Arguments: seed from to fault. */
import { writeSync } from 'node:fs';
import { aten, nextTurn, scope, setMemoryLimit, setNumThreads, Tensor, TorchError } from '@retort/torch';
import { draw, surface } from './draw.ts';

const [seed = 0, from = 0, to = 0, fault = -1] = process.argv.slice(2).map(Number);
// Not standard output, on which libtorch itself may write.
const say = (line: string): void => {
  writeSync(3, `${line}\n`);
};

setNumThreads(1);
setMemoryLimit(2 ** 30);
const schemas = surface();

/** Reads what came back and sends gradients through it: a wrong result may crash only then. */
function use(result: unknown): void {
  for (const value of Array.isArray(result) ? result : [result]) {
    if (!(value instanceof Tensor) || value.device !== 'cpu' || value.numel() > 10_000) continue;
    String(value);
    if (value.requiresGrad && value.dtype.startsWith('float')) value.sum().backward();
  }
}

let answered = 0;
for (let i = from; i < to; i++) {
  say(`${i} ${answered}`);
  if (i === fault) process.kill(process.pid, 'SIGSEGV');
  try {
    scope(() => {
      const call = draw(schemas, seed, i);
      const result = call.run();
      answered++;
      use(result);
    });
  } catch (error) {
    // An error is a fine answer, as long as it is the library's own.
    if (!(error instanceof TorchError))
      say(`wrong ${i} ${error instanceof Error ? error.stack : error}`.replaceAll('\n', ' | '));
  }
  if (i % 100 === 0) await nextTurn();
}
// What a crash would have broken still works.
say(aten.ones([2]).sum().item() === 2 ? `done ${answered}` : 'wrong the process is damaged');
