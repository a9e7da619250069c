/** What a run is made of, when it is another. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { nn } from '@retort/torch';
import { type Inputs, RunError } from '../runs/index.ts';
import { refuseOtherInputs } from '../runs/read/inputs.ts';
import { networkInput } from './inputs.ts';

const linear = new nn.Linear(2, 2);
const network = (more: object = {}): nn.Module => Object.assign(new nn.Sequential(linear), more);

function refused(began: Inputs, now: Inputs): string {
  try {
    refuseOtherInputs('runs/mine', began, now);
  } catch (error) {
    assert.ok(error instanceof RunError);
    return error.message.replaceAll(/[0-9a-f]{12}…/g, 'SUM');
  }
  return '';
}

suite('a run of other contents', () => {
  const teacher = networkInput(network(), 'runs/teacher');
  test('of the same weights in another network says so, and who else may have changed', () => {
    const now = { teacher: networkInput(network({ drop: new nn.Dropout(0.2) }), 'runs/teacher') };
    assert.equal(
      refused({ teacher }, now),
      'runs/mine was begun with other contents: the teacher (runs/teacher) has the weights that it had, and is another network by its modules and settings. Bring back what was there, its code or the Retort that made it, or begin anew in another folder (--out)',
    );
  });
  test('of other weights says what their sums are', () => {
    const now = { teacher: networkInput(new nn.Sequential(new nn.Linear(2, 2)), 'runs/other') };
    assert.equal(
      refused({ teacher }, now),
      'runs/mine was begun with other contents: the teacher (runs/other) has the SHA-256 SUM, and had SUM in runs/teacher. Bring back what was there, or begin anew in another folder (--out)',
    );
  });
  test('begun by a version that kept no sum of the weights says that the version may be what differs', () => {
    const earlier = { sha256: '0'.repeat(64), from: 'runs/teacher' };
    assert.equal(
      refused({ teacher: earlier }, { teacher }),
      'runs/mine was begun with other contents: the teacher (runs/teacher) has the SHA-256 SUM, and had SUM. Bring back what was there, or begin anew in another folder (--out). Where its file is as it was, an earlier Retort began the run, which knew networks otherwise, and alone resumes it',
    );
    assert.equal(refused({ teacher: { ...earlier, sha256: teacher.sha256 } }, { teacher }), '');
  });
});
