/**
 * `npm run check -- million [--images N]`: a folder of as many images as ImageNet has, made of links to a few small ones, listed in a process of
 * its own: at first, and again from what was kept. Each may take 300 MB more than the process without it.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { imagenetWnids } from '../packages/retort/src/data/imagenet-wnids.ts';
import { makeOwnCache } from './own-cache.ts';

const { values } = parseArgs({ options: { images: { type: 'string', default: '1281167' } } });
const images = Number(values.images);
/** Megabytes that a listing may take. */
const most = 300;

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-million-'));
const photos = path.join(top, 'photos');

/** Links to one file are limited in number; what is behind it makes each a file of its own. */
async function sources(count: number): Promise<string[]> {
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer();
  return Array.from({ length: count }, (_, i) => {
    const file = path.join(top, `${i}.jpg`);
    fs.writeFileSync(file, Buffer.concat([picture, Buffer.alloc(i % 1000, i & 255)]));
    return file;
  });
}

async function make(): Promise<void> {
  const files = await sources(2000);
  let made = 0;
  for (const [split, total] of [
    ['train', images],
    ['val', Math.ceil(images / 25)],
  ] as const)
    for (const [label, wnid] of imagenetWnids.entries()) {
      const folder = path.join(photos, split, wnid);
      fs.mkdirSync(folder, { recursive: true });
      const count = Math.max(1, Math.floor(total / 1000) + (label < total % 1000 ? 1 : 0));
      for (let i = 0; i < count; i++)
        fs.linkSync(files[made++ % files.length] ?? '', path.join(folder, `${wnid}_${7 * i + label}.JPEG`));
    }
}

/** What a process says of opening the folder. */
interface Said {
  readonly seconds: number;
  readonly fingerprint: number;
  readonly megabytes: number;
  readonly images: number;
  readonly source: string;
}

const program = `
import { imageFolder } from '${path.resolve('packages/retort/src/index.ts')}';
import fs from 'node:fs';
const rss = () => Number(/VmHWM:\\s+(\\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
const before = rss();
const start = performance.now();
const { train, test, source } = await imageFolder(process.argv[2], {}, undefined, () => {});
const opened = performance.now();
train.fingerprint + test.fingerprint;
train.column('label');
const done = performance.now();
console.log(JSON.stringify({ seconds: (opened - start) / 1000, fingerprint: (done - opened) / 1000, megabytes: rss() - before, images: train.size + test.size, source }));
`;

function opened(): Said {
  const script = path.join(top, 'open.mjs');
  fs.writeFileSync(script, program);
  const { status, stdout } = spawnSync(process.execPath, [script, photos], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, RETORT_CACHE: path.join(top, 'cache') },
  });
  if (status !== 0) process.exit(1);
  return JSON.parse(stdout);
}

let isRight = true;
try {
  console.log(`making links to ${images.toLocaleString('en-US')} images in ${photos}`);
  makeOwnCache(path.join(top, 'cache'), /^(addon|libtorch)/);
  await make();
  for (const which of ['first', 'second', 'third']) {
    const { seconds, fingerprint, megabytes, images, source } = opened();
    isRight &&= megabytes < most;
    console.log(
      `${which} start: ${images.toLocaleString('en-US')} images in ${seconds.toFixed(1)} s, their fingerprint in ${fingerprint.toFixed(1)} s, ${megabytes.toFixed(0)} MB more${megabytes < most ? '' : `: FAILED, ${most} MB are the most`}`,
    );
    if (which === 'first') console.log(source);
  }
} finally {
  fs.rmSync(top, { recursive: true, force: true });
}
process.exit(isRight ? 0 : 1);
