/** Progress on standard error: a bar where that is a terminal, a line now and then where it is not. */
import { Presets, SingleBar } from 'cli-progress';
import { printable } from '../words/shown.ts';
import { isSilent, tell } from './output.ts';
import { duration } from './table.ts';

/** Seconds between lines where there is no terminal. */
const quiet = 15;

export interface Shown {
  /** What is under way, e.g. `epoch 3/10`. */
  readonly what: string;
  readonly done: number;
  readonly total: number;
  readonly unit?: string;
  readonly note?: string;
}

/** Shows one thing at a time; another `what` starts anew. */
export class Progress {
  #bar: SingleBar | null = null;
  #what = '';
  #start = 0;
  #lastLine = 0;

  show({ what, done, total, unit = '', note = '' }: Shown): void {
    if (isSilent()) return;
    const now = performance.now();
    if (what !== this.#what) {
      this.clear();
      this.#what = what;
      this.#start = now;
      this.#lastLine = now;
    }
    const seconds = (now - this.#start) / 1000;
    const rate = seconds > 0 ? done / seconds : 0;
    // An estimate says nothing below a second.
    const remaining = duration(Math.round((total - done) / rate));
    const speed = unit && rate ? `, ${rate.toFixed(rate < 10 ? 1 : 0)} ${unit}/s` : '';
    const tail = `${speed}, ${remaining} left${note ? `, ${note}` : ''}`;
    if (process.stderr.isTTY) {
      this.#bar ??= this.#open(total);
      this.#bar.update(done, { what: printable(what), tail: printable(tail) });
      if (done >= total) this.clear();
    } else if (now - this.#lastLine >= 1000 * quiet) {
      this.#lastLine = now;
      tell(`${what}: ${done} of ${total}${tail}`);
    }
  }

  #open(total: number): SingleBar {
    const bar = new SingleBar(
      {
        format: '{what} {bar} {percentage} %{tail}',
        barsize: 24,
        clearOnComplete: true,
        hideCursor: true,
        stopOnComplete: false,
        stream: process.stderr,
        gracefulExit: false,
      },
      Presets.shades_classic,
    );
    bar.start(total, 0, { what: printable(this.#what), tail: '' });
    return bar;
  }

  /** Takes the bar away, to make room for a line. */
  clear(): void {
    this.#bar?.stop();
    this.#bar = null;
    this.#what = '';
  }

  /** A line that stays. */
  line(text: string): void {
    this.clear();
    tell(text);
  }
}
