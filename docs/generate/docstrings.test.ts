import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { gaps, gapsOf } from './docstrings.ts';
import { source } from './pages.ts';

suite('docstrings', () => {
  test('are on all that @retort/torch exports, with an example on functions and classes', () => {
    const missing = gaps().map(
      ({ file, line, name, lacks }) => `packages/torch/src/${file}:${line}: ${name} lacks ${lacks}`,
    );
    assert.ok(missing.length === 0, `${missing.length} of them:\n${missing.join('\n')}`);
  });

  test('that are missing are found, with file and line', () => {
    const text = `
/** Has one. @example f() */
export function f(): void {}
/** Has no example. */
export function g(): void {}
export const value = 1;
/** A class. @example new Base() */
export class Base {
  /** Said here. */
  said(): void {}
  unsaid(): void {}
  protected hidden(): void {}
  #own(): void {}
}
/** Another. @example new Derived() */
export class Derived extends Base {
  override said(): void {}
  get size(): number { return 0; }
}
/** @internal */
export function inner(): void {}
`;
    const found = gapsOf(['probe.ts'], new Map([[path.join(source, 'probe.ts'), text]]));
    assert.deepEqual(
      found.map(({ file, line, name, lacks }) => `${file}:${line} ${name} ${lacks}`),
      [
        'probe.ts:5 g an @example',
        'probe.ts:6 value a docstring',
        'probe.ts:11 Base.unsaid a docstring',
        'probe.ts:18 Derived.size a docstring',
      ],
    );
  });
});
