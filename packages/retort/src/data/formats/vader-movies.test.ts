/** Sentences of film reviews: which of the package's lines are taken, and what is said where the package is another. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import * as tar from 'tar';
import { DataError } from '../dataset.ts';
import { ratedIn, vaderMovies } from './vader-movies.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-vader-'));
process.chdir(scratch);
after(() => fs.rmSync(scratch, { recursive: true }));

suite('rated sentences', () => {
  test('are positive or negative by their mean; those near 0 are left out, and what is said twice is there once', () => {
    const lines = [
      '1\t2.26\tA splash.',
      '2\t-0.6\tTepid.',
      '3\t0.49\tA film.',
      '4\t-0.5\tDull.',
      '5\t3\tTepid.',
    ];
    assert.deepEqual(ratedIn(`${lines.join('\r\n')}\r\n`), [
      { text: 'A splash.', label: 1 },
      { text: 'Tepid.', label: 0 },
      { text: 'Dull.', label: 0 },
    ]);
  });

  test('are refused with the line where it is something else', () => {
    for (const line of ['2\tgood\tA film.', '2\t1.5', '', '2\t\tA film.'])
      assert.throws(() => ratedIn(`1\t2\tA splash.\n${line}\n3\t1\tA film.`), {
        name: DataError.name,
        message:
          'hutto_ICWSM_2014/movieReviewSnippets_GroundTruth.txt, line 2: it is no number, mean rating and text',
      });
  });

  test('of a package that is another are refused, and nothing of it stays', async () => {
    const { RETORT_DATA: data, RETORT_CACHE: cache } = process.env;
    Object.assign(process.env, { RETORT_DATA: scratch, RETORT_CACHE: path.join(scratch, 'cache') });
    try {
      const file = path.join(scratch, 'vaderSentiment-3.3.2.tar.gz');
      fs.writeFileSync('README', 'another');
      await tar.create({ file, gzip: true }, ['README']);
      await assert.rejects(vaderMovies(), {
        name: DataError.name,
        message: `${file} does not hold vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz: it is not the official archive of vaderSentiment-3.3.2`,
      });
      fs.rmSync(file);
      fs.mkdirSync(file);
      await assert.rejects(vaderMovies(), {
        name: DataError.name,
        message: `${file}: it is a folder, not a file`,
      });
      assert.deepEqual(fs.readdirSync(path.join(scratch, 'cache/data')), []);
    } finally {
      for (const [name, value] of Object.entries({ RETORT_DATA: data, RETORT_CACHE: cache }))
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    }
  });
});
