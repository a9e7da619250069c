import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineStyle } from './colours.ts';

test('lines beyond the seventh are dashed, and the first twenty-one are told apart', () => {
  for (const isDark of [false, true]) {
    const styles = Array.from({ length: 21 }, (_, n) => lineStyle(n, isDark));
    assert.deepEqual(
      styles.map(({ dash }) => dash.length > 0),
      styles.map((_, n) => n >= 7),
    );
    assert.equal(new Set(styles.map((style) => JSON.stringify(style))).size, 21);
  }
});
