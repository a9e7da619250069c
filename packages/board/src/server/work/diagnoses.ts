/** Diagnoses of runs: asked of `retort diagnose`, one process at a time, and kept as long as the weights are the same. */
import { shellWord } from 'retort/runs';
import { z } from 'zod';
import type { Diagnoses, DiagnosesAnswer, DiagnosesAsked, Diagnosis, DiagnosisName } from '../../api.ts';
import { allDiagnoses } from '../../diagnoses.ts';
import { BoardError, messageOf } from '../errors.ts';
import type { Store } from '../kept/store.ts';
import type { Catalogue } from '../runs/catalogue.ts';
import type { Commands } from './command.ts';
import { codeAmongRuns } from './own-code.ts';
import { WeightSums } from './weights.ts';

/** What a request may ask for. */
export const diagnosesAsked = z.strictObject({
  what: z.array(z.enum(allDiagnoses)).min(1),
  again: z.boolean().optional(),
}) satisfies z.ZodType<DiagnosesAsked>;

/** As much as the board itself reads of what is said. */
const said = z.looseObject({
  samples: z.number(),
  split: z.enum(['test', 'train']),
  weights: z.looseObject({
    file: z.enum(['best', 'last']),
    sha256: z.string(),
    epoch: z.number().nullable(),
  }),
  results: z.array(z.looseObject({ what: z.enum(allDiagnoses), title: z.string(), from: z.string() })),
});

type Said = Pick<Diagnoses, 'samples' | 'split' | 'weights' | 'results'>;

interface Job {
  readonly id: string;
  readonly what: readonly DiagnosisName[];
}

/** So many may wait. */
const mostWaiting = 100;

const order = (results: Iterable<Diagnosis>): Diagnosis[] =>
  [...results].sort((a, b) => allDiagnoses.indexOf(a.what) - allDiagnoses.indexOf(b.what));

export class Diagnostician {
  readonly #catalogue: Catalogue;
  readonly #store: Store;
  readonly #commands: Commands;
  readonly #tell: (id: string) => void;
  readonly #sums = new WeightSums();
  /** What was said where nothing can be written. */
  readonly #said = new Map<string, Said>();
  /** By run, of the last time that it was asked for. */
  readonly #failed = new Map<string, Map<DiagnosisName, string>>();
  /** The first is at work. */
  readonly #jobs: Job[] = [];
  #isWorking = false;

  /** @param tell  is called with the id of a run whose diagnoses have begun or ended */
  constructor(catalogue: Catalogue, store: Store, commands: Commands, tell: (id: string) => void) {
    this.#catalogue = catalogue;
    this.#store = store;
    this.#commands = commands;
    this.#tell = tell;
  }

  #keptOf(sha256: string): Said | null {
    const known = this.#said.get(sha256);
    if (known) return known;
    const { success, data } = said.safeParse(this.#store.readJson(`diagnoses/${sha256}.json`));
    return success ? (data as unknown as Said) : null;
  }

  #keep(sha256: string, answer: Said): void {
    const before = this.#keptOf(sha256)?.results ?? [];
    const results = new Map([...before, ...answer.results].map((result) => [result.what, result]));
    const all = { ...answer, results: order(results.values()) };
    if (this.#store.problem !== null) this.#said.set(sha256, all);
    this.#store.tryWrite(`diagnoses/${sha256}.json`, JSON.stringify(all));
  }

  async of(id: string): Promise<DiagnosesAnswer> {
    await this.#catalogue.row(id);
    const sha256 = await this.#sums.of(this.#catalogue.folderOf(id));
    const kept = sha256 === null ? null : this.#keptOf(sha256);
    const [running = [], ...behind] = this.#jobs.map((job) => (job.id === id ? job.what : []));
    const failed = [...(this.#failed.get(id) ?? [])].map(([what, error]) => ({ what, error }));
    return {
      results: kept?.results ?? [],
      weights: kept?.weights ?? null,
      samples: kept?.samples ?? null,
      split: kept?.split ?? null,
      running,
      waiting: behind.flat(),
      failed,
    };
  }

  /**
   * Has what is not known yet found out, or all that is asked for `again`; what is at work or waits is not asked for twice.
   *
   * @throws BoardError where there is no such run, it has no weights, names code among the runs, or too many wait
   */
  async ask(id: string, { what, again = false }: DiagnosesAsked): Promise<DiagnosesAnswer> {
    const { settings } = await this.#catalogue.record(id);
    const { results, running, waiting } = await this.of(id);
    const folder = this.#catalogue.folderOf(id);
    if ((await this.#sums.of(folder)) === null)
      throw new BoardError(
        409,
        `${id} has no weights (best.safetensors, last.safetensors): a run has them when its first epoch has ended`,
      );
    const code = codeAmongRuns(this.#catalogue.folder, settings);
    const named = shellWord(this.#catalogue.namedFolderOf(id));
    if (code !== null)
      throw new BoardError(
        409,
        `${id} names code that lies among the runs, ${code}, and the board runs none of these: look at it, and run \`npx retort diagnose ${named}\` yourself`,
      );
    const known = new Set([...(again ? [] : results.map((result) => result.what)), ...running, ...waiting]);
    const missing = [...new Set(what)].filter((one) => !known.has(one));
    if (missing.length === 0) return this.of(id);
    if (this.#jobs.length >= mostWaiting)
      throw new BoardError(429, `${this.#jobs.length} diagnoses are waiting: ask again when some are done`);
    for (const one of missing) this.#failed.get(id)?.delete(one);
    this.#jobs.push({ id, what: missing });
    this.#tell(id);
    void this.#work();
    return this.of(id);
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (let [job] = this.#jobs; job; [job] = this.#jobs) {
      await this.#diagnose(job);
      this.#jobs.shift();
      this.#tell(job.id);
      const [next] = this.#jobs;
      if (next) this.#tell(next.id);
    }
    this.#isWorking = false;
  }

  async #diagnose({ id, what }: Job): Promise<void> {
    const folder = this.#catalogue.folderOf(id);
    try {
      const before = await this.#sums.of(folder);
      const text = await this.#commands.run(['diagnose', '--what', what.join(','), '--json', '--', folder]);
      const answer = said.parse(JSON.parse(text)) as unknown as Said;
      const lacking = what.filter((one) => !answer.results.some((result) => result.what === one));
      for (const one of lacking) this.#fail(id, one, 'nothing was said of it');
      if (before === null || (await this.#sums.of(folder)) !== before)
        throw new Error('its weights changed meanwhile, as it is still learning: ask again');
      this.#keep(before, answer);
    } catch (error) {
      const isForm = error instanceof z.ZodError || error instanceof SyntaxError;
      const message = isForm
        ? 'retort diagnose answered in a form that this board does not know'
        : messageOf(error);
      for (const one of what) this.#fail(id, one, message);
    }
  }

  #fail(id: string, what: DiagnosisName, error: string): void {
    const failed = this.#failed.get(id) ?? new Map<DiagnosisName, string>();
    this.#failed.set(id, failed.set(what, error));
  }
}
