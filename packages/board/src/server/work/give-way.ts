/** A session of processes that gives way to runs. */
import fs from 'node:fs/promises';

/** How often it is looked, in milliseconds. */
const patience = 1000;

/**
 * Linux first shares a processor between sessions (its autogroups), and heeds `nice` only within one: a nice process of the board would take as much as
 * a run in another terminal. So its session is made nice, where there is such a thing, as soon as a run is going on; where none is, there is nobody to
 * give way to, and it would wait for long.
 *
 * @param pid  of a process that leads a session
 * @returns what ends the looking
 */
export function givingWay(pid: number, isTraining: () => boolean): () => void {
  const look = (): void => {
    if (!isTraining()) return;
    fs.writeFile(`/proc/${pid}/autogroup`, '19', { flag: 'r+' }).then(
      () => clearInterval(timer),
      () => {
        // There is no such thing here, or too many of these changes were asked for in a moment.
      },
    );
  };
  const timer = setInterval(look, patience);
  look();
  return () => clearInterval(timer);
}
