/** What the board keeps, in `.board/` of the folder of runs: nothing else is ever written. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { BoardError, isGone, said } from '../errors.ts';
import { liesWithin } from './inside.ts';

const name = '.board';

export class Store {
  readonly folder: string;
  /** Why nothing can be kept, a sentence; null where it can. */
  readonly problem: string | null;

  /** @param runs  the folder of runs */
  constructor(runs: string) {
    this.folder = path.join(runs, name);
    this.problem = this.#made();
  }

  #made(): string | null {
    const without = 'so that the index is made anew each time, and notes are not kept';
    try {
      if (!fs.existsSync(this.folder)) fs.mkdirSync(this.folder);
      const there = fs.lstatSync(this.folder);
      if (there.isSymbolicLink())
        return `${this.folder} is a link, and nothing is written where it leads, ${without}: remove it`;
      if (!there.isDirectory())
        return `${this.folder} is a file, and no folder of that name can be made, ${without}: remove it`;
      fs.accessSync(this.folder, fs.constants.W_OK);
      return null;
    } catch (error) {
      return said(error, `${this.folder} cannot be written, ${without}`);
    }
  }

  /** Null where nothing is kept under the name. @throws BoardError where it cannot be read */
  read(file: string): Buffer | null {
    const place = path.join(this.folder, file);
    try {
      if (fs.lstatSync(this.folder).isSymbolicLink()) return null;
      return fs.lstatSync(place).isFile() ? fs.readFileSync(place) : null;
    } catch (error) {
      if (isGone(error)) return null;
      throw new BoardError(503, said(error, `${place} could not be read`), { cause: error });
    }
  }

  /** What tells whether a file that is kept was written meanwhile; empty where there is none. */
  stampOf(file: string): string {
    const stat = fs.lstatSync(path.join(this.folder, file), { throwIfNoEntry: false });
    return stat ? `${stat.ino}:${stat.size}:${stat.mtimeMs}` : '';
  }

  /** As JSON; null also where it is damaged or cannot be read, for what can be made anew. */
  readJson(file: string): unknown {
    try {
      const text = this.read(file);
      return text && JSON.parse(text.toString('utf8'));
    } catch {
      return null;
    }
  }

  /** Replaces a file whole. @throws BoardError where nothing can be kept */
  write(file: string, content: string | Uint8Array): void {
    if (this.problem !== null) throw new BoardError(503, this.problem);
    const place = path.join(this.folder, file);
    const aside = `${place}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      // Not where the folder of runs itself has gone.
      if (!fs.existsSync(this.folder)) fs.mkdirSync(this.folder);
      fs.mkdirSync(path.dirname(place), { recursive: true });
      if (!liesWithin(this.folder, path.dirname(place)))
        throw new Error(`${path.dirname(place)} is a link that leads elsewhere`);
      // Never through a link that lies there.
      fs.writeFileSync(aside, content, { flag: 'wx' });
      fs.renameSync(aside, place);
    } catch (error) {
      // Where it has no folder, it is not there.
      if (fs.existsSync(aside)) fs.rmSync(aside, { force: true });
      throw new BoardError(503, said(error, `${place} could not be written`), { cause: error });
    }
  }

  /** The same for what is only quicker to have: where it cannot be kept, it is made again. @returns whether it is kept */
  tryWrite(file: string, content: string | Uint8Array): boolean {
    if (this.problem !== null) return false;
    try {
      this.write(file, content);
      return true;
    } catch (error) {
      if (!(error instanceof BoardError)) throw error;
      return false;
    }
  }

  remove(file: string): void {
    if (this.problem === null) fs.rmSync(path.join(this.folder, file), { force: true });
  }
}
