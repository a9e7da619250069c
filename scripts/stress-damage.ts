/**
 * What lies on the disk is damaged between a run's stop and its going on: `node scripts/stress-damage.ts [--only TEXT] [--processes 2]`. A small run with a
 * cached teacher is killed (-9); then each of its files and folders, and of the cache's, is deleted, cut, changed by a byte, or has something else
 * in its place, and `retort resume` goes on. So it does after teacher, weights or data were replaced or moved, and where
 * another machine holds the run. What it leaves is byte for byte what it would have been, or it is refused with a sentence that says where, and goes on when
 * what was damaged is put back. `--only` takes the cases with the text in their names.
 */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fileDamages, folderDamages, putBack } from './damages.ts';
import { differingFile } from './stress.ts';

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    processes: { type: 'string', default: '2' },
    child: { type: 'boolean', default: false },
  },
});

/** Milliseconds that a command may take: fifty times what one takes here. */
const patience = 120_000;

/** What a process is asked to do in a place: begin the run, or go on with it by arguments of `retort resume`. */
interface Order {
  readonly place: string;
  /** Steps after which it kills itself. */
  readonly killAfter?: number | undefined;
  readonly resume?: readonly string[] | undefined;
  readonly data?: string | undefined;
}

interface Answer {
  readonly code: number;
  readonly stderr: string;
}

const recipe = (place: string, isOfFiles: boolean): string =>
  isOfFiles
    ? `data: { name: fashion-mnist, trainImages: 48, augmentation: crop-flip }
student: resnet8
batchSize: 8
precision: fp32
evaluation: { every: 2 }
checkpoint: { everySeconds: 0.01 }
stages:
  - { methods: [cross-entropy], epochs: 2 }
`
    : `data: { name: fashion-mnist, trainImages: 48, holdOut: 16, augmentation: crop-flip }
teacher: resnet8:${place}/teacher.safetensors
student: resnet8:${place}/student.safetensors
teacherCheck: false
cache: { views: 2 }
batchSize: 8
checkpoint: { everySeconds: 0.01 }
stages:
  - methods: [{ name: kd, gamma: 0.5 }, fitnet]
    epochs: 2
    accumulate: 2
    clipNorm: 5
    ema: { decay: 0.9 }
    optimizer: adamw
    schedule: one-cycle
  - methods: [kd]
    epochs: 2
    start: best
    accumulate: 2
`;

/** In a process of its own: does what it is asked, one order after another. */
async function child(): Promise<void> {
  const { setNumThreads } = await import('@retort/torch');
  const { run } = await import('retort');
  const { datasets } = await import('../packages/retort/src/data/index.ts');
  const { prepare, readRecipe } = await import('../packages/retort/src/recipe/index.ts');
  const { retort } = await import('../packages/retort/reference/command.ts');
  const { halves } = await import('../packages/retort/reference/halves.ts');
  setNumThreads(1);
  const ofFiles = datasets['fashion-mnist'];
  const madeUp = { train: halves(64), test: halves(20, 7), source: 'made up' };
  process.on('message', async ({ place, killAfter, resume, data }: Order) => {
    process.env.RETORT_CACHE = path.join(place, 'cache');
    process.env.RETORT_DATA = data ?? place;
    Object.assign(datasets, { 'fashion-mnist': data === undefined ? async () => madeUp : ofFiles });
    const out = path.join(place, 'run');
    if (resume) return process.send?.(await retort('resume', out, ...resume));
    const file = path.join(place, 'recipe.yaml');
    fs.writeFileSync(file, recipe(place, data !== undefined));
    let steps = 0;
    await run({
      ...(await prepare(readRecipe(file))),
      out,
      onStep: () => {
        if (++steps === killAfter) process.kill(process.pid, 'SIGKILL');
      },
    });
    process.send?.({ code: 0, stderr: '' });
  });
}

