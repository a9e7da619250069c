/** A reporter of `node --test`, beside the one that shows the tests: the seconds of each file, the slowest first, and how long all took. */
import path from 'node:path';
import type { TestEvent } from 'node:test/reporters';

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1).padStart(8);

export default async function* fileSeconds(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const began = performance.now();
  const files = new Map<string, number>();
  for await (const { type, data } of events) {
    // Each file has a summary, and all of them one without a file. What a file's process did not live to say is known from its test alone.
    if (type === 'test:summary' && data.file) files.set(data.file, data.duration_ms);
    else if (type === 'test:fail' && data.file && data.nesting === 0 && path.resolve(data.name) === data.file)
      files.set(data.file, data.details.duration_ms);
  }
  yield '\nSeconds of each file:\n';
  for (const [file, milliseconds] of [...files].sort(([, a], [, b]) => b - a))
    yield `${seconds(milliseconds)}  ${path.relative('.', file)}\n`;
  yield `${seconds(performance.now() - began)}  in all, ${files.size} files\n`;
}
