/** Two processes are ranks of one group after another, and do what `reference/ranks/cases.ts` says; a third comes where one is to be lost. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, suite, test } from 'node:test';
import { all, close, join, leave, newStore, ranks, values } from '../../reference/ranks/pair.ts';
import { type Answer, freePort, Rank } from '../../reference/ranks/start.ts';
import { native } from '../dispatch/native.ts';
import { spoken } from './group.ts';
import { meetingOf } from './meeting.ts';
import { asPromise } from './pending.ts';

/** Runs `body` in a group of its own, that may break. */
async function inGroup(
  timeout: number,
  body: () => Promise<void>,
  these: readonly Rank[] = ranks,
): Promise<void> {
  await join(timeout, these);
  try {
    await body();
  } finally {
    await leave(these);
  }
}

const forms = ['promised', 'blocking'] as const;

suite('without a group', () => {
  test('calls say that there is none, and SyncBatchNorm is BatchNorm', async () => {
    for (const { isInitialized, norm, ...said } of await values<Record<string, string>>('alone')) {
      assert.equal(isInitialized, false);
      for (const [name, text] of Object.entries(said))
        assert.match(text, /^TorchError: \w+: this process is no rank of a group/, name);
      assert.deepEqual(
        (norm as unknown as number[][]).map((row) => row.map(Math.round)),
        [
          [-1, 0, 1],
          [1, 0, -1],
        ],
      );
    }
  });
});

