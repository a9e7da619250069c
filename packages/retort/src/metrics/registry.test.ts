import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as exported from './index.ts';
import type { NamedMetric } from './registry.ts';

test('every metric that has a name is of a class that index.ts exports', () => {
  const classes = new Set<unknown>(Object.values(exported));
  const named: [name: string, metric: NamedMetric][] = Object.entries(exported.metrics);
  const missing = named.filter(([, { of }]) =>
    Object.values(of).some((make) => !classes.has(make(2).constructor)),
  );
  assert.deepEqual(
    missing.map(([name]) => name),
    [],
  );
});
