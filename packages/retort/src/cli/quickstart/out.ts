/** The end of a story: its student goes out. */
import type { nn } from '@retort/torch';
import {
  type ExportedFolder,
  type ExportFolderOptions,
  type ExportTextFolderOptions,
  exportFolder,
  type Measurable,
  type Measurement,
  measure,
} from '../../export/index.ts';
import { methodNamed } from '../../methods/index.ts';
import { findOnnxRuntime } from '../../models/index.ts';
import { say } from '../output.ts';
import type { Progress } from '../progress.ts';
import { duration, table } from '../table.ts';

/** Both networks, when all is told. */
export interface Ended {
  /** For the student, as it goes out. */
  readonly folder: string;
  readonly teacher: nn.Layer;
  /** The one that was distilled. */
  readonly student: nn.Layer;
  /** The top-1 of both on the test samples. */
  readonly scores: { readonly student: number; readonly teacher: number };
}

/** How a student goes out. */
export interface Going {
  readonly options: ExportFolderOptions | ExportTextFolderOptions;
  /** A network as it is measured. */
  measurable(name: string, model: nn.Layer): Measurable;
  /** Of what it is said how long it takes, e.g. `an image`. */
  readonly sample: string;
  /** What `retort predict` is given, as a shell has it: the network and a sample. @param folder  of the student */
  predicted(folder: string): Promise<string>;
}

/** Exports the student and measures it beside the teacher, where onnxruntime is installed, which checks and measures. */
export async function goOut(
  { folder, teacher, student, scores }: Ended,
  { options, measurable, sample, predicted }: Going,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const check = findOnnxRuntime() !== null;
  const report = (what: string, done: number, total: number) => progress.show({ what, done, total });
  const exported = await exportFolder(student, folder, {
    ...options,
    measured: true,
    facts: {
      teacher: 'the quickstart’s teacher',
      methods: [{ name: 'kd', source: methodNamed('kd').source }],
      scores: { top1: scores.student },
      teacherScores: { top1: scores.teacher },
      ...options.facts,
    },
    ...{ report, signal, check },
  });
  if (!check) {
    progress.clear();
    say(
      `\nThe student went out as ${exported.folder}. Its graphs were NOT checked, and nothing was measured: onnxruntime-node, which runs them, is not installed (npx retort setup onnx).`,
    );
    return;
  }
  const measured = await measure([measurable('teacher', teacher), measurable('student', student)], {
    ...{ onProgress: report, signal },
  });
  progress.clear();
  print(exported, measured, sample);
  say(`\nnpx retort predict ${await predicted(exported.folder)}`);
}

function print(exported: ExportedFolder, measured: Measurement, sample: string): void {
  const [speeds] = measured.runtimes;
  const rows = measured.networks.map(({ name, size }, i) => {
    const speed = speeds?.speeds[i];
    return [
      name,
      (('fp32' in size ? size.fp32 : size.file) / 1e6).toFixed(2),
      speed && 'latency' in speed ? duration(speed.latency.p50) : '-',
    ];
  });
  say(`\nThe student went out as ${exported.folder}, which runs without Retort (its README.md says how).\n`);
  say(table(['', 'ONNX, MB', `${sample} takes`], rows));
}
