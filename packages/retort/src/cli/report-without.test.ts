import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { retort } from '../../reference/command.ts';

test('what writes a report is asked for where it is not installed, before anything is read', async () => {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== 'hono/html') return next(specifier, context);
      throw Object.assign(new Error("Cannot find package 'hono'"), { code: 'ERR_MODULE_NOT_FOUND' });
    },
  });
  const out = path.join(os.tmpdir(), 'retort-report-without.html');
  const { code, stderr } = await retort('report', 'there-is-none', '--out', out);
  assert.equal(
    stderr,
    "retort: a report is written by hono's templates, which are not installed: npm install hono @observablehq/plot linkedom\n",
  );
  assert.equal(code, 2);
});
