import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { suite, test } from 'node:test';
import { locateAddon } from '../setup/addon.ts';

// What scripts/sanitize.ts adds.
const sanitizer = process.env.RETORT_CXXFLAGS?.includes('-fsanitize=address') ? 'libasan' : undefined;

suite('the addon', () => {
  const dynamic = execFileSync('readelf', ['--dynamic', '--wide', locateAddon()], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });

  test('is linked to libtorch_cpu and c10, the C and C++ libraries, and nothing else: no CUDA', () => {
    const needed = Array.from(dynamic.matchAll(/\(NEEDED\).*\[([^.]+)\.so/g), ([, name]) => name);
    assert.deepEqual(
      needed
        .filter(
          (name) =>
            !['libstdc++', 'libm', 'libgcc_s', 'libc', 'ld-linux-x86-64'].includes(name ?? '') &&
            name !== sanitizer,
        )
        .sort(),
      ['libc10', 'libtorch_cpu'],
    );
  });
  test('stays loaded when the environment that loaded it ends: threads of it may still run', () => {
    assert.match(dynamic, /FLAGS_1.*NODELETE/);
  });
});
