/** Images and maps made larger, as ONNX files, beside the engine. */
import { suite, test } from 'node:test';
import { functional, setNumThreads } from '@retort/torch';
import { assertRefused, testExports, tried } from '../../../../reference/exported.ts';

setNumThreads(1);

suite('the nearest number of each place', () => {
  testExports({
    'twice as large': {
      of: () => tried((x) => functional.interpolate(x, { size: [18, 14], mode: 'nearest' })),
      nodes: ['Resize', 'Reshape'],
    },
    'other by side': {
      of: () => tried((x) => functional.interpolate(x, { size: [27, 7], mode: 'nearest' })),
    },
    'by a factor': { of: () => tried((x) => functional.interpolate(x, { scaleFactor: 3, mode: 'nearest' })) },
  });
});

test('a side that becomes no whole multiple is refused', () =>
  assertRefused(
    tried((x) => functional.interpolate(x, { size: [10, 14], mode: 'nearest' })),
    /^aten::upsample_nearest2d.* cannot be exported: each side must become a whole multiple of what it was, as a factor of 2 makes it$/,
  ));
