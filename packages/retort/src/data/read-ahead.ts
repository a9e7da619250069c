/**
 * Reads batches ahead of the one that is computed: a bounded number of them, given in the order asked for, whatever is there first. What was
 * read and is not taken is let go of.
 */
export async function* readAhead<Key, Read extends Disposable>(
  keys: Iterable<Key>,
  read: (key: Key) => Promise<Read>,
  ahead: number,
): AsyncGenerator<Read, void, void> {
  const rest = keys[Symbol.iterator]();
  const pending: Promise<Read>[] = [];
  const ask = (): boolean => {
    const next = rest.next();
    if (next.done) return false;
    const asked = read(next.value);
    // Whoever takes it sees why it failed.
    asked.catch(() => {});
    pending.push(asked);
    return true;
  };
  try {
    for (;;) {
      while (pending.length <= ahead && ask());
      const next = pending.shift();
      if (!next) return;
      const ready = await next;
      while (pending.length < ahead && ask());
      yield ready;
    }
  } finally {
    for (const asked of pending)
      asked.then(
        (left) => left[Symbol.dispose](),
        () => {},
      );
  }
}