suite('ranks meet', () => {
  test('by the variables of torchrun, where nothing listens to other machines, and again by the same', async () => {
    const variables = { MASTER_ADDR: 'localhost', MASTER_PORT: String(await freePort()), WORLD_SIZE: '2' };
    for (const attempt of ['0', '1', '1']) {
      const answers = await Promise.all(
        ranks.map((rank, i) =>
          rank.does('join', {}, { ...variables, RANK: String(i), TORCHELASTIC_RESTART_COUNT: attempt }),
        ),
      );
      assert.deepEqual(
        answers.map(({ value, error }) => error ?? value),
        [
          [0, 2, true],
          [1, 2, true],
        ],
      );
      const listening = await values<string[]>('listens');
      assert.ok(listening.flat().length >= 3, 'the store and both ranks');
      assert.deepEqual(new Set(listening.flat()), new Set(['0100007F']));
      assert.deepEqual(await values('leave'), [false, false]);
    }
  });

  test('in the store of an agent, whatever each agent counts, and after an attempt that came to nothing', async () => {
    const port = await freePort();
    const place = { host: '127.0.0.1', port, serves: true, listen: '127.0.0.1' };
    await asPromise((done) => native.openStore(place, 'agent', 1, 20_000, done));
    const meet = (rank: number, restarts: number, timeout = 20): Promise<Answer> | undefined =>
      ranks[rank]?.does(
        'join',
        { timeout },
        {
          ...{ MASTER_ADDR: 'localhost', MASTER_PORT: String(port), WORLD_SIZE: '2', RANK: String(rank) },
          TORCHELASTIC_USE_AGENT_STORE: 'True',
          TORCHELASTIC_RESTART_COUNT: String(restarts),
        },
      );
    for (const counts of [
      [0, 0],
      [1, 0],
    ]) {
      const answers = await Promise.all(counts.map((restarts, rank) => meet(rank, restarts)));
      assert.deepEqual(
        answers.map((answer) => answer?.error ?? answer?.value),
        [
          [0, 2, true],
          [1, 2, true],
        ],
      );
      assert.deepEqual(await values('leave'), [false, false]);
      for (const absent of [1, 0]) {
        const { error } = (await meet(1 - absent, 1, 0.6)) ?? {};
        assert.equal(error?.name, 'DistributedError');
        assert.match(
          error.message,
          new RegExp(`waited 0\\.6 s at localhost:${port} for rank ${absent}, of 2`),
        );
      }
    }
  });

  test('at an address', async () => {
    const initMethod = `tcp://127.0.0.1:${await freePort()}`;
    const answers = await Promise.all(
      ranks.map((rank, i) => rank.does('join', { initMethod, rank: i, worldSize: 2 })),
    );
    assert.deepEqual(
      answers.map(({ error }) => error),
      [undefined, undefined],
    );
    await values('leave');
  });

  test('in vain where one does not come, which is named', async () => {
    const initMethod = `${newStore()}`;
    const answers = await Promise.all(
      ranks.map((rank, i) => rank.does('join', { initMethod, rank: 2 * i, worldSize: 4, timeout: 0.5 })),
    );
    for (const [i, { error, milliseconds }] of answers.entries()) {
      assert.equal(error?.name, 'DistributedError');
      assert.equal(error?.rank, 2 * i);
      assert.equal(error?.operation, 'initProcessGroup');
      assert.match(
        error?.message ?? '',
        /^rank [02] of 4: waited 0\.5 s at the file .* for ranks 1 and 3, of 4, in vain: look whether they were started/,
      );
      close(milliseconds, 9000, 'milliseconds');
    }
    assert.deepEqual(
      await values('alone').then((said) =>
        said.map((each) => (each as { isInitialized: boolean }).isInitialized),
      ),
      [false, false],
    );
  });

  test('in vain where no store is', async () => {
    const initMethod = `tcp://127.0.0.1:${await freePort()}`;
    const [, rank] = ranks;
    const answer = await rank?.does('join', { initMethod, rank: 1, worldSize: 2, timeout: 1 });
    assert.match(
      answer?.error?.message ?? '',
      /^rank 1 of 2: no store answered at 127\.0\.0\.1:\d+ within 1 s: look whether rank 0, or the launcher that has the store, is there/,
    );
    close(answer?.milliseconds ?? 0, 9000, 'milliseconds');
  });

  test('not at a port that is taken', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    const answer = await ranks[0]?.does('join', {
      initMethod: `tcp://127.0.0.1:${port}`,
      rank: 0,
      worldSize: 2,
      timeout: 2,
    });
    server.close();
    assert.match(
      answer?.error?.message ?? '',
      /^rank 0 of 2: cannot listen at 127\.0\.0\.1:\d+ for the other ranks: .*Address already in use/,
    );
  });

  test('not where two come as one, or know of other numbers of ranks', async () => {
    const same = `${newStore()}`;
    const twice = await Promise.all(
      ranks.map((rank) => rank.does('join', { initMethod: same, rank: 0, worldSize: 2, timeout: 0.5 })),
    );
    const said = twice.map(({ error }) => error?.message ?? '');
    assert.ok(
      said.some((text) => /another process has come to the file .* as rank 0 already/.test(text)),
      said.join('\n'),
    );
    const other = `${newStore()}`;
    const sizes = await Promise.all(
      ranks.map((rank, i) =>
        rank.does('join', { initMethod: other, rank: i, worldSize: 2 + i, timeout: 0.5 }),
      ),
    );
    assert.match(
      sizes[0]?.error?.message ?? '',
      /rank 1 was told that there are 3 ranks, this one that there are 2: WORLD_SIZE must be the same/,
    );
  });

  const variables = { RANK: '1', WORLD_SIZE: '2', MASTER_ADDR: 'host', MASTER_PORT: '29500' };
  const wrong: [name: string, options: object, variables: object, expected: RegExp][] = [
    [
      'no world size',
      {},
      { ...variables, WORLD_SIZE: undefined },
      /WORLD_SIZE \(or worldSize\) must be a whole number from 1 .*, and is not given: a launcher sets it, as torchrun does/,
    ],
    [
      'no rank',
      {},
      { ...variables, RANK: '' },
      /RANK \(or rank\) must be a whole number from 0 to 1, not ""/,
    ],
    ['a rank beyond', { rank: 2 }, variables, /rank must be a whole number from 0 to 1, not "2"/],
    ['no host', {}, { ...variables, MASTER_ADDR: undefined }, /MASTER_ADDR, the host of rank 0, is not set/],
    [
      'a port beyond',
      {},
      { ...variables, MASTER_PORT: '70000' },
      /MASTER_PORT must be a whole number from 1 to 65535, not "70000"/,
    ],
    ['NCCL', { backend: 'nccl' }, variables, /'nccl', between GPUs, is not there yet/],
    ['another backend', { backend: 'mpi' }, variables, /backend must be 'gloo', not "mpi"/],
    ['no time', { timeout: 0 }, variables, /timeout must be a number of seconds, more than 0/],
    [
      'another method',
      { initMethod: 'http://x' },
      variables,
      /initMethod must be 'env:\/\/', 'tcp:\/\/HOST:PORT' or 'file:\/\/\/PATH', not "http:\/\/x"/,
    ],
    ['an unknown option', { size: 2 }, variables, /size/],
  ];
  for (const [name, options, given, expected] of wrong)
    test(`not with ${name}`, () => assert.throws(() => meetingOf(options, { ...given }), expected));

  test('through the store of an agent as its clients, agreeing on their attempt', () => {
    const agent = {
      ...variables,
      RANK: '0',
      TORCHELASTIC_USE_AGENT_STORE: 'True',
      TORCHELASTIC_RESTART_COUNT: '3',
    };
    const meeting = meetingOf({}, agent);
    assert.deepEqual(meeting.place, { host: 'host', port: 29500, serves: false });
    assert.equal(meeting.attempt, null);
    assert.equal(meeting.address, null, 'not this machine alone');
    assert.equal(meeting.milliseconds, 300_000);
    const alone = { ...variables, RANK: '0', MASTER_ADDR: 'localhost' };
    assert.deepEqual(meetingOf({}, alone).place, {
      host: '127.0.0.1',
      port: 29500,
      serves: true,
      listen: '127.0.0.1',
    });
    assert.equal(meetingOf({}, alone).address, '127.0.0.1');
    assert.equal(meetingOf({}, { ...alone, GLOO_SOCKET_IFNAME: 'lo' }).address, null, 'as it was told');
  });
});

