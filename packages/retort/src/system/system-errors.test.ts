import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { RunError } from '../runs/read/errors.ts';
import { systemCause } from './system-errors.ts';

const of = (code: string): Error =>
  Object.assign(new Error(`${code}: some words, write`), { code, syscall: 'write', errno: -1 });

suite('what the system says', () => {
  test('names the file and the cure, also where it does not name the file itself', (t) => {
    const said = ['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG', 'EIO', 'EMFILE', 'ENFILE', 'ESTALE', 'EACCES'].map(
      (code) => String(RunError.of(of(code), 'runs/kd/run.json could not be written')),
    );
    t.assert.snapshot(said);
  });

  test('of anything else is left alone', () => {
    const other = new RangeError('of another kind');
    assert.equal(RunError.of(other, 'a file'), other);
    assert.equal(systemCause(of('EWHATEVER')), null);
    assert.equal(systemCause('a text'), null);
  });
});
