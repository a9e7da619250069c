/** All runs of a folder, as they are now. */
import { findRuns, RunError, type RunRecord, statusOf } from 'retort/runs';
import type { RunList, RunRow } from '../../api.ts';
import { BoardError, isGone, messageOf } from '../errors.ts';
import type { MineKeeper } from '../kept/mine.ts';
import type { Store } from '../kept/store.ts';
import type { RunLog } from '../log/run-log.ts';
import { type Facts, factsOf, shownOf, unreadable } from './facts.ts';
import { groupsById, groupsOf } from './groups.ts';
import { type Entry, readIndex, writeIndex } from './index-file.ts';
import type { Logs } from './logs.ts';
import { type ReadRun, RunFolders } from './run-folders.ts';

/** What changed since it was looked at before. */
export interface Changes {
  /** Ids of runs whose rows are new or others. */
  readonly rows: ReadonlySet<string>;
  /** Ids of runs that have gone. */
  readonly gone: ReadonlySet<string>;
  /** Ids of runs with new lines in their logs. */
  readonly logged: ReadonlySet<string>;
}

const nothing: Changes = { rows: new Set(), gone: new Set(), logged: new Set() };

/** So long an answer waits for runs that are read for the first time, in milliseconds. */
const patience = 500;
/** The index is written no more often, in milliseconds: what it lacks is read anew. */
const indexEvery = 10_000;
/** So many runs are told of at once while they are read. */
const toldAtOnce = 100;

const nameOf = (id: string): string => {
  const parts = id.split('/');
  return parts.slice(/^seed-\d+$/.test(parts.at(-1) ?? '') ? -2 : -1).join('/');
};

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What is said of runs that links lead to. */
function notShown(linked: readonly string[], folder: string): string {
  const named = [...linked.slice(0, 3), ...(linked.length > 3 ? ['…'] : [])].join(', ');
  const some = linked.length === 1 ? 'a run is' : `${linked.length} runs are`;
  return `${some} left out, where a symbolic link leads out of ${folder}: ${named}; a board on the folder that it leads to shows what is there`;
}

export class Catalogue {
  readonly #folders: RunFolders;
  readonly #store: Store;
  readonly #mine: MineKeeper;
  readonly #entries: Map<string, Entry>;
  /** The group of each run, as long as the entries are what they were. */
  #grouped: ReadonlyMap<string, string> | null = null;
  /** What the folder has, of which some may not be read yet. */
  #ids: readonly string[] = [];
  #notes: readonly string[] = [];
  #reading: Promise<void> | null = null;
  #isIndexed = true;
  #indexed = Number.NEGATIVE_INFINITY;
  #isAway = false;
  readonly #listeners = new Set<(changes: Changes) => void>();
  /** The statuses that listeners were told of: a process may go without its files changing. */
  readonly #told = new Map<string, string>();

  constructor(folder: string, store: Store, mine: MineKeeper) {
    this.#folders = new RunFolders(folder, store);
    this.#store = store;
    this.#mine = mine;
    this.#entries = readIndex(store);
  }