suite('together', () => {
  before(() => join());
  after(() => leave());

  // Rank 0 has 1 to 6, rank 1 has 3 to 8.
  const reduced = {
    sum: [
      [4, 6, 8],
      [10, 12, 14],
    ],
    avg: [
      [2, 3, 4],
      [5, 6, 7],
    ],
    min: [
      [1, 2, 3],
      [4, 5, 6],
    ],
    max: [
      [3, 4, 5],
      [6, 7, 8],
    ],
    product: [
      [3, 8, 15],
      [24, 35, 48],
    ],
  };
  for (const form of forms) {
    for (const [op, expected] of Object.entries(reduced))
      test(`${op} over ranks, ${form}`, async () => {
        for (const dtype of [
          'float32',
          'float64',
          'float16',
          'bfloat16',
          'int64',
          'int32',
          'int8',
          'uint8',
        ]) {
          if (op === 'avg' && /int/.test(dtype)) continue;
          assert.deepEqual(await values('reduce', form, dtype, op), [expected, expected], dtype);
        }
      });

    test(`booleans and complex numbers, ${form}`, async () => {
      const [any, every] = [
        [
          [1, 1, 1],
          [0, 0, 0],
        ],
        [
          [0, 0, 0],
          [0, 0, 0],
        ],
      ];
      assert.deepEqual(await values('reduce', form, 'bool', 'max'), [any, any]);
      assert.deepEqual(await values('reduce', form, 'bool', 'min'), [every, every]);
      assert.deepEqual(await values('reduce', form, 'complex64', 'sum'), [reduced.sum, reduced.sum]);
      assert.deepEqual(await values('reduce', form, 'complex128', 'avg'), [reduced.avg, reduced.avg]);
    });

    test(`tensors of every shape and layout, ${form}`, async () => {
      const [one, other] = await values<Record<string, unknown>>('shapes', form);
      assert.deepEqual(one, other);
      assert.deepEqual(one, {
        transposed: [
          [3, 7, 11],
          [5, 9, 13],
        ],
        column: Array(3).fill([0, 0, 3, 0]),
        scalar: 3,
        empty: [0, 3],
        leaf: [[1, 1], true],
        sent: [
          [0, 3],
          [2, 4],
        ],
        gathered: [
          [
            [0, 6],
            [5, 7],
          ],
          [
            [1, 6],
            [5, 7],
          ],
        ],
        scalars: [
          [0, 'int64', []],
          [1, 'int64', []],
        ],
        nothing: [
          [0, 2],
          [0, 2],
        ],
      });
    });

    test(`every dtype goes between ranks, ${form}`, async () => {
      const dtypes = [
        'bool',
        'uint8',
        'int8',
        'int16',
        'int32',
        'int64',
        'uint16',
        'uint32',
        'uint64',
        'float16',
        'bfloat16',
        'float32',
        'float64',
        'complex64',
        'complex128',
        'float8_e4m3fn',
      ];
      const [one, other] = await values<Record<string, number[][]>>('dtypes', form, dtypes);
      assert.deepEqual(one, other);
      for (const dtype of dtypes) {
        const [sent, ofFirst, ofSecond] = one?.[dtype] ?? [];
        assert.deepEqual(sent, ofSecond, dtype);
        assert.notDeepEqual(ofFirst, ofSecond, dtype);
      }
      assert.deepEqual(one?.int16, [
        [1, 1, 0],
        [0, 1, 0],
        [1, 1, 0],
      ]);
    });

    test(`objects, ${form}`, async () => {
      for (const objects of await values('objects', form))
        assert.deepEqual(objects, { same: [true, true], src: ['ü', 1], empty: ['', ''], nothing: null });
    });
  }

  test('rows of other numbers, of as many tensors as one likes', async () => {
    for (const many of [1, 20]) {
      const [one, other] = await values<unknown[][]>('rows', many);
      assert.deepEqual(one, other);
      assert.deepEqual(one?.[0]?.slice(0, 1), [[[0, 2], 'float64', null]]);
      assert.deepEqual(one?.[1]?.slice(0, 1), [[[1, 2], 'float64', 10]]);
      assert.deepEqual(one?.[1]?.at(-2), [[many, 2], 'float64', 9 + many]);
      assert.deepEqual(
        [one?.[0]?.at(-1), one?.[1]?.at(-1)],
        [
          [[2], 'bool', 0],
          [[2], 'bool', 1],
        ],
      );
    }
  });

  test('what was promised at once is done in the order of the calls', async () => {
    for (const answer of await values('atOnce'))
      assert.deepEqual(answer, [
        true,
        [
          ['a', 'a'],
          ['b', 'b'],
        ],
      ]);
  });

  test('nothing waits in between of what was promised', async () => {
    for (const [first, then] of await values<string[]>('between')) {
      assert.match(first ?? '', /^TorchError: barrier: something that was promised is under way/);
      assert.equal(then, 'nothing');
    }
  });

  test('autograd knows that a tensor was changed', async () => {
    for (const said of await values<string>('saved')) assert.match(said, /modified by an inplace operation/);
  });

  test('what cannot be asked is refused in this process, and the group goes on', async () => {
    const expected: Record<string, RegExp> = {
      op: /op must be sum, avg, min, max, product, not "mean"/,
      option: /opp/,
      noTensor: /takes a tensor/,
      meta: /the tensor is on meta, and ranks speak between CPUs/,
      computed: /has no gradient, and the tensor was computed .*: give detach\(\) of it/,
      expanded: /several elements of the tensor are one in memory/,
      sparse: /the tensor is not strided/,
      bool: /booleans have no sum: 'max' says whether any is true/,
      average: /the average of int64 would not be whole/,
      complex: /complex64 has no max over ranks/,
      int16: /takes float32, .*, not int16/,
      src: /src must be a rank from 0 to 1, not "2"/,
      srcObject: /src must be a rank from 0 to 1, not "-1"/,
      rows: /a tensor of no dimensions has no rows/,
      nan: /takes a value that JSON holds, and this is none: 'loss' is NaN/,
      undefined: /this is none: it is undefined/,
      bigint: /this is none: .*BigInt/,
      again: /this process is a rank already/,
      none: /there are no parameters/,
      frozen: /parameter 2 \(Tensor float32\[2, 2\]\) does not require gradients/,
      twice: /parameter 1 is there twice/,
      notLeaf: /parameter 0 .* was computed from others/,
      bucket: /bucketMegabytes must be a number more than 0, not 0/,
      reducerOption: /buckets/,
    };
    for (const answers of await values<Record<string, string>>('refusals')) {
      assert.deepEqual(Object.keys(answers), Object.keys(expected));
      for (const [name, pattern] of Object.entries(expected)) {
        assert.match(answers[name] ?? '', /^TorchError: /, name);
        assert.match(answers[name] ?? '', pattern, name);
      }
    }
  });

  test('no handle and no memory stays behind', async () => {
    for (const [handles, bytes] of await values<[number, number]>('leaks')) {
      assert.equal(handles, 0);
      // What the last step told the others may still be let go of; of all 20 steps it is ten times as much.
      close(Math.abs(bytes), 3000, 'bytes after 20 steps');
    }
  });

  suite('a Reducer', () => {
    for (const split of [4, 1])
      test(`averages to the gradients of the whole batch, of which rank 0 has ${split} of 8`, async () => {
        for (const { differences, buckets } of await values<{ differences: number[]; buckets: number[][] }>(
          'average',
          split,
        )) {
          for (const difference of differences) close(difference, 1e-15, 'difference');
          assert.deepEqual(buckets, [[3, 2, 1, 0]]);
        }
      });

    test('parts gradients into buckets, the last parameters first', async () => {
      const options = { bucketMegabytes: 0.0002, firstBucketMegabytes: 0.0001 };
      for (const { differences, buckets } of await values<{ differences: number[]; buckets: number[][] }>(
        'average',
        4,
        options,
      )) {
        for (const difference of differences) close(difference, 1e-15, 'difference');
        assert.deepEqual(buckets, [
          [3, 2],
          [1, 0],
        ]);
      }
    });

    test('trains as one process with the whole batch', async () => {
      for (const difference of await values<number>('training')) close(difference, 1e-14, 'difference');
    });

    for (const how of ['dropped', 'zeroed'])
      test(`adds up without prepare(), gradients being ${how} between steps`, async () => {
        for (const differences of await values<number[]>('accumulate', how))
          for (const difference of differences) close(difference, 1e-15, 'difference');
      });

    test('makes gradients views of its buckets, also after zeroGrad()', async () => {
      // 3 of the last bias, 21 of the last weight, 7 and 35.
      for (const offsets of await values('views')) assert.deepEqual(offsets, Array(3).fill([31, 24, 3, 0]));
    });

    test('takes parameters that are not used, by some or by all', async () => {
      for (const { results, sums } of await values<{ results: unknown[][]; sums: [number[], number[]] }>(
        'unused',
      )) {
        const half = (...of: number[][]): number[] =>
          [0, 1, 2].map((i) => of.reduce((sum, each) => sum + (each[i] ?? 0), 0) / 2);
        const [one, other] = sums;
        const expected = [
          [half(one, other), half(other), null],
          [half(one, other), half(one, other), null],
          [half(one, other), null, null],
        ];
        for (const [step, layers] of expected.entries())
          for (const [layer, row] of layers.entries()) {
            const gradient = results[step]?.[layer] as number[][] | null;
            if (row === null) assert.equal(gradient, null, `step ${step}, layer ${layer}`);
            else
              for (const each of gradient ?? [[]])
                for (const [i, value] of row.entries())
                  close(Math.abs(value - (each[i] ?? Number.NaN)), 1e-14, `step ${step}, layer ${layer}`);
          }
      }
    });

    test('says nothing where all are used, and asks for what they are used in', async () => {
      assert.deepEqual(await values('allUsed'), [true, true]);
      for (const said of await values<string>('withoutOutputs'))
        assert.match(said, /with unused it needs what backward\(\) starts from/);
    });

    test('ends, and is not prepared again', async () => {
      for (const said of await values<string>('reducerEnds'))
        assert.match(said, /the Reducer was disposed of/);
    });

    test('averages what was added up before, though the last backward does not use it', async () => {
      for (const results of await values('accumulatedThenUnused'))
        assert.deepEqual(results, Array(2).fill([[[3, 3, 3]], [[1.5, 1.5, 1.5]]]));
    });

    for (const dtype of ['float32', 'bfloat16', 'float16'])
      test(`averages ${dtype}, channels last, beside frozen parameters`, async () => {
        // 2 samples of 2 x 2 places: a weight sees 8 times 1 or 2.
        for (const results of await values('kinds', dtype))
          assert.deepEqual(results, Array(2).fill([dtype, true, 12, [8, 8, 8, 8]]));
      });

    test('beside another, in one backward', async () => {
      for (const { differences, again } of await values<{ differences: number[]; again: string }>(
        'several',
      )) {
        for (const difference of differences) close(difference, 1e-15, 'difference');
        assert.match(again, /^TorchError: Reducer.prepare: it is prepared already/);
      }
    });
  });
});

