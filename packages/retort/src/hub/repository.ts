/**
 * A model's repository on the hub, and what of it is in the cache folder: `hub/OWNER--NAME/COMMIT/`, in which a file has its name once all of
 * it is there and its checksum is right. The hub's own package lists and downloads; that what was cut goes on where it stopped, and the
 * checksums, are ours.
 */
import { createHash, type Hash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { cacheFolder, makeFolder, readKept, writeKept } from '@retort/torch/setup';
import type { Report } from '../data/index.ts';
import { Lock } from '../runs/index.ts';
import { asking, causeOf, endpoint, isOffline, token, UnreachableError } from './ask.ts';
import { HubError } from './errors.ts';
import { type HubName, parseHubName } from './name.ts';

/** Milliseconds for the hub to say which commit a branch is at. */
const patience = 20_000;

/** A file as the hub lists it. */
interface Entry {
  readonly size: number;
  /** SHA-256 of large files, else SHA-1 as git has it. */
  readonly sum: string;
}

export interface HubOptions {
  /** Told how far a download is. */
  readonly report?: Report | undefined;
  readonly onWarning?: ((text: string) => void) | undefined;
}

const isCommit = (revision: string): boolean => /^[0-9a-f]{40}$/.test(revision);

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && 'size' in value && 'sum' in value;

/** Loaded where it is needed, since other commands begin sooner without. */
const client = () => import('@huggingface/hub');

/** What to ask the hub with. */
const asked = (model: HubName, timeout?: number) => ({
  hubUrl: endpoint(),
  accessToken: token(),
  fetch: asking(model, timeout),
});

/** The hash that an entry's sum is of. */
function hashOf({ size, sum }: Entry): Hash {
  return sum.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}

async function sumOf(file: string, entry: Entry): Promise<string> {
  const hash = hashOf(entry);
  for await (const chunk of fs.createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

const sizeOf = (file: string): number => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;

export class Repository {
  /** Where its files are, or come. */
  readonly folder: string;
  readonly #model: HubName;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #report: Report;

  private constructor(model: HubName, entries: ReadonlyMap<string, Entry>, report: Report = () => {}) {
    this.#model = model;
    this.folder = path.join(placeOf(model), model.revision);
    this.#entries = entries;
    this.#report = report;
  }

  /**
   * Finds the commit that a name stands for, and its files; in the cache, where the hub cannot be reached, or need not be, as for a commit.
   *
   * @param text  `hf:OWNER/NAME[@REVISION]`
   * @throws HubError where there is none, where it may not be had, and where nobody answers and the cache has nothing
   * @example const repository = await Repository.open('hf:microsoft/resnet-50'); await repository.fetch('config.json');
   */
  static async open(text: string, { report, onWarning = () => {} }: HubOptions = {}): Promise<Repository> {
    const model = parseHubName(text);
    const commit = await commitOf(model, onWarning);
    const found = { ...model, revision: commit };
    return new Repository(found, await entriesOf(found, model), report);
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Where the hub has a file. */
  urlOf(name: string): string {
    return `${this.#page}/resolve/${this.#model.revision}/${name}`;
  }

  /**
   * Brings a file here, unless it is, and answers its place.
   *
   * @throws HubError where it does not come whole, or is not what the hub says it is
   */
  async fetch(name: string): Promise<string> {
    const file = path.join(this.folder, name);
    const entry = this.#entries.get(name);
    if (!entry) throw new HubError(`${this.#page} has no ${name}`);
    makeFolder(path.dirname(file));
    using _ = await locked(this.folder, () =>
      this.#report(`Waiting for another process that fetches ${name}`, 0, 1),
    );
    if (fs.existsSync(file)) return file;
    if (isOffline())
      throw new HubError(
        `${this.#page}: ${name} is not in the cache, and HF_HUB_OFFLINE is set: unset it once to fetch it`,
      );
    const part = `${file}.part`;
    if (sizeOf(part) > entry.size) fs.rmSync(part);
    await this.#append(name, part, entry);
    const sum = await sumOf(part, entry);
    if (sum !== entry.sum) {
      fs.rmSync(part);
      throw new HubError(
        `${this.#page}: ${name} is not what the hub says it is: its checksum is ${sum}, not ${entry.sum}; what came was removed, so try again`,
      );
    }
    fs.renameSync(part, file);
    return file;
  }

  get #page(): string {
    return `${endpoint()}/${this.#model.name}`;
  }

  /** Adds what a part lacks. A download that is cut goes on at once, as long as each try brings something. */
  async #append(name: string, part: string, entry: Entry): Promise<void> {
    for (let have = sizeOf(part); have < entry.size || !fs.existsSync(part); ) {
      let why = 'it ended';
      try {
        await this.#appendOnce(name, part, have, entry);
      } catch (error) {
        if (error instanceof HubError || (error instanceof Error && 'syscall' in error && 'path' in error))
          throw error;
        why = causeOf(error);
      }
      const now = sizeOf(part);
      if (now === have && now < entry.size)
        throw new HubError(
          `${this.#page}: ${name} was cut after ${now.toLocaleString('en')} of ${entry.size.toLocaleString('en')} bytes (${why}): try again, which goes on where it stopped`,
        );
      have = now;
    }
  }

  async #appendOnce(name: string, part: string, have: number, { size }: Entry): Promise<void> {
    const { name: repo, revision } = this.#model;
    const output = await fs.promises.open(part, 'a');
    try {
      if (size === 0) return;
      const { downloadFile } = await client();
      const blob = await downloadFile({ ...asked(this.#model), repo, revision, path: name });
      let done = have;
      for await (const chunk of blob?.slice(have).stream() ?? []) {
        await output.write(chunk);
        done += chunk.length;
        this.#report(`Fetching ${repo} ${name}`, done, size);
      }
    } finally {
      await output.close();
    }
  }
}

const placeOf = ({ name }: HubName): string => path.join(cacheFolder(), 'hub', name.replace('/', '--'));

/** The commit of a revision. What it was when it was last asked for is kept. */
async function commitOf(model: HubName, warn: (text: string) => void): Promise<string> {
  const { name, revision } = model;
  if (isCommit(revision)) return revision;
  const kept = path.join(placeOf(model), 'revisions.json');
  const before = readKept(kept)?.get(revision);
  const there = typeof before === 'string' && isCommit(before) ? before : null;
  if (isOffline() && there !== null) return there;
  if (isOffline())
    throw new HubError(
      `hf:${name} is not in the cache, and HF_HUB_OFFLINE is set: unset it once to fetch it`,
    );
  try {
    const { modelInfo } = await client();
    const { sha } = await modelInfo({ ...asked(model, patience), name, revision, additionalFields: ['sha'] });
    if (!isCommit(sha))
      throw new HubError(`${endpoint()} says that ${name} is at the commit '${sha}', which is none`);
    writeKept(kept, { ...Object.fromEntries(readKept(kept) ?? []), [revision]: sha });
    return sha;
  } catch (error) {
    if (!(error instanceof UnreachableError) || there === null) throw error;
    warn(
      `${error.message.replace(/: .*/s, '')}: hf:${name} is as it was fetched, at commit ${there.slice(0, 8)}`,
    );
    return there;
  }
}

/** The files of a commit, which does not change: asked for once. */
async function entriesOf(commit: HubName, asWritten: HubName): Promise<ReadonlyMap<string, Entry>> {
  const kept = path.join(placeOf(commit), `${commit.revision}.json`);
  const before = [...(readKept(kept) ?? [])].filter((entry): entry is [string, Entry] => isEntry(entry[1]));
  if (before.length > 0) return new Map(before);
  const entries = new Map<string, Entry>();
  const { name, revision } = commit;
  const { listFiles } = await client();
  for await (const { type, path: file, size, oid, lfs } of listFiles({
    ...asked(asWritten, patience),
    ...{ repo: name, revision, recursive: true },
  })) {
    const sum = lfs?.oid ?? oid;
    if (type === 'file' && sum !== undefined) entries.set(file, { size, sum });
  }
  if (entries.size === 0) throw new HubError(`${endpoint()}/${name} has no files`);
  writeKept(kept, Object.fromEntries(entries));
  return entries;
}

/** The lock of a folder, waited for while another process has it. */
async function locked(folder: string, tellOfWait: () => void): Promise<Lock> {
  for (;;) {
    const lock = Lock.take(folder);
    if (lock) return lock;
    tellOfWait();
    await setTimeout(500);
  }
}
