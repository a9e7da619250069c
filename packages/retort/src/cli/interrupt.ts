/** What is said and done on Ctrl-C. */
export interface Interrupted {
  /** What comes of the first. */
  readonly stopping?: string;
  /** The second. */
  readonly atOnce?: () => void;
}

/** Ctrl-C: the first stops cleanly after the current step, the second at once. */
export function stopOnInterrupt(
  say: (line: string) => void,
  {
    stopping = 'stopping after this step (once more to stop at once)',
    atOnce = () => process.exit(130),
  }: Interrupted = {},
): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) return atOnce();
    say(stopping);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}
