import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from './fuzz.ts';

test('10,000 fuzzed calls over the generated surface: none crashes, hangs or throws anything but a TorchError', async () => {
  const [first, second] = await Promise.all([
    fuzz({ seed: 0, calls: 5000 }),
    fuzz({ seed: 0, from: 5000, calls: 5000 }),
  ]);
  assert.deepEqual([...first.failures, ...second.failures], []);
  // A fuzzer whose calls are all refused at the door would show nothing.
  const answered = first.answered + second.answered;
  assert.ok(answered > 3000, `only ${answered} calls gave a result`);
});

test('a call that kills its process is reported as what it is', async () => {
  const { failures } = await fuzz({ seed: 0, calls: 3, fault: 1 });
  assert.deepEqual(
    failures.map(({ call, how }) => [call, how.split(')')[0]]),
    [[1, 'crashed (SIGSEGV']],
  );
});
