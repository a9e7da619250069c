import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { version } from '@retort/torch';
import { pinnedVersion } from '@retort/torch/setup';
import { parseSchema, type Schema } from '../dispatch/schema.ts';
import { exampleOf, telling } from './example.ts';
import { argumentType, operators } from './generate.ts';

const root = path.join(import.meta.dirname, '../../../..');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-examples-'));
after(() => fs.rmSync(scratch, { recursive: true }));

test('an example gives what is needed in order, and the rest by name at its defaults', () => {
  const topk = parseSchema(
    'aten::topk(Tensor self, SymInt k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)',
  );
  assert.equal(exampleOf([topk], 'method'), 'x.topk(k, { dim: -1, largest: true, sorted: true })');
  const sum = [
    'aten::sum(Tensor self, *, ScalarType? dtype=None) -> Tensor',
    'aten::sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
  ].map(parseSchema);
  assert.equal(exampleOf(sum, 'method'), 'x.sum(dim, { keepdim: false })');
  const conv = parseSchema(
    'aten::conv(Tensor input, Tensor? bias=None, SymInt[2] stride=[1, 1], float eps=1.0000000000000001e-05, str mode="a, b") -> Tensor',
  );
  assert.equal(
    exampleOf([conv], 'function'),
    "aten.conv(input, { bias, stride: 1, eps: 0.00001, mode: 'a, b' })",
  );
});

/** The call with its variables declared as the arguments of the schema that it shows. */
function declared(schemas: readonly Schema[], kind: 'method' | 'function'): string {
  const variables = (telling(schemas)?.parameters ?? []).map(
    ({ name, type }) => `${name === 'self' ? 'x' : name}: ${argumentType(type)}`,
  );
  return `(${variables.join(', ')}) => ${exampleOf(schemas, kind)};`;
}

test('the examples of all operators type-check', (t) => {
  if (version !== pinnedVersion)
    return t.skip(`the types are of ${pinnedVersion}, and this libtorch is ${version}`);
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(scratch, 'node_modules'));
  const { methods, functions } = operators();
  const lines = [
    "import { aten } from '@retort/torch';",
    "import type { Complex, Device, DType, Generator, Layout, MemoryFormat, Scalar, Tensor } from '@retort/torch';",
    ...methods.map((schemas) => declared(schemas, 'method')),
    ...functions.map((schemas) => declared(schemas, 'function')),
  ];
  fs.writeFileSync(path.join(scratch, 'examples.mts'), lines.join('\n'));
  fs.writeFileSync(
    path.join(scratch, 'tsconfig.json'),
    JSON.stringify({
      extends: path.join(root, 'tsconfig.json'),
      compilerOptions: { noUnusedParameters: false, typeRoots: [path.join(root, 'node_modules/@types')] },
      include: ['*.mts'],
    }),
  );
  const tsc = path.join(root, 'node_modules/.bin/tsc');
  const { status, stdout } = spawnSync(tsc, ['-p', scratch], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});