/** A process that takes orders, and is replaced where it ended or took too long. */
class Worker {
  #child: ChildProcess | null = null;

  /** What it answered; how it ended otherwise. */
  async ask(order: Order): Promise<Answer | string> {
    this.#child ??= fork(import.meta.filename, ['--child'], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const asked = this.#child;
    let said = '';
    const listen = (text: Buffer): void => {
      said += text;
    };
    asked.stderr?.on('data', listen);
    let timer: NodeJS.Timeout | undefined;
    const answered = await new Promise<Answer | string>((resolve) => {
      asked.once('message', (answer: Answer) => resolve(answer));
      asked.once('close', (code, signal) => resolve(`the process ended by itself (${signal ?? code}): ${said}`));
      timer = setTimeout(() => resolve(`no answer in ${patience / 1000} s`), patience);
      asked.send(order);
    });
    clearTimeout(timer);
    asked.removeAllListeners('message').removeAllListeners('close');
    asked.stderr?.off('data', listen);
    if (typeof answered === 'string') this.end();
    return answered;
  }

  end(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }
}

/** Something that happens to a run that was killed. */
interface Case {
  readonly group: string;
  readonly name: string;
  /** Where it is a run of its own, from files of data or of the recipe. */
  readonly isOwn?: boolean;
  readonly data?: string;
  readonly resume?: readonly string[];
  /** What must come of it; either where it is left out. */
  readonly must?: Verdict;
  readonly happen: (place: string) => void;
  readonly undo: (place: string) => void;
}

type Verdict = 'identical' | 'refused';

const bystander = 'a file of someone else\n';

/** Files and folders below one, by their paths from it. */
const below = (folder: string): string[] =>
  fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/^(addon|libtorch)/.test(name))
    .sort();

/** Every damage of everything that the killed run and its cache left. */
function damaged(pristine: string): Case[] {
  return ['run', 'cache'].flatMap((group) =>
    ['', ...below(path.join(pristine, group))].flatMap((inner) => {
      const name = path.join(group, inner);
      const isFolder = fs.statSync(path.join(pristine, name)).isDirectory();
      // The cache itself also holds the library.
      const damages = name === 'cache' ? [] : isFolder ? folderDamages : fileDamages;
      return damages.map((damage) => ({
        group,
        name: `${name}: ${damage.name}`,
        happen: (place: string) => damage.apply(path.join(place, name), path.join(place, 'bystander')),
        undo: (place: string) => putBack(damage, path.join(place, name), path.join(pristine, name)),
      }));
    }),
  );
}

/** What is wrong with a refusal, or null. */
function badSentence(stderr: string, place: string): string | null {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  if (!last.startsWith('retort: ')) return `not a sentence of retort's: ${last}`;
  if (!last.includes(place)) return `it does not say where: ${last}`;
  if (/\bE[A-Z]{4,}\b|\w+Error:|\bundefined\b|\bat .*:\d+:\d+|SQLITE/.test(last)) return `raw: ${last}`;
  return null;
}

interface Judged {
  readonly verdict: Verdict | 'violation';
  readonly why?: string;
  readonly said?: string;
}

class Stress {
  readonly #scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'retort-damage-')));

  #place(name: string): string {
    const place = path.join(this.#scratch, name);
    fs.mkdirSync(path.join(place, 'cache'), { recursive: true });
    const own = process.env.RETORT_CACHE ?? path.join(os.homedir(), '.cache/retort');
    for (const entry of fs.readdirSync(own).filter((entry) => /^(addon|libtorch)/.test(entry)))
      fs.symlinkSync(path.join(own, entry), path.join(place, 'cache', entry));
    fs.writeFileSync(path.join(place, 'bystander'), bystander);
    return place;
  }