suite('what breaks a group is said, and the group stays broken:', () => {
  /** Both are told the same of one another, and nothing more is possible. */
  async function breaks(answers: readonly Answer[], expected: RegExp, operation: RegExp): Promise<void> {
    for (const [rank, { error }] of answers.entries()) {
      assert.equal(error?.name, 'DistributedError', error?.message);
      assert.equal(error?.rank, rank);
      assert.match(error?.operation ?? '', operation);
      assert.match(error?.message ?? '', expected);
      assert.match(error?.message ?? '', new RegExp(`^rank ${rank} of 2: `));
      assert.match(error?.message ?? '', /The group is broken: leave with a non-zero exit code/);
    }
    for (const said of await values<string[]>('afterwards'))
      for (const each of said)
        assert.match(
          each,
          /^DistributedError: rank \d of 2: \w+ is not possible any more, since the group is broken/,
        );
  }

  const different: Record<string, RegExp> = {
    shape: /rank 0 at allReduce\(sum\) of float32\[2, 3\], rank 1 at allReduce\(sum\) of float32\[3, 2\]/,
    size: /rank 0 at allReduce\(sum\) of float32\[1000000\], rank 1 at allReduce\(sum\) of float32\[1\]/,
    dtype: /of float32\[2\], rank 1 at allReduce\(sum\) of float64\[2\]/,
    op: /rank 0 at allReduce\(sum\) .*, rank 1 at allReduce\(max\)/,
    src: /broadcast\(src 0\) .* broadcast\(src 1\)/,
    operation: /rank 0 at allReduce\(sum\) of float32\[2\], rank 1 at allGather of float32\[2\]/,
    barrier: /rank 0 at barrier, rank 1 at allGatherObject/,
    rows: /allGatherRows of float32\[rows, 3\], rank 1 at allGatherRows of float32\[rows, 4\]/,
    count: /allGatherRows of float32\[rows\], rank 1 at allGatherRows of float32\[rows\], float32\[rows\]/,
  };
  for (const form of forms)
    test(`ranks that differ, ${form}`, async () => {
      for (const [what, expected] of Object.entries(different))
        await inGroup(5, async () => breaks(await all('differ', [form, what]), expected, /./));
    });

  for (const form of forms)
    test(`a rank that does not come, ${form}`, () =>
      inGroup(2, async () => {
        const [first] = await all('late', [form]);
        assert.equal(first?.error?.name, 'DistributedError');
        assert.match(
          first?.error?.message ?? '',
          /^rank 0 of 2: allReduce\(sum\) waited 2 s for other ranks, the group's time-out, in vain; rank 1 did not say that it failed, too: look there first/,
        );
        close(first?.milliseconds ?? 0, 9000, 'milliseconds');
      }));

  test('a backward that leaves parameters out', () =>
    inGroup(5, async () => {
      const expected =
        /backward was to average gradients, and parameters 4, 5 \(by their place in the Reducer's list\) got no gradient/;
      await breaks(await all('backward', ['left out']), expected, /^backward$/);
    }));

  test('a backward of something else', () =>
    inGroup(5, async () =>
      breaks(
        await all('backward', ['nothing']),
        /and (no parameter|parameters 0, 1, 2, 3 .*) got (no|a) gradient/,
        /^backward$/,
      ),
    ));

  test('a backward that another rank does not come to', () =>
    inGroup(2, async () => {
      const [first] = await all('backward', ['late']);
      assert.match(first?.error?.message ?? '', /^rank 0 of 2: backward waited 2 s for other ranks/);
      assert.equal(first?.error?.operation, 'backward');
    }));

  test('a backward while another rank does something else', () =>
    inGroup(3, async () => {
      const answers = await all('backward', ['other']);
      await breaks(
        answers,
        /rank 0 at a backward that averages 4 gradients \(Reducer \d+, layout [0-9a-f]{8}\), rank 1 at allReduce\(sum\)/,
        /backward|allReduce/,
      );
    }));

  test("a hook's own error in a backward that was to be averaged, which comes out as it is", () =>
    inGroup(2, async () => {
      const [first, second] = await all('backward', ['hook']);
      assert.deepEqual([first?.error?.name, first?.error?.message], ['RangeError', 'of my own']);
      assert.match(second?.error?.message ?? '', /^rank 1 of 2: backward waited 2 s/);
      for (const said of await values<string[]>('afterwards'))
        for (const each of said) assert.match(each, /since the group is broken/);
    }));

  for (const [what, expected] of Object.entries({
    shape: /parameter 0 of rank 0: float32\[3,2\] .*; of rank 1: float32\[4,2\]/,
    number: /parameter 1 of rank 0: float32\[3\] .*; of rank 1: none/,
    settings:
      /settings of rank 0: buckets of 1048576 and 1048576 bytes; of rank 1: buckets of 1048576 and 26214400 bytes/,
  }))
    test(`Reducers of other parameters: ${what}`, () =>
      inGroup(5, async () => breaks(await all('parameters', [what]), expected, /^Reducer$/)));
});

suite('a rank is lost', () => {
  /** Two ranks of three are in a sum when the third, which hangs, gets a signal. */
  async function lost(signal: NodeJS.Signals, timeout: number): Promise<Answer[]> {
    const third = new Rank();
    try {
      // It is up, however long that took: the time that it has is of the sum.
      await third.does('alone');
      await join(timeout, [...ranks, third]);
      third.does('hang').catch(() => {});
      const answers = all('reduce', ['promised', 'float32', 'sum']);
      await new Promise((resolve) => setTimeout(resolve, 200));
      third.signal(signal);
      return await answers;
    } finally {
      third.signal('SIGKILL');
      await leave();
    }
  }

  test('that is killed: the others know at once, and which', async () => {
    for (const { error, milliseconds } of await lost('SIGKILL', 30)) {
      assert.equal(error?.name, 'DistributedError');
      assert.match(
        error?.message ?? '',
        /^rank [01] of 3: allReduce\(sum\) lost the connection to another rank; rank 2 did not say that it failed, too/,
      );
      close(milliseconds, 9000, 'milliseconds');
    }
  });

  test('that is stopped: the others know after the time-out, and which', async () => {
    for (const { error, milliseconds } of await lost('SIGSTOP', 2)) {
      assert.match(
        error?.message ?? '',
        /waited 2 s for other ranks.*; rank 2 did not say that it failed, too/,
      );
      close(milliseconds, 9000, 'milliseconds');
    }
  });
});

test('what c10d said is told without where in its sources, stacks and good wishes', () => {
  for (const [message, said] of [
    [
      '[/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:547] Connection closed by peer [127.0.0.1]:9',
      'Connection closed by peer [127.0.0.1]:9',
    ],
    [
      '[../gloo/tcp/pair.cc:5] Read error [::1]:9: Connection reset by peer. GLHF! 🏖️',
      'Read error [::1]:9: Connection reset by peer.',
    ],
    ['GLHF! 🏖️ Connection closed by peer', 'Connection closed by peer'],
    ['backward: [/gloo/tcp/pair.cc:5] Read timeout', 'backward: Read timeout'],
    ['wait timeout after 10ms\nException raised from here', 'wait timeout after 10ms'],
  ] as const)
    assert.equal(spoken(message), said);
});

suite('a process that is a rank ends', () => {
  const endings: Record<string, string> = {
    'after it left': 'await distributed.destroyProcessGroup();',
    'without leaving': '',
    'by process.exit()': 'process.exit(0);',
    'with gradients that are averaged':
      'const r = new distributed.Reducer(new nn.Linear(2, 2).parameters()); r.prepare();',
    'with a sum under way, that was promised':
      'void distributed.allReduce(zeros([2])); setTimeout(() => process.exit(0), 50);',
  };
  for (const [how, code] of Object.entries(endings))
    test(`${how}: at once, with 0 and nothing on stderr`, async () => {
      const program = `import { distributed, nn, zeros } from '@retort/torch';
        await distributed.initProcessGroup({ initMethod: '${newStore()}', rank: 0, worldSize: 1, timeout: 60 });
        ${code}`;
      const started = performance.now();
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
        stdio: ['ignore', 'inherit', 'pipe'],
        env: { ...process.env, OMP_NUM_THREADS: '1' },
      });
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      const [status, signal] = await once(child, 'exit');
      assert.deepEqual([status ?? signal, stderr], [0, '']);
      close(performance.now() - started, 10_000, 'milliseconds');
    });

  test('at once, when it waits for another in vain', async () => {
    const [one, other] = [new Rank(), new Rank()];
    await join(30, [one, other]);
    const started = performance.now();
    await one.does('leftExit');
    assert.equal(await one.ends(), 0);
    close(performance.now() - started, 9000, 'milliseconds');
    assert.equal(one.stderr, '');
    other.signal('SIGKILL');
  });

  test('after all that, too', async () => {
    assert.deepEqual(await Promise.all(ranks.map((rank) => rank.ends())), [0, 0]);
    assert.deepEqual(
      ranks.map(({ stderr }) => stderr),
      ['', ''],
    );
  });
});
