/** From stage to stage. */
import type { nn } from '@retort/torch';

/** A method that was in the stage before keeps its parts, where they are of the same shapes. */
export function carryOver(before: Readonly<nn.StateDict>, parts: nn.Module): void {
  const now = parts.stateDict();
  const methods = [...new Set(Object.keys(now).map(methodOf))];
  const same = methods.filter((name) => {
    const keys = Object.keys(now).filter((key) => methodOf(key) === name);
    const old = Object.keys(before).filter((key) => methodOf(key) === name);
    return (
      keys.length === old.length &&
      keys.every((key) => String(now[key]?.shape) === String(before[key]?.shape))
    );
  });
  const carried = Object.entries(before).filter(([key]) => same.includes(methodOf(key)));
  parts.loadStateDict(Object.fromEntries(carried), { strict: false });
}

const methodOf = (key: string): string => key.split('.', 1)[0] ?? key;
