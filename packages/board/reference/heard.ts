/** What a board tells by itself, for tests. */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { BoardEvents } from '../src/api.ts';

interface Told {
  readonly name: string;
  readonly data: unknown;
}

async function* eventsIn(body: AsyncIterable<Uint8Array>): AsyncGenerator<Told, void, void> {
  let text = '';
  for await (const chunk of body) {
    text += Buffer.from(chunk).toString('utf8');
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, name] = /^event: (.*)$/m.exec(block) ?? [];
      const [, data] = /^data: (.*)$/m.exec(block) ?? [];
      if (name && data) yield { name, data: JSON.parse(data) };
    }
  }
}

export interface Listening extends AsyncDisposable {
  /** The first event of a name that fits, within a minute. */
  heard<Name extends keyof BoardEvents>(
    name: Name,
    fits: (data: BoardEvents[Name]) => boolean,
  ): Promise<BoardEvents[Name]>;
}

/** Listens to a board: what happens after this is told. */
export async function listening(url: string): Promise<Listening> {
  const response = await fetch(new URL('/api/events', url));
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  assert.ok(response.body);
  const events = eventsIn(response.body);
  return {
    async heard(name, fits) {
      const late = wait(60_000, null, { ref: false });
      for (;;) {
        const next = await Promise.race([events.next(), late]);
        assert.ok(next && !next.done, `no event ${name} came`);
        const data = next.value.data as BoardEvents[typeof name];
        if (next.value.name === name && fits(data)) return data;
      }
    },
    async [Symbol.asyncDispose]() {
      await events.return();
    },
  };
}