  async #make(place: string, killAfter?: number, data?: string): Promise<void> {
    const worker = new Worker();
    const answer = await worker.ask({ place, killAfter, data });
    worker.end();
    const isWanted = killAfter === undefined ? typeof answer !== 'string' : String(answer).includes('(SIGKILL)');
    if (!isWanted) throw new Error(`the run could not be made: ${JSON.stringify(answer)}`);
  }

  async #judge(worker: Worker, one: Case, place: string, whole: string): Promise<Judged> {
    const { data } = one;
    one.happen(place);
    const answer = await worker.ask({ place, data, resume: one.resume ?? [] });
    if (typeof answer === 'string') return { verdict: 'violation', why: answer };
    const said = answer.stderr.trim().split('\n').at(-1)?.replaceAll(place, '');
    if (fs.readFileSync(path.join(place, 'bystander'), 'utf8') !== bystander)
      return { verdict: 'violation', why: `the other file was written to, code ${answer.code}: ${said}` };
    const verdict = answer.code === 0 ? 'identical' : 'refused';
    if (one.must && one.must !== verdict)
      return { verdict: 'violation', why: `it was ${verdict}, not ${one.must}: ${said}` };
    if (answer.code !== 0) {
      const bad = badSentence(answer.stderr, place);
      if (bad) return { verdict: 'violation', why: bad.replaceAll(place, '') };
      one.undo(place);
      const again = await worker.ask({ place, data, resume: one.resume ?? [] });
      if (typeof again === 'string' || again.code !== 0)
        return {
          verdict: 'violation',
          why: `put back, it does not go on: ${typeof again === 'string' ? again : again.stderr.trim().split('\n').at(-1)}; it was refused with: ${said}`,
        };
    }
    const differing = this.#differing(place, whole);
    return differing
      ? { verdict: 'violation', why: `another result, ${answer.code === 0 ? 'in silence' : 'when put back'}: ${differing}` }
      : { verdict, ...(verdict === 'refused' && said ? { said } : {}) };
  }

  #differing(place: string, whole: string): string | null {
    try {
      return differingFile(path.join(place, 'run'), path.join(whole, 'run'));
    } catch (error) {
      return String(error);
    }
  }

  async run(): Promise<boolean> {
    const began = performance.now();
    const { saveWeights } = await import('./stress-inputs.ts');
    const [pristine, whole] = [this.#place('killed'), this.#place('whole')];
    for (const place of [pristine, whole]) saveWeights(place);
    await this.#make(whole);
    await this.#make(pristine, 21);
    console.log(below(pristine).join('\n'));
    const cases = damaged(pristine).filter(({ name }) => name.includes(flags.only));
    const results: { one: Case; judged: Judged }[] = [];
    const queue = [...cases.entries()];
    const work = async (): Promise<void> => {
      const worker = new Worker();
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [number, one] = next;
        const place = path.join(this.#scratch, `case-${number}`);
        execFileSync('cp', ['-a', pristine, place]);
        const judged = await this.#judge(worker, one, place, whole);
        results.push({ one, judged });
        if (process.env.RETORT_DEBUG || judged.verdict === 'violation')
          console.log(`${one.name}: ${judged.verdict} ${judged.why ?? judged.said ?? ''}`);
        fs.rmSync(place, { recursive: true });
      }
      worker.end();
    };
    await Promise.all(Array.from({ length: Number(flags.processes) }, work));
    for (const group of new Set(cases.map((one) => one.group))) {
      const of = results.filter(({ one }) => one.group === group);
      const count = (verdict: string) => of.filter(({ judged }) => judged.verdict === verdict).length;
      console.log(
        `${group.padEnd(10)} ${of.length} cases: ${count('identical')} identical, ${count('refused')} refused, ${count('violation')} violations`,
      );
    }
    console.log(`${((performance.now() - began) / 1000).toFixed(0)} s`);
    fs.rmSync(this.#scratch, { recursive: true });
    return results.every(({ judged }) => judged.verdict !== 'violation');
  }
}

if (flags.child) await child();
else process.exitCode = (await new Stress().run()) ? 0 : 1;
