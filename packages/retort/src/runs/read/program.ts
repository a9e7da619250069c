/** Runs that a program put together, whose settings no recipe could say. */

/**
 * The command that made a run, where its settings are no recipe; null for those of recipes and flags.
 *
 * @example programOf({ program: 'npx retort quickstart', student: … }) // 'npx retort quickstart'
 */
export const programOf = ({ program }: Readonly<Record<string, unknown>>): string | null =>
  typeof program === 'string' ? program : null;