  /** @returns what ends it */
  onChange(listener: (changes: Changes) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(changes: Changes): void {
    if (changes.rows.size + changes.gone.size + changes.logged.size === 0) return;
    for (const listener of this.#listeners) listener(changes);
  }

  /** What a user keeps of a run is another. */
  changedMine(id: string): void {
    this.#tell({ ...nothing, rows: new Set([id]) });
  }

  /** Looks whether another board has kept something of runs. */
  lookAtMine(): void {
    this.#tell({ ...nothing, rows: this.#mine.look() });
  }

  /** That holds all runs, as it was named. */
  get folder(): string {
    return this.#folders.folder;
  }

  get logs(): Logs {
    return this.#folders.logs;
  }

  /** The folder of a run. */
  folderOf(id: string): string {
    return this.#folders.of(id);
  }

  /** The same from where the board was started, as sentences and commands name it. */
  namedFolderOf(id: string): string {
    return this.#folders.named(id);
  }

  /** Looks which runs there are, and forgets those that have gone. */
  #scan(): ReadonlySet<string> {
    const notes = this.#store.problem === null ? [] : [this.#store.problem];
    this.#notes = notes;
    try {
      const linked: string[] = [];
      const found = findRuns(this.#folders.root, {
        onUnreadable: (error) => notes.push(error.message),
        onLinked: (folder) => linked.push(this.#folders.idOf(folder)),
      });
      if (linked.length > 0) notes.push(notShown(linked, this.folder));
      this.#ids = found.map((folder) => this.#folders.idOf(folder));
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      notes.push(error.message);
      return this.#leave();
    }
    if (this.#isAway) for (const [id, entry] of readIndex(this.#store)) this.#enter(id, entry);
    this.#isAway = false;
    const there = new Set(this.#ids);
    const gone = new Set([...this.#entries.keys()].filter((id) => !there.has(id)));
    for (const id of gone) this.#forget(id);
    return gone;
  }

  /** The folder itself has gone, or cannot be read: it may come back with its index. */
  #leave(): ReadonlySet<string> {
    const gone = new Set(this.#entries.keys());
    this.#isAway = true;
    this.#ids = [];
    this.#entries.clear();
    this.#grouped = null;
    this.#told.clear();
    this.#isIndexed = true;
    return gone;
  }

  #enter(id: string, entry: Entry): void {
    const before = this.#entries.get(id)?.facts.keys;
    const { keys } = entry.facts;
    const isAlike = before?.settings === keys?.settings && before?.contents === keys?.contents;
    if (!isAlike) this.#grouped = null;
    this.#entries.set(id, entry);
  }

  #forget(id: string): void {
    this.#entries.delete(id);
    this.#grouped = null;
    this.#told.delete(id);
    this.logs.forget(id);
    this.#isIndexed = false;
  }

  #isChanged(id: string): boolean {
    const entry = this.#entries.get(id);
    const { record, log } = this.#folders.stampsOf(id);
    return entry === undefined || entry.record !== record || entry.log !== log;
  }

  async #factsOf(id: string): Promise<Facts> {
    try {
      const { summary, record, log } = await this.#folders.read(id);
      return factsOf(summary, record, log.rows);
    } catch (error) {
      return unreadable(messageOf(RunError.of(error, `${this.namedFolderOf(id)} could not be read`)));
    }
  }

  /** Reads a run anew. */
  async #read(id: string): Promise<void> {
    // Before: what changes meanwhile is seen the next time.
    const stamps = this.#folders.stampsOf(id);
    const facts = await this.#factsOf(id);
    // Half of it may have been read; the next look finds that it is gone.
    if (!this.#folders.hasRecord(id)) return;
    this.#enter(id, { ...stamps, facts });
    this.#isIndexed = false;
  }

  /** @param looked  at which it is looked, of which some are read */
  async #readAll(
    ids: readonly string[],
    gone: ReadonlySet<string>,
    looked: readonly string[],
  ): Promise<void> {
    let [rows, logged] = [new Set<string>(), new Set<string>()];
    const tell = (left: ReadonlySet<string> = new Set()): void => {
      this.#tell({ rows, gone: left, logged });
      [rows, logged] = [new Set(), new Set()];
    };
    tell(gone);
    for (const id of ids) {
      const before = this.#entries.get(id)?.facts.logged;
      await this.#read(id);
      rows.add(id);
      if (before !== this.#entries.get(id)?.facts.logged) logged.add(id);
      if (rows.size >= toldAtOnce) tell();
    }
    for (const id of looked) {
      const entry = this.#entries.get(id);
      const status = entry && this.#statusOf(entry.facts).status;
      if (status !== undefined && this.#told.get(id) !== status) {
        if (this.#told.has(id)) rows.add(id);
        this.#told.set(id, status);
      }
    }
    tell();
    this.#writeIndex(indexEvery);
  }

  #writeIndex(least: number): void {
    if (this.#isIndexed || performance.now() - this.#indexed < least) return;
    writeIndex(this.#store, this.#entries);
    this.#isIndexed = true;
    this.#indexed = performance.now();
  }

  /** Looks at the whole folder; a look that is going on counts. */
  refresh(): Promise<void> {
    this.#reading ??= this.#refresh().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #refresh(): Promise<void> {
    this.lookAtMine();
    const gone = this.#scan();
    const changed = this.#ids.filter((id) => this.#isChanged(id));
    await this.#readAll(changed.length > 1 ? this.#folders.soonFirst(changed) : changed, gone, this.#ids);
  }

  /** Looks at runs that may have changed, and at no others. */
  async look(ids: readonly string[]): Promise<void> {
    const known = ids.filter((id) => this.#entries.has(id));
    const gone = new Set(known.filter((id) => !this.#folders.isThere(id)));
    for (const id of gone) this.#forget(id);
    if (gone.size > 0) this.#ids = this.#ids.filter((id) => !gone.has(id));
    const there = known.filter((id) => !gone.has(id));
    await this.#readAll(
      there.filter((id) => this.#isChanged(id)),
      gone,
      there,
    );
  }

  /** Ids of runs at work, as far as it can be seen: those of which more is expected. */
  get running(): string[] {
    return [...this.#entries].flatMap(([id, { facts }]) => (facts.written?.status === 'running' ? [id] : []));
  }

  /** Whether a run is going on on this machine, as far as its process can be seen. */
  get isTraining(): boolean {
    return this.rows(this.running).some(
      ({ status, elsewhere }) => status === 'running' && elsewhere === null,
    );
  }

  #statusOf({ written }: Facts): Pick<RunRow, 'status' | 'elsewhere'> {
    return written ? statusOf(written) : { status: 'unreadable', elsewhere: null };
  }

  /** By id. */
  #groups(): ReadonlyMap<string, string> {
    this.#grouped ??= groupsById(this.#entries);
    return this.#grouped;
  }

  #row(id: string, { facts }: Entry, group: string): RunRow {
    return {
      id,
      name: nameOf(id),
      group,
      ...this.#statusOf(facts),
      ...shownOf(facts),
      mine: this.#mine.of(id),
    };
  }

  rows(ids: Iterable<string>): RunRow[] {
    const groups = this.#groups();
    return [...ids].flatMap((id) => {
      const entry = this.#entries.get(id);
      return entry ? [this.#row(id, entry, groups.get(id) ?? '')] : [];
    });
  }

  /** In the order of their ids: seeds by their numbers. */
  allRows(): RunRow[] {
    const ids = [...this.#entries.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    return this.rows(ids);
  }

  /** Lines of a run's log. */
  logged(id: string): number {
    return this.#entries.get(id)?.facts.logged ?? 0;
  }

  /** All rows, the newest first; those that are not read for the first time yet come as changes. */
  async list(): Promise<RunList> {
    const reading = this.refresh();
    await Promise.race([reading, wait(patience)]);
    const runs = this.rows(this.#entries.keys()).sort((a, b) =>
      a.started < b.started ? 1 : a.started > b.started ? -1 : a.id < b.id ? -1 : 1,
    );
    const isReading = this.#ids.some((id) => !this.#entries.has(id));
    return { folder: this.folder, runs, groups: groupsOf(runs), notes: this.#notes, isReading };
  }

  has(id: string): boolean {
    return this.#ids.includes(id);
  }

  /** The row of a run as it is now. @throws BoardError where there is none */
  async row(id: string): Promise<RunRow> {
    if (!this.has(id)) this.#tell({ ...nothing, gone: this.#scan() });
    if (this.has(id) && !this.#entries.has(id)) await this.#read(id);
    await this.look([id]);
    const [row] = this.rows([id]);
    if (row) return row;
    throw new BoardError(404, `there is no run ${id} in ${this.folder}`);
  }

  /** What a run's folder says. @throws BoardError where there is none, or it cannot be understood */
  async summary(id: string): Promise<ReadRun & { readonly row: RunRow }> {
    const row = await this.row(id);
    const run = await this.#folders.read(id).catch((error) => {
      throw this.#refusal(id, error);
    });
    // Half of it may have been read.
    if (!this.#folders.hasRecord(id)) throw this.#hasGone(id);
    return { ...run, row };
  }

  /** What a run logged. @throws BoardError where there is none */
  async log(id: string): Promise<RunLog> {
    await this.row(id);
    const log = await this.logs.of(id);
    if (!this.#folders.hasRecord(id)) throw this.#hasGone(id);
    return log;
  }

  /** Its `run.json`. @throws BoardError where there is none, or it cannot be understood */
  async record(id: string): Promise<RunRecord> {
    await this.row(id);
    try {
      return this.#folders.record(id);
    } catch (error) {
      throw this.#refusal(id, error);
    }
  }

  #hasGone(id: string): BoardError {
    return new BoardError(404, `there is no run ${id} in ${this.folder} any more`);
  }

  #refusal(id: string, error: unknown): BoardError {
    if (isGone(error) || !this.#folders.hasRecord(id)) return this.#hasGone(id);
    const said = RunError.of(error, `${this.namedFolderOf(id)} could not be read`);
    return new BoardError(409, messageOf(said), { cause: error });
  }

  close(): void {
    this.logs.close();
    this.#writeIndex(0);
  }
}
