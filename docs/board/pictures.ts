/**
 * Makes the pictures of docs/board.md: `node docs/board/pictures.ts [FOLDER]`. Of runs on Fashion-MNIST, which it trains (some minutes on two cores)
 * where FOLDER, `runs/pictures`, does not have them yet; the page has to be built (`npm run build -w packages/board`), and Chromium be there.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Tensor } from '@retort/torch';
import { type Browser, chromium, type Page } from 'playwright-core';
import { fashionMnist } from 'retort';
import sharp from 'sharp';
import { serveBoard } from '../../packages/board/src/index.ts';
import { findChromium } from '../../packages/retort/reference/chromium.ts';

const root = path.join(import.meta.dirname, '../..');
const retort = path.join(root, 'packages/retort/bin/retort.js');
const folder = path.resolve(process.argv[2] ?? path.join(root, 'runs/pictures'));
const place = path.join(folder, '..');
const mostBytes = 150_000;

function run(...args: string[]): void {
  const { status } = spawnSync(process.execPath, [retort, ...args], { cwd: place, stdio: 'inherit' });
  if (status !== 0) throw new Error(`retort ${args.join(' ')} failed`);
}

interface Told {
  readonly student: string;
  readonly methods: string;
  readonly epochs: number;
  readonly images: number;
  readonly teacher?: string;
}

const recipe = (name: string, { student, methods, epochs, images, teacher }: Told): string => `
name: ${name}
data: { name: fashion-mnist, trainImages: ${images} }
student: ${student}
${teacher ? `teacher: { name: resnet14, weights: ${teacher} }` : ''}
batchSize: 64
log: { everySteps: 5 }
stages:
  - methods: ${methods}
    epochs: ${epochs}
    optimizer: { name: sgd, lr: 0.1 }
    schedule: one-cycle
`;

/** Trains what is not there yet. */
function train(name: string, told: Told, seeds: number): void {
  const file = path.join(place, `${name}.yaml`);
  fs.writeFileSync(file, recipe(name, told));
  for (let seed = 0; seed < seeds; seed++) {
    const out = path.join(folder, name, `seed-${seed}`);
    if (!fs.existsSync(out)) run(told.teacher ? 'distill' : 'train', file, `seed=${seed}`, '--out', out);
  }
}

function trainAll(): void {
  fs.mkdirSync(folder, { recursive: true });
  train('teacher', { student: 'resnet14', methods: '[cross-entropy]', epochs: 6, images: 8000 }, 1);
  const teacher = path.join(folder, 'teacher/seed-0');
  const student = { student: 'resnet8', epochs: 8, images: 4000 };
  train('kd', { ...student, methods: '[{ name: kd, temperature: 4 }]', teacher }, 3);
  train('cross-entropy', { ...student, methods: '[cross-entropy]' }, 3);
  train('srd', { ...student, methods: '[srd, kd]', teacher }, 2);
  train('cskd', { ...student, methods: '[cskd]', teacher }, 2);
  const exported = path.join(folder, 'kd/seed-0/student');
  if (!fs.existsSync(exported)) run('export', path.join(folder, 'kd/seed-0'), '--out', exported);
}

/** One of the test split, as a file. */
async function garment(number: number): Promise<string> {
  const { test } = await fashionMnist();
  const image = test.gather?.(Int32Array.of(number)).image as Tensor;
  const [, height = 0, width = 0] = image.shape;
  const pixels = Uint8Array.from(image.toTypedArray(), Number);
  const file = path.join(place, 'garment.png');
  await sharp(pixels, { raw: { width, height, channels: 1 } }).toFile(file);
  return file;
}

interface Shot {
  readonly name: string;
  readonly width?: number;
  readonly height?: number;
  readonly isDark?: boolean;
  readonly hash: string;
  /** What is done before the picture is taken. */
  readonly prepare: (page: Page) => Promise<unknown>;
}

async function take(browser: Browser, url: string, shot: Shot): Promise<void> {
  const { name, width = 1280, height = 800, isDark = false, hash, prepare } = shot;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: isDark ? 'dark' : 'light',
    deviceScaleFactor: width < 700 ? 2 : 1,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(300_000);
  await page.goto(`${url}${hash}`);
  await prepare(page);
  await page.waitForTimeout(500);
  const file = path.join(import.meta.dirname, `${name}.png`);
  await sharp(await page.screenshot())
    .png({ palette: true, colours: 128, effort: 10 })
    .toFile(file);
  await context.close();
  const { size } = fs.statSync(file);
  console.log(`${file}: ${size} bytes`);
  if (size > mostBytes)
    throw new Error(`${file} has ${size} bytes, and ${mostBytes} are meant to be the most`);
}

const seen =
  (text: string) =>
  (page: Page): Promise<void> =>
    page.getByText(text).first().waitFor();

async function drawn(page: Page): Promise<void> {
  await page.locator('.plot canvas').first().waitFor();
  await page.waitForTimeout(500);
}

async function diagnosed(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^Compute/ })
    .first()
    .waitFor();
  // What is known is asked for meanwhile.
  await page.waitForTimeout(1000);
  const button = page.getByRole('button', { name: /^Compute (all|the rest)$/ });
  if (await button.count()) await button.click();
  while ((await page.getByText(/^(computing|waiting)/).count()) > 0) await page.waitForTimeout(500);
  await page.locator('.picture > svg').first().waitFor();
}

async function tried(page: Page, file: string): Promise<void> {
  await page.getByText('The student runs in this page.').waitFor();
  await page.getByLabel('An image').setInputFiles(file);
  await page.locator('.answers', { hasText: 'Student' }).waitFor();
  await page.locator('.answers', { hasText: 'Teacher' }).waitFor();
}

async function main(): Promise<void> {
  const executablePath = findChromium();
  if (executablePath === null)
    throw new Error('there is no /usr/bin/chromium, and RETORT_CHROMIUM names none');
  trainAll();
  const file = await garment(9);
  process.chdir(place);
  const board = await serveBoard({ folder: path.basename(folder), port: 0 });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const smoothed = async (page: Page): Promise<void> => {
    await page.evaluate(`localStorage.setItem('retort.smoothing', '0.8')`);
    await page.reload();
    await drawn(page);
  };
  const compared = ['kd', 'cross-entropy', 'srd']
    .map((name) => encodeURIComponent(`${name}/seed-0`))
    .join(',');
  const shots: Shot[] = [
    { name: 'runs', height: 420, hash: '#/', prepare: seen('kd') },
    { name: 'run', hash: '#/run/kd%2Fseed-0', isDark: true, prepare: smoothed },
    { name: 'compare', height: 1000, hash: `#/compare/${compared}`, prepare: drawn },
    { name: 'diagnoses', height: 1100, hash: '#/run/kd%2Fseed-0/diagnoses', prepare: diagnosed },
    {
      ...{ name: 'playground', height: 560, hash: 'playground.html#/playground/kd%2Fseed-0' },
      prepare: (page) => tried(page, file),
    },
    { name: 'phone', width: 320, height: 640, hash: '#/run/srd%2Fseed-0', prepare: drawn },
  ];
  const wanted = process.argv.slice(3);
  for (const shot of shots)
    if (wanted.length === 0 || wanted.includes(shot.name)) await take(browser, board.url, shot);
  await browser.close();
  await board.close();
}

await main();
