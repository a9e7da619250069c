import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLater, version } from './version.ts';

test('a version is later by the first of its numbers that differs', () => {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const later = [[major, minor, patch + 10], [major, minor + 10, 0], [major + 1]];
  for (const numbers of later) assert.ok(isLater(numbers.join('.')), numbers.join('.'));
  for (const other of [version, `${version}-beta`, '0.0.0', 'none']) assert.ok(!isLater(other), other);
});
