/** Computes the convolutions `from` to `to` of a seed; says which before each, and what was wrong. Arguments: seed from to fault. */
import { writeSync } from 'node:fs';
import { nextTurn, setNumThreads, TorchError } from '@retort/torch';
import { drawConvolution } from './draw.ts';
import { judge } from './judge.ts';

const [seed = 0, from = 0, to = 0, fault = -1] = process.argv.slice(2).map(Number);
// Not standard output, on which libtorch itself may write.
const say = (line: string): void => {
  writeSync(3, `${line}\n`);
};

let answered = 0;
for (let i = from; i < to; i++) {
  say(`${i} ${answered}`);
  if (i === fault) process.kill(process.pid, 'SIGSEGV');
  const drawn = drawConvolution(seed, i);
  setNumThreads(drawn.threads);
  try {
    const wrong = judge(drawn, i);
    if (wrong) say(`wrong ${wrong}: ${JSON.stringify(drawn)}`);
    else answered++;
  } catch (error) {
    if (!(error instanceof TorchError)) throw error;
    say(`wrong refused: ${error.message}: ${JSON.stringify(drawn)}`);
  }
  if (i % 100 === 0) await nextTurn();
}
say(`done ${answered}`);
