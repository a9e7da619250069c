/** A stand-in for retort, for tests: it writes down how it was called, and answers as it is told to. */
import fs from 'node:fs';
import path from 'node:path';
import { makeRun } from './made-runs.ts';
import { scratchFolder, served, type TestBoard } from './served.ts';

export const scratch = scratchFolder();

const standIn = path.join(scratch, 'stand-in.mjs');
const calls = path.join(scratch, 'calls.jsonl');
fs.writeFileSync(
  standIn,
  `import fs from 'node:fs';
   import os from 'node:os';
   const args = process.argv.slice(2);
   const say = (record) => fs.appendFileSync(${JSON.stringify(calls)}, JSON.stringify(record) + '\\n');
   say({ args, pid: process.pid, priority: os.getPriority(), begins: true });
   if (args.includes('disagreements')) setInterval(() => {}, 1000);
   await new Promise((resolve) => args.includes('disagreements') || setTimeout(resolve, 150));
   const autogroup = '/proc/self/autogroup';
   say({ args, begins: false, session: fs.existsSync(autogroup) ? fs.readFileSync(autogroup, 'utf8').trim() : null });
   if (args[0] === 'diagnose') {
     const what = args[args.indexOf('--what') + 1].split(',');
     const folder = args.at(-1);
     if (what.includes('cka')) { console.error('one line\\nretort: the data of the run is gone'); process.exit(1); }
     if (what.includes('temperatures')) { console.log('no JSON'); process.exit(0); }
     if (what.includes('annealing')) fs.appendFileSync(folder + '/best.safetensors', 'learned');
     const results = what.filter((one) => one !== 'projector').map((one) => ({ what: one, title: one, from: 'best', silent: 'as it is a stand-in' }));
     console.log(JSON.stringify({ run: folder, status: 'finished', split: 'test', data: 'd', samples: 5, weights: { file: 'best', sha256: 'f', epoch: 1 }, results }));
   } else {
     const classes = [{ class: 1, name: '1', probability: 0.75 }, { class: 0, name: '0', probability: 0.25 }];
     const sample = args.at(-1);
     if (sample === 'fail') { console.error('retort: it knows no such word'); process.exit(1); }
     if (sample === 'number') { console.log('{"texts":[{"text":"number","number":1}]}'); process.exit(0); }
     const image = args[0] === 'predict' && fs.existsSync(sample) ? fs.readFileSync(sample, 'utf8') : null;
     say({ image });
     console.log(JSON.stringify(image === null ? { texts: [{ text: sample, classes }] } : { images: [{ image: sample, classes }], errors: [] }));
   }`,
);

interface Call {
  readonly args: string[];
  readonly pid?: number;
  readonly priority?: number;
  readonly begins?: boolean;
  /** What Linux says of its session; null where it knows none. */
  readonly session?: string | null;
  readonly image?: string | null;
}
export const said = (): Call[] =>
  fs.existsSync(calls)
    ? fs
        .readFileSync(calls, 'utf8')
        .split('\n')
        // The last is not written yet, or nothing.
        .slice(0, -1)
        .map((line) => JSON.parse(line))
    : [];
export const begun = (): Call[] => said().filter(({ begins }) => begins);

let folders = 0;
/** Runs with weights, in a folder of their own; what was called before is forgotten. */
export function freshRuns(...names: string[]): string {
  fs.rmSync(calls, { force: true });
  const folder = path.join(scratch, `runs-${folders++}`);
  for (const name of names) {
    makeRun(path.join(folder, name));
    fs.writeFileSync(path.join(folder, name, 'best.safetensors'), `weights of ${name}`);
  }
  return folder;
}

export const boardOf = (folder: string): Promise<TestBoard> =>
  served(folder, { command: [process.execPath, standIn] });
