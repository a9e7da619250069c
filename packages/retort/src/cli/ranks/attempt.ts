/** All ranks started once, until the last of them has ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Environment } from '../../ranks/placement.ts';
import type { Command } from './command.ts';
import { Complaints } from './complaints.ts';

/** How a rank ended. */
export interface RankEnd {
  readonly rank: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It did not leave when another had ended, and was ended by the launcher. */
  readonly hung: boolean;
}

/** A restart may help: of sysexits.h, EX_TEMPFAIL. A rank that lost the others leaves with it. */
export const lostOthers = 75;

/** Milliseconds. */
export interface Patience {
  /** In which ranks leave by themselves when one has died: they notice, and may have something to write. */
  readonly leave: number;
  /** After which one that is still there is killed. */
  readonly kill: number;
  /** That lines of other ranks are held back, as rank 0 may say the same. */
  readonly hold: number;
}

/** As torchrun's: one that hangs in native code answers no signal. */
export const patience: Patience = { leave: 2_000, kill: 30_000, hold: 1_000 };

/** Whether a rank broke off, rather than that it finished, or stopped when it was asked to. */
export const isFault = ({ code, signal }: Pick<RankEnd, 'code' | 'signal'>): boolean =>
  signal !== null || (code !== 0 && code !== 130);

/** Whether a rank has said itself what went wrong, which a restart would not mend. */
export const saysWhy = ({ code }: Pick<RankEnd, 'code'>): boolean => code === 1 || code === 2;

/** Ranks at work. Each is in a session of its own, so that a signal of the terminal reaches them by the launcher alone, once. */
export class Attempt {
  readonly #children: readonly ChildProcess[];
  readonly #complaints = new Map<number, Complaints>();
  readonly #ends: RankEnd[] = [];
  readonly #patience: Patience;
  readonly #over = new AbortController();
  #isFaulty = false;
  #isLate = false;

  /** @param tell  for what ranks other than 0 say on standard error; rank 0 has the launcher's own output */
  constructor(
    [program, ...args]: Command,
    environments: readonly Environment[],
    tell: (line: string) => void,
    how: Patience,
  ) {
    this.#patience = how;
    this.#children = environments.map((env, rank) => {
      const child = spawn(program, args, {
        stdio: rank === 0 ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'ignore', 'pipe'],
        env,
        detached: true,
      });
      if (child.stderr) this.#complaints.set(rank, new Complaints(rank, child.stderr, tell, how.hold));
      return child;
    });
  }

  /**
   * When all have ended, in that order.
   *
   * @throws Error if one could not be started; none is left then
   */
  async ended(): Promise<RankEnd[]> {
    try {
      await Promise.all(this.#children.map((child, rank) => this.#ended(child, rank)));
    } catch (error) {
      this.kill();
      throw error;
    } finally {
      this.#over.abort();
    }
    await this.#tellComplaints();
    return this.#ends;
  }

  async #ended(child: ChildProcess, rank: number): Promise<void> {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    const end = { rank, code, signal, hung: signal !== null && this.#isLate };
    this.#ends.push(end);
    if (!isFault(end) || this.#isFaulty) return;
    this.#isFaulty = true;
    // Nothing waits for it: who leaves by himself needs none of it.
    void this.#endOthers();
  }

  async #endOthers(): Promise<void> {
    const { signal } = this.#over;
    const { leave, kill } = this.#patience;
    try {
      await wait(leave, undefined, { signal });
      this.#isLate = true;
      this.signal('SIGTERM');
      await wait(Math.max(0, kill - leave), undefined, { signal });
      this.kill();
    } catch {
      // All have ended meanwhile.
    }
  }

  /** Of ranks that ended as rank 0 did, which has said why, or lost it by that, nothing is told. */
  async #tellComplaints(): Promise<void> {
    const first = this.#ends.find(({ rank }) => rank === 0);
    for (const [rank, complaints] of this.#complaints) {
      // What a rank has started may have its output open for as long as it likes.
      await Promise.race([complaints.read, wait(200)]);
      const end = this.#ends.find((one) => one.rank === rank);
      if (first?.code && (end?.code === first.code || (saysWhy(first) && end?.code === lostOthers)))
        complaints.drop();
      else complaints.flush();
      complaints.close();
    }
  }

  #left(): ChildProcess[] {
    return this.#children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  }

  /** Passes a signal on to all that are still there. */
  signal(signal: NodeJS.Signals): void {
    for (const child of this.#left()) child.kill(signal);
  }

  /** Ends all that are still there, with what they have started. */
  kill(): void {
    for (const { pid } of this.#left()) {
      if (pid === undefined) continue;
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}
