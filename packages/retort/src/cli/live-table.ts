/** A table on standard error that is drawn anew in its place, where that is a terminal. */
import readline from 'node:readline';
import { printable } from '../words/shown.ts';
import { tell } from './output.ts';

/** Lines that a table leaves free on the screen. */
const free = 2;

/** What is shown where there is no terminal is for others to say. */
export class LiveTable {
  #drawn = 0;

  /** Whether anything is drawn. */
  get isShown(): boolean {
    return process.stderr.isTTY === true;
  }

  /** How many lines there is room for. */
  get room(): number {
    return Math.max(3, (process.stderr.rows ?? 24) - free);
  }

  /** Draws lines in the place of those before. */
  show(lines: readonly string[]): void {
    if (!this.isShown) return;
    this.clear();
    const { columns = 80 } = process.stderr;
    const fitting = lines.slice(0, this.room).map((line) => printable(line).slice(0, columns - 1));
    process.stderr.write(`${fitting.join('\n')}\n`);
    this.#drawn = fitting.length;
  }

  /** Takes the lines away. */
  clear(): void {
    if (this.#drawn === 0) return;
    readline.moveCursor(process.stderr, 0, -this.#drawn);
    readline.clearScreenDown(process.stderr);
    this.#drawn = 0;
  }

  /** A line that stays, above what is drawn next. */
  line(text: string): void {
    this.clear();
    tell(text);
  }
}
