/**
 * `npm run check -- bits COMMIT [COMMIT] [--only TEXT]`: trains in every shape there is by the command lines of two commits (the second is
 * HEAD where it is left out), and compares what they left: weights, checkpoints, cache rows, logs, results. `--only` takes the cases whose
 * names hold a text. What may have another name in the second is in `same-bits/renamed.ts`.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Case, cases, teachers, weights } from './same-bits/cases.ts';
import { checkOut, commitOf, remove, titleOf } from './same-bits/checkout.ts';
import { type Comparison, type Counts, compareFolders } from './same-bits/compare.ts';
import { allowSmall, writeData } from './same-bits/data.ts';
import { Executor, endAll } from './same-bits/execute.ts';

const root = path.join(import.meta.dirname, '..');
const sides = ['first', 'second'] as const;
type Side = (typeof sides)[number];

/** Of each case. */
const mostShown = 6;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', default: '' } },
});
const [first, second = 'HEAD', ...others] = positionals;
if (first === undefined || others.length) {
  console.error('npm run check -- bits COMMIT [COMMIT] [--only TEXT]: one commit or two must be named');
  process.exit(2);
}
const commits = { first: commitOf(root, first), second: commitOf(root, second) };
const chosen = cases.filter(({ name }) => name.includes(flags.only));
if (chosen.length === 0) {
  console.error(`No case has '${flags.only}' in its name; these there are:\n`);
  for (const { name } of cases) console.log(name);
  process.exit(2);
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-bits-'));
const checkouts = { first: path.join(scratch, 'of-first'), second: path.join(scratch, 'of-second') };
const data = path.join(scratch, 'data');
const folderOf = (side: Side, { name }: Case): string =>
  path.join(scratch, side, name.replaceAll(/[^\w]+/g, '-'));
process.on('exit', () => {
  endAll();
  for (const side of sides) remove(root, checkouts[side]);
  fs.rmSync(scratch, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

/** What of a case must be there to be compared. */
function missing({ keeps, commands }: Case, counts: Counts): string[] {
  const needed: (keyof Counts)[] = keeps.run ? ['weights', 'checkpoints', 'tensors', 'lines'] : [];
  if (keeps.cache) needed.push('rows');
  const none = needed.filter((kind) => counts[kind] === 0).map((kind) => `no ${kind}`);
  const printed = commands.filter(({ stop }) => !stop).length;
  return counts.results < printed ? [...none, `${counts.results} results of ${printed} commands`] : none;
}

type Verdict = 'same' | 'DIFFERS' | 'FAILS';

/** What became of a case, with the sentences that say it. */
function judge(one: Case, failures: Readonly<Record<Side, string | null>>): [Verdict, string[]] {
  const failed = sides.filter((side) => failures[side] !== null);
  if (failed.length) {
    const isSame = failures.first === failures.second;
    return [
      'FAILS',
      isSame ? [`in both: ${failures.first}`] : failed.map((side) => `in the ${side}: ${failures[side]}`),
    ];
  }
  let found: Comparison;
  try {
    found = compareFolders(folderOf('first', one), folderOf('second', one));
  } catch (error) {
    return ['FAILS', [`what it left cannot be read: ${error instanceof Error ? error.message : error}`]];
  }
  const { differences, counts, underOtherNames } = found;
  const none = missing(one, counts);
  if (none.length) return ['FAILS', [`in both: it left ${none.join(', ')} to compare`]];
  if (differences.length) {
    const more = differences.length - mostShown;
    return ['DIFFERS', [...differences.slice(0, mostShown), ...(more > 0 ? [`and ${more} more`] : [])]];
  }
  const said = Object.entries(counts).flatMap(([kind, count]) => (count ? [`${count} ${kind}`] : []));
  if (underOtherNames) said.push(`${underOtherNames} tensors of checkpoints under other names`);
  for (const key of Object.keys(counts) as (keyof Counts)[]) totals[key] += counts[key];
  return ['same', [said.join(', ')]];
}

const totals: Counts = { weights: 0, checkpoints: 0, tensors: 0, lines: 0, results: 0, rows: 0 };
const verdicts: Record<Verdict, number> = { same: 0, DIFFERS: 0, FAILS: 0 };

function report(one: Case, failures: Readonly<Record<Side, string | null>>): void {
  const [verdict, sentences] = judge(one, failures);
  verdicts[verdict]++;
  if (verdict === 'same') console.log(`same     ${one.name}: ${sentences.join('; ')}`);
  else console.log([`${verdict.padEnd(8)} ${one.name}`, ...sentences].join('\n           '));
}

/** Runs cases by both commits, in as many processes at once as there are processors, two at least. */
async function runAll(all: readonly Case[], done: (one: Case) => void): Promise<void> {
  const ended = new Map<Case, Partial<Record<Side, string | null>>>();
  const work = async (side: Side, left: Case[]): Promise<void> => {
    using executor = new Executor(checkouts[side], data);
    for (let one = left.shift(); one; one = left.shift()) {
      const failure = await executor.execute(one, folderOf(side, one));
      const failures: Partial<Record<Side, string | null>> = { ...ended.get(one), [side]: failure };
      ended.set(one, failures);
      const { first, second } = failures;
      if (first === undefined || second === undefined) continue;
      report(one, { first, second });
      done(one);
    }
  };
  const ofEach = Math.max(1, Math.floor(os.availableParallelism() / 2));
  await Promise.all(
    sides.flatMap((side) => {
      const left = [...all];
      return Array.from({ length: ofEach }, () => work(side, left));
    }),
  );
}

/** The teachers of all cases, for both commits, are those of the first: a difference in how they are trained is told once. */
function keepTeacher(one: Case): void {
  const file = path.join(folderOf('first', one), 'run/last.safetensors');
  if (!fs.existsSync(file)) throw new Error(`the first commit trains no teacher ${one.name}: see above`);
  fs.mkdirSync(path.join(scratch, 'teachers'), { recursive: true });
  fs.copyFileSync(file, path.join(scratch, 'teachers', `${one.name}.safetensors`));
}

const began = performance.now();
for (const side of sides) {
  console.log(`${side}: ${titleOf(root, commits[side])}`);
  checkOut(root, commits[side], checkouts[side]);
  allowSmall(checkouts[side]);
}
writeData(data);
const asked = JSON.stringify(chosen);
await runAll(
  teachers.filter(({ name }) => asked.includes(weights(name))),
  keepTeacher,
);
await runAll(chosen, (one) => {
  for (const side of sides) fs.rmSync(folderOf(side, one), { recursive: true });
});
const seconds = (performance.now() - began) / 1000;
const { same, DIFFERS: differ, FAILS: fail } = verdicts;
console.log(
  `\n${same} cases are the same, ${differ} differ, ${fail} fail; compared: ${Object.entries(totals)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')}; ${seconds.toFixed(0)} s`,
);
process.exitCode = differ || fail ? 1 : 0;
