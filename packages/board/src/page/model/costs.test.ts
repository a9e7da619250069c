import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cost } from '../../api.ts';
import { measuresOf } from './costs.ts';

const cost = (group: string, latencies: Cost['latencies'] = []): Cost => ({
  ...{ group, parameters: 1000, multiplyAdds: null, latencies, score: 0.5, isOnFront: false },
});

test('what students cost has a measure for each machine, and none of what nobody says', () => {
  const [here, there] = [
    { conditions: 'here', ms: 2 },
    { conditions: 'there', ms: 900 },
  ];
  const names = (costs: readonly Cost[]) => measuresOf(costs).map(({ name }) => name);
  assert.deepEqual(names([cost('a')]), ['parameters']);
  assert.deepEqual(names([cost('a', [here]), cost('b')]), ['parameters', 'latency, ms']);
  const both = [cost('a', [here]), cost('b', [here, there])];
  const [, first, second] = measuresOf(both);
  assert.deepEqual([first?.name, second?.name], ['latency (1), ms', 'latency (2), ms']);
  assert.deepEqual(
    both.map((one) => [first?.of(one), second?.of(one), second?.text(second.of(one))]),
    [
      [2, null, ''],
      [2, 900, '900 ms'],
    ],
  );
});
