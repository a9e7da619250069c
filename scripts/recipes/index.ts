/** The generated recipes, one for each row of a table. */
import { annealing } from './annealing.ts';
import { annealingGlue } from './annealing-glue.ts';
import { cocoDetection } from './coco-detection.ts';
import { crd } from './crd.ts';
import { imagenetRows } from './imagenet-rows.ts';
import { ofa } from './ofa.ts';
import { ofaAt32 } from './ofa-32.ts';
import { onBenchmark } from './on-benchmark.ts';
import type { Row } from './row.ts';
import { selfSupervised } from './self-supervised.ts';
import { transfer } from './transfer.ts';

export { type Row, written } from './row.ts';

export const rows: readonly Row[] = [
  ...crd,
  ...imagenetRows,
  ...onBenchmark,
  ...ofa,
  ...ofaAt32,
  ...annealing,
  ...annealingGlue,
  ...selfSupervised,
  ...cocoDetection,
  ...transfer,
];

/** What lies in folders below these is generated; the files in them that rows extend are written by hand. */
export const families: readonly string[] = [...new Set(rows.map(({ file }) => file.split('/', 1)[0] ?? ''))];
