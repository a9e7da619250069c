import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { awaitOwn, runOwn } from './own-code.ts';
import { OwnModuleError } from './own-modules.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort (own code) '));
after(() => fs.rmSync(scratch, { recursive: true }));

/** A module of somebody else, whose `run` is called with something to call. */
async function module(name: string, code: string): Promise<{ run: (called: () => unknown) => unknown }> {
  const file = path.join(scratch, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, code);
  return await import(pathToFileURL(file).href);
}

suite('what code of one’s own throws', () => {
  const whose = './net.ts#create';
  const ours = () => {
    throw new RangeError('no luck');
  };
  /** What is said of it, at once and later. */
  const said = async (body: () => unknown): Promise<string> => {
    const messages: string[] = [];
    const isKept = (error: unknown): boolean => {
      assert.ok(error instanceof OwnModuleError);
      messages.push(error.message);
      return 'cause' in error;
    };
    assert.throws(() => runOwn(whose, OwnModuleError, body), isKept);
    await assert.rejects(
      awaitOwn(whose, OwnModuleError, async () => {
        await null;
        return body();
      }),
      isKept,
    );
    assert.equal(messages[0], messages[1]);
    return messages[0] ?? '';
  };

  test('is said with the line of theirs where it was thrown', async () => {
    const { run } = await module(
      'thrower.ts',
      '\nexport function run(): never {\n  throw new Error("no luck");\n}\n',
    );
    assert.equal(
      await said(() => run(ours)),
      `${whose} failed at ${path.join(scratch, 'thrower.ts')}:3: no luck`,
    );
  });

  test('or where they called what threw, be it ours or a package', async () => {
    const { run } = await module('caller.ts', 'export const run = (called: () => unknown) =>\n  called();\n');
    const package_ = await module(
      'node_modules/one/index.js',
      'export const run = () => { throw new Error("no luck"); };',
    );
    const expected = `${whose} failed at ${path.join(scratch, 'caller.ts')}:2: no luck`;
    assert.equal(await said(() => run(ours)), expected);
    assert.equal(await said(() => run(() => package_.run(ours))), expected);
  });

  test('and without a line where there is none of theirs, or no Error: not with that of whoever called', async () => {
    const { run } = await module('outer.ts', 'export const run = (called: () => unknown) => called();\n');
    assert.throws(() => run(() => runOwn(whose, OwnModuleError, ours)), {
      message: `${whose} failed: no luck`,
    });
    assert.equal(
      await said(() => {
        throw 'no luck';
      }),
      `${whose} failed: no luck`,
    );
  });
});
