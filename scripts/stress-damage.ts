/**
 * What lies on the disk changes between a run's stop and its going on: `node scripts/stress-damage.ts [--group NAME] [--only TEXT] [--every 1] [--processes 2]`. Small
 * runs are killed (-9); then each file and folder of theirs and of the teacher's cache is deleted, cut, changed by a byte, or has something
 * else in its place, or weights or data are others or elsewhere, or another machine has the run, and `retort resume` resumes it. What it leaves is byte for byte what the
 * run would have left, or it is refused with a sentence that says where, and is resumed when all is as it was. `--only` takes
 * the cases of a `--group` with a text in their names, `--every` one of so many.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bystander, type Case, casesOf, type Verdict } from './damage/cases.ts';
import { type Kind, saveImages, savePrecision, saveWeights } from './damage/made.ts';
import { type Answer, Worker } from './damage/worker.ts';
import { makeOwnCache } from './own-cache.ts';
import { differingFile } from './stress.ts';

const { values: flags } = parseArgs({
  options: {
    group: { type: 'string' },
    only: { type: 'string', default: '' },
    every: { type: 'string', default: '1' },
    processes: { type: 'string', default: '2' },
  },
});

interface Judged {
  readonly verdict: Verdict | 'violation';
  /** What it said, or what is wrong. */
  readonly said: string;
}

const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'retort-damage-')));

/** Of nobody's run, and larger than any file of one. */
const untouched = 'a file of someone else\n'.repeat(10_000);

/** A folder for a run, with all that it is made of, and a cache that has the library. */
function placeFor(name: string, kind: Kind): string {
  const place = path.join(scratch, name);
  makeOwnCache(path.join(place, 'cache'), /^(addon|libtorch)/);
  savePrecision(path.join(place, 'cache'));
  fs.writeFileSync(path.join(place, bystander), untouched);
  if (kind === 'of-files') saveImages(path.join(place, 'data/fashion-mnist'));
  else
    for (const [i, name] of ['teacher', 'student'].entries())
      saveWeights(path.join(place, `${name}.safetensors`), i + 1);
  return place;
}

/** Makes a run, whole or killed. */
async function make(worker: Worker, name: string, kind: Kind, killAfter?: number): Promise<string> {
  const place = placeFor(name, kind);
  const answer = await worker.ask({ place, kind, killAfter });
  const isMade = killAfter === undefined ? typeof answer !== 'string' : String(answer).includes('(SIGKILL)');
  if (!isMade) throw new Error(`the run ${name} could not be made: ${JSON.stringify(answer)}`);
  return place;
}

const lastLine = ({ stderr }: Answer): string => stderr.trim().split('\n').at(-1) ?? '';

/** What is wrong with how it was refused; null where nothing is. */
function wrongWith(refused: Answer, place: string): string | null {
  const last = lastLine(refused);
  if (!last.startsWith('retort: ')) return `it ends in no sentence: ${last}`;
  if (!last.includes(place)) return `it does not say where: ${last}`;
  if (/\bE[A-Z]{4,}\b|\w+Error\b|\bundefined\b|\bat .*:\d+:\d+|SQLITE/.test(last))
    return `it is raw: ${last}`;
  return null;
}

/** What the run left, compared. */
function differing(place: string, whole: string): string | null {
  try {
    return differingFile(path.join(place, 'run'), path.join(whole, 'run'));
  } catch (error) {
    return String(error);
  }
}

async function judge(worker: Worker, one: Case, place: string, whole: string): Promise<Judged> {
  const violation = (said: string): Judged => ({ verdict: 'violation', said: said.replaceAll(place, '') });
  const order = { place, kind: one.kind, resume: one.resume?.(place) ?? [] };
  one.happen(place);
  const answer = await worker.ask(order);
  if (typeof answer === 'string') return violation(answer);
  const said = lastLine(answer);
  if (fs.readFileSync(path.join(place, bystander), 'utf8') !== untouched)
    return violation(`another file was written to: ${said}`);
  const verdict = answer.code === 0 ? 'identical' : 'refused';
  const wrong = verdict === 'refused' ? wrongWith(answer, place) : null;
  if (wrong) return violation(wrong);
  if (verdict === 'refused') {
    one.undo(place);
    const again = await worker.ask(order);
    if (typeof again === 'string') return violation(`when all was as before: ${again}`);
    if (again.code !== 0) return violation(`${said}; when all was as before: ${lastLine(again)}`);
  }
  const other = differing(place, whole);
  if (other)
    return violation(`${other} is another${verdict === 'refused' ? ' when all was as before' : ''}: ${said}`);
  if (one.must && one.must !== verdict) return violation(`it was ${verdict}: ${said}`);
  return { verdict, said: said.replaceAll(place, '') };
}

async function main(): Promise<boolean> {
  const began = performance.now();
  const pristine = new Map<string, string>();
  const placeOf = ({ kind, killed }: { kind: Kind; killed?: number | undefined }): string =>
    pristine.get(`${kind}-${killed}`) ?? '';
  const maker = new Worker();
  const isAsked = (group: string): boolean => flags.group === undefined || flags.group === group;
  const every = await casesOf(isAsked, async ({ kind, killed }) => {
    for (const steps of [undefined, killed]) {
      const name = `${kind}-${steps}`;
      if (!pristine.has(name)) pristine.set(name, await make(maker, name, kind, steps));
    }
    return placeOf({ kind, killed });
  });
  maker.end();
  const cases = every
    .filter(({ name }) => name.includes(flags.only))
    .filter((_, i) => i % Number(flags.every) === 0);
  const results: { readonly one: Case; readonly judged: Judged }[] = [];
  const queue = cases.values();
  const work = async (_: unknown, number: number): Promise<void> => {
    const worker = new Worker();
    const place = path.join(scratch, `at-work-${number}`);
    for (const one of queue) {
      execFileSync('cp', ['-a', placeOf(one), place]);
      const judged = await judge(worker, one, place, placeOf({ kind: one.kind }));
      results.push({ one, judged });
      if (judged.verdict === 'violation' || flags.only)
        console.log(`${one.group}: ${one.name}: ${judged.verdict}: ${judged.said}`);
      fs.rmSync(place, { recursive: true });
    }
    worker.end();
  };
  await Promise.all(Array.from({ length: Number(flags.processes) }, work));
  const row = (cells: readonly (string | number)[]): string =>
    cells.map((cell, i) => (i ? String(cell).padStart(11) : String(cell).padEnd(32))).join('');
  console.log(row(['', 'cases', 'identical', 'refused', 'violations']));
  for (const group of [...new Set(cases.map((one) => one.group)), 'all']) {
    const of = results.filter(({ one }) => group === 'all' || one.group === group);
    const count = (verdict: string) => of.filter(({ judged }) => judged.verdict === verdict).length;
    console.log(row([group, of.length, count('identical'), count('refused'), count('violation')]));
  }
  console.log(`in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return results.every(({ judged }) => judged.verdict !== 'violation');
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} finally {
  fs.rmSync(scratch, { recursive: true });
}
