/** What a rank other than 0 has to say, which is what went wrong. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Lines that are passed on of one rank; a stack has more than anyone reads. */
const mostLines = 30;

/** Passes the lines of a rank on, with its number. */
export class Complaints {
  readonly #rank: number;
  readonly #tell: (line: string) => void;
  readonly #hold: number;
  readonly #from: Readable;
  #held: string[] = [];
  #timer: NodeJS.Timeout | null = null;
  #told = 0;
  /** When all was read. */
  readonly read: Promise<void>;

  /** @param hold  milliseconds that lines are held back, as they may be those that rank 0 says itself */
  constructor(rank: number, from: Readable, tell: (line: string) => void, hold: number) {
    this.#rank = rank;
    this.#tell = tell;
    this.#hold = hold;
    this.#from = from;
    const lines = createInterface({ input: from });
    lines.on('line', (line) => this.#add(line));
    this.read = new Promise((resolve) => lines.on('close', resolve));
  }

  #add(line: string): void {
    if (line.trim() === '' || this.#told + this.#held.length > mostLines) return;
    this.#held.push(line);
    this.#timer ??= setTimeout(() => this.flush(), this.#hold);
  }

  /** Tells what was held back. */
  flush(): void {
    for (const line of this.#held) {
      this.#told++;
      // Sentences of Retort name their rank.
      const named = line.startsWith('retort: ') ? line : `rank ${this.#rank}: ${line}`;
      if (this.#told <= mostLines) this.#tell(named);
      else this.#tell(`rank ${this.#rank}: …`);
    }
    this.drop();
  }

  /** Forgets what was held back. */
  drop(): void {
    this.#held = [];
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Reads no more. */
  close(): void {
    this.#from.destroy();
  }
}
