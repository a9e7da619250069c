/**
 * `npm run check -- machines [SETTING...]`: the tests as on other machines, each setting a run of all of them, and convolutions of odd
 * shapes with each instruction set. `--calls` is how many of these each set computes (20,000 unless told otherwise), `--seed` which.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { drawConvolution } from '../packages/torch/fuzz/convolutions/draw.ts';
import { instructionSets, sweep } from '../packages/torch/fuzz/convolutions/sweep.ts';
import { testFiles } from './test-files.ts';

process.chdir(path.join(import.meta.dirname, '..'));

const environments: Readonly<Record<string, NodeJS.ProcessEnv>> = {
  sse41: { ONEDNN_MAX_CPU_ISA: 'SSE41', ATEN_CPU_CAPABILITY: 'default' },
  avx2: { ONEDNN_MAX_CPU_ISA: 'AVX2', ATEN_CPU_CAPABILITY: 'avx2' },
  avx512: { ONEDNN_MAX_CPU_ISA: 'AVX512_CORE' },
  'one-thread': { OMP_NUM_THREADS: '1' },
  'four-threads': { OMP_NUM_THREADS: '4' },
};

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    calls: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
});

function runTests(name: string, environment: NodeJS.ProcessEnv): boolean {
  console.log(
    `\n${name}: ${Object.entries(environment)
      .map((pair) => pair.join('='))
      .join(' ')}`,
  );
  const { status } = spawnSync(process.execPath, ['scripts/test.ts', ...testFiles()], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  return status === 0;
}

async function runConvolutions(): Promise<boolean> {
  const [calls, seed] = [Number(flags.calls), Number(flags.seed)];
  const half = Math.ceil(calls / 2);
  let right = true;
  for (const isa of instructionSets) {
    const halves = await Promise.all([
      sweep({ isa, seed, calls: half }),
      sweep({ isa, seed, from: half, calls: calls - half }),
    ]);
    const failures = halves.flatMap((done) => done.failures);
    console.log(`\nconvolutions, ${isa}: ${calls} of seed ${seed}, ${failures.length} wrong`);
    for (const { call, how } of failures)
      console.log(`${call}: ${how}\n  ${JSON.stringify(drawConvolution(seed, call))}`);
    right &&= failures.length === 0;
  }
  return right;
}

const settings = [...Object.keys(environments), 'convolutions'];
const unknown = positionals.find((name) => !settings.includes(name));
if (flags.help || unknown !== undefined) {
  if (unknown !== undefined) console.error(`There is no setting '${unknown}'.`);
  console.log(`The settings are ${settings.join(', ')}; all of them unless some are named.`);
  process.exit(unknown === undefined ? 0 : 2);
}
const failed: string[] = [];
for (const name of positionals.length > 0 ? positionals : settings) {
  const environment = environments[name];
  if (!(environment ? runTests(name, environment) : await runConvolutions())) failed.push(name);
}
console.log(failed.length > 0 ? `\nFailed: ${failed.join(', ')}` : '\nAll passed');
process.exit(failed.length > 0 ? 1 : 0);
