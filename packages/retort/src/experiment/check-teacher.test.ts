/** A teacher that has nothing to teach. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { readRun, run, subset, TeacherError } from 'retort';
import { halves } from '../../reference/halves.ts';
import { interruptible } from '../../reference/interruptible.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-check-teacher-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const folder = (name: string): string => path.join(scratch, name);

suite('a teacher near chance', () => {
  const why =
    'it has learned too little, has other weights than its architecture needs, or was trained with another normalisation, another order of classes or on other data';

  test('stops the run before the first step', async () => {
    const options = interruptible(folder('chance'), { goodTeacher: false });
    await assert.rejects(
      run(options),
      new TeacherError(
        `the teacher is right on 50.00 % of in memory, near the 50.00 % of chance: ${why}; if it is weak on purpose, say teacherCheck: false (--no-teacher-check)`,
      ),
    );
    assert.equal(readRun(folder('chance')).status, 'failed');
    assert.equal(
      (await run(interruptible(folder('chance')))).epochs,
      4,
      'nothing has to be removed before the next',
    );
  });

  test('is one that always says the largest class of a skewed split', async () => {
    const { data, ...options } = interruptible(folder('skewed'), { goodTeacher: false });
    const even = halves(40);
    const mostly = Int32Array.from([0, 2, 4, 6, 8, 10, 12, 14, 16, 1]);
    const test = subset(even, mostly);
    await assert.rejects(
      run({ ...options, data: { ...data, test } }),
      new TeacherError(
        `the teacher is right on 90.00 % of in memory, near the 90.00 % that always saying 'left' is right on: ${why}; if it is weak on purpose, say teacherCheck: false (--no-teacher-check)`,
      ),
    );
  });

  test('that is weak on purpose is learned from, and warned of', async () => {
    const warnings: string[] = [];
    const { epochs, teacher } = await run({
      ...interruptible(folder('weak'), { goodTeacher: false }),
      teacherCheck: false,
      onWarning: (text) => warnings.push(text),
    });
    assert.deepEqual([epochs, teacher?.top1], [4, 0.5]);
    assert.deepEqual(warnings, [
      `the teacher is right on 50.00 % of in memory, near the 50.00 % of chance: ${why}. The student learns from it all the same, as teacherCheck is false`,
    ]);
  });
});
