import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, beforeEach, mock, suite, test } from 'node:test';
import { tensor } from '@retort/torch';
import { Checkpoints, RunError } from '../index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-checkpoints-'));
after(() => fs.rmSync(scratch, { recursive: true }));

suite('checkpoints of a run', () => {
  const folder = path.join(scratch, 'checkpoints');
  const best = path.join(scratch, 'best.safetensors');
  const at = (...names: string[]): string => path.join(folder, ...names);
  const shown = (text: string): string => text.replaceAll(`${scratch}/`, '');

  beforeEach(() => {
    for (const name of fs.readdirSync(scratch)) fs.rmSync(path.join(scratch, name), { recursive: true });
    fs.writeFileSync(best, 'weights');
    for (const step of [1, 2])
      new Checkpoints<{ step: number }>(folder).write({
        tensors: { weight: tensor([step]) },
        record: { step },
        files: { 'best.safetensors': best },
      });
  });

  /** The step of the newest, and what is said of those that are damaged. */
  function newest(): { readonly step: number | undefined; readonly said: string[] } {
    const said: string[] = [];
    const found = new Checkpoints<{ step: number }>(folder).newest((text) => said.push(shown(text)));
    return { step: found?.record.step, said };
  }

  test('are read beside the process that writes them: a damaged one stays, and is passed over', () => {
    const said: string[] = [];
    const whole = () => new Checkpoints<{ step: number }>(folder).whole((text) => said.push(shown(text)));
    assert.deepEqual([whole()?.name, whole()?.record.step, said], ['000002', 2, []]);
    fs.appendFileSync(at('000002', 'tensors.safetensors'), 'x');
    assert.equal(whole()?.name, '000001');
    assert.deepEqual(said, [
      'the checkpoint checkpoints/000002 is damaged (tensors.safetensors does not have the checksum that was recorded), and is passed over',
    ]);
    assert.ok(fs.existsSync(at('000002')));
    fs.rmSync(at('000001', 'checkpoint.json'));
    assert.equal(whole(), null);
    assert.equal(
      new Checkpoints(path.join(scratch, 'none')).whole(() => {}),
      null,
    );
  });

  const damages: readonly [what: string, why: string, damage: (place: string) => void][] = [
    ['nothing', ' is missing', () => {}],
    ['a link to nowhere', ' is missing', (place) => fs.symlinkSync('nowhere', place)],
    ['a folder', ': it is a folder, not a file', (place) => fs.mkdirSync(place)],
    ['a loop of links', ': its links lead in a loop', (place) => fs.symlinkSync(path.basename(place), place)],
    [
      'a pipe',
      ': it is a pipe, a device or a socket, not a file',
      (place) => execFileSync('mkfifo', [place]),
    ],
    [
      'a link to a device',
      ': it is a pipe, a device or a socket, not a file',
      (place) => fs.symlinkSync('/dev/zero', place),
    ],
  ];
  for (const name of ['checkpoint.json', 'tensors.safetensors', 'best.safetensors'])
    test(`are passed over for the one before where anything else is in the place of ${name}`, () => {
      for (const [what, why, damage] of damages) {
        fs.cpSync(at('000002'), at('kept'), { recursive: true });
        fs.rmSync(at('000002', name));
        damage(at('000002', name));
        assert.deepEqual(
          newest(),
          {
            step: 1,
            said: [
              `the checkpoint checkpoints/000002 is damaged (${name}${why}): going back to the one before`,
            ],
          },
          what,
        );
        fs.renameSync(at('kept'), at('000002'));
      }
    });

  test('are passed over where they say what no checkpoint says, in a sentence of one line', () => {
    for (const [text, why] of [
      ['null', 'checkpoint.json was changed'],
      ['7', 'checkpoint.json was changed'],
      ['{"record":\n\n', 'checkpoint.json: Unexpected end of JSON input'],
      [
        '{"a"\n:\n1\n,x',
        `checkpoint.json: Expected double-quoted property name in JSON at position 10 (line 4 column 2)`,
      ],
      ['\u001b[2J\n', 'checkpoint.json: Unexpected token \'\\u001b\', "\\u001b[2J\\n" is not valid JSON'],
    ] as const) {
      fs.cpSync(at('000002'), at('kept'), { recursive: true });
      fs.writeFileSync(at('000002', 'checkpoint.json'), text);
      const { said } = newest();
      assert.deepEqual(said, [
        `the checkpoint checkpoints/000002 is damaged (${why}): going back to the one before`,
      ]);
      fs.renameSync(at('kept'), at('000002'));
    }
  });

  test('are not begun again where their folder is not to be had', () => {
    fs.renameSync(folder, path.join(scratch, 'away'));
    for (const [why, make] of [
      ['there is no such file or folder', () => fs.symlinkSync('unplugged', folder)],
      ['its links lead in a loop', () => fs.symlinkSync('checkpoints', folder)],
      ['a part of the path is a file, not a folder', () => fs.writeFileSync(folder, '')],
    ] as const) {
      make();
      assert.throws(newest, new RunError(`the folder ${folder} could not be read: ${why}`));
      fs.rmSync(folder);
    }
    fs.symlinkSync('away', folder);
    assert.equal(newest().step, 2, 'a link to where they are');
  });

  test('stay where they cannot be read just now', () => {
    const open = fs.openSync;
    mock.method(fs, 'openSync', (...args: Parameters<typeof fs.openSync>) => {
      if (String(args[0]).endsWith('tensors.safetensors'))
        throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
      return open(...args);
    });
    assert.throws(
      newest,
      new RunError(
        `${at('000002', 'tensors.safetensors')} could not be read: this process has too many files open: raise the limit (\`ulimit -n\`)`,
      ),
    );
    mock.restoreAll();
    assert.deepEqual(newest(), { step: 2, said: [] });
  });

  test('are none of ours under another name', () => {
    fs.mkdirSync(at('9'));
    fs.mkdirSync(at('0000003'));
    assert.deepEqual(newest(), { step: 2, said: [] });
  });
});
