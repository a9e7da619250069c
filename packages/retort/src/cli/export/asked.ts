/** What the flags of `retort export` ask for, checked before anything is loaded. */
import {
  type Calibration,
  calibrations,
  type ExportPrecision,
  type Int8Options,
} from '../../export/onnx/index.ts';
import { findOnnxRuntime } from '../../models/index.ts';
import { classification, embedding } from '../../tasks/index.ts';
import { unknown } from '../../words/unknown.ts';
import { UsageError } from '../load.ts';
import type { NetworkFlags } from '../network-flags.ts';

export interface ExportFlags extends NetworkFlags {
  readonly out: string;
  readonly data?: string;
  /** As a recipe has them, in YAML. */
  readonly dataOptions?: string;
  /** As what a network of images is exported, where that is not what it was trained for. */
  readonly task?: string;
  readonly size?: number;
  /** With commas. */
  readonly precisions?: string;
  readonly bakeNormalisation?: boolean;
  /** How the ranges of int8 are found. */
  readonly calibration?: string;
  /** Which layers stay in float32 in int8: `first`, `last`, with commas. */
  readonly keep?: string;
  /** Whether graphs are checked in onnxruntime. */
  readonly check?: boolean;
  /** So many of the data's images are judged, at most. */
  readonly images?: number;
  readonly license?: string;
  readonly teacherLicense?: string;
  readonly dataLicense?: string;
  readonly json?: boolean;
}

/** As what a network of images can be exported. */
const imageTasks = [classification.name, embedding.name];

const known: readonly string[] = ['fp32', 'fp16', 'int8'] satisfies ExportPrecision[];

/** Null where none are named. @throws UsageError for what is none */
function precisionsOf(text: string | undefined): readonly ExportPrecision[] | null {
  if (text === undefined) return null;
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined)
    throw new UsageError(`--precisions ${text}: ${unknown('precision', wrong, [...known])}`);
  return names as ExportPrecision[];
}

/** @throws UsageError for what is none, and without a graph in int8 */
function int8Of(
  { calibration, keep }: ExportFlags,
  precisions: readonly ExportPrecision[] | null,
): Pick<Int8Options, 'calibration' | 'keep'> {
  if (calibration === undefined && keep === undefined) return {};
  if (precisions?.includes('int8') === false)
    throw new UsageError(
      '--calibration and --keep are of a graph in int8: name it, too (--precisions fp32,int8)',
    );
  const kept = keep?.split(',').map((name) => name.trim()) ?? [];
  const wrong = kept.find((name) => name !== 'first' && name !== 'last');
  if (wrong !== undefined)
    throw new UsageError(`--keep ${keep}: ${unknown('layer', wrong, ['first', 'last'])}`);
  if (calibration !== undefined && !isCalibration(calibration))
    throw new UsageError(
      `--calibration ${calibration}: ${unknown('calibration', calibration, [...calibrations])}`,
    );
  return {
    ...(calibration === undefined ? {} : { calibration }),
    keep: { first: kept.includes('first'), last: kept.includes('last') },
  };
}

const isCalibration = (name: string): name is Calibration =>
  (calibrations as readonly string[]).includes(name);

/** @throws UsageError for a licence that no line of a card could state */
function licence(flag: string, name: string | undefined): string | undefined {
  if (name === undefined || /^\S(?:[^\p{Cc}]*\S)?$/u.test(name)) return name;
  throw new UsageError(
    `${flag}: the name of a licence is one line of text, as apache-2.0, and not ${JSON.stringify(name)}`,
  );
}

/** @throws UsageError for what is asked wrongly, before anything is loaded */
export function asked(flags: ExportFlags) {
  if (flags.task !== undefined && !imageTasks.includes(flags.task))
    throw new UsageError(`--task ${flags.task}: ${unknown('task', flags.task, imageTasks)}`);
  const precisions = precisionsOf(flags.precisions);
  const { check = true } = flags;
  if (check && !findOnnxRuntime())
    throw new UsageError(
      'what is exported is checked by onnxruntime-node, which is not installed: run `npx retort setup onnx`, or export without that (--no-check)',
    );
  if (!check && precisions?.includes('int8'))
    throw new UsageError(
      '--no-check: a graph in int8 is made and judged by onnxruntime-node: leave out one of both',
    );
  return {
    ...(precisions ? { precisions } : {}),
    ...{ check, int8: int8Of(flags, precisions) },
    licences: {
      student: licence('--license', flags.license),
      teacher: licence('--teacher-license', flags.teacherLicense),
      data: licence('--data-license', flags.dataLicense),
    },
  };
}
