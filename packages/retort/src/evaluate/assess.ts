/** All that can be said of a student on a data set, in one pass. */
import { countMultiplyAdds, type nn, noGrad, scope } from '@retort/torch';
import { classNames, type Dataset, fetchColumns, fieldOf, render } from '../data/index.ts';
import {
  type Agreement,
  AgreementMeter,
  CalibrationMeter,
  CkaMeter,
  type ClassAccuracy,
  ClassMeter,
  type ClassPrecision,
  ClassPrecisionMeter,
  leastCompared,
  type Scores,
} from '../metrics/index.ts';
import { isOnnx } from '../models/index.ts';
import { classification } from '../tasks/index.ts';
import { inEvaluation } from '../tensors/modes.ts';
import { Judge } from './judge.ts';
import { batchSizeFor, type EvaluateOptions, pass, refuseNone, scored } from './pass.ts';
import { tapped } from './tapped.ts';
import { withoutPadding } from './without-padding.ts';

export interface Cost {
  readonly parameters: number;
  /** Of one sample; two floating-point operations each. Null for a network of an ONNX file, which does not say it. */
  readonly multiplyAdds: number | null;
}

export interface Assessment extends Cost {
  /** The task's, by name; with a teacher also those beside it, where the task has any. */
  readonly scores: Scores;
  readonly samples: number;
  /** In the student's forward. */
  readonly samplesPerSecond: number;
  /** Of a classifier, accuracy of each class; null for other tasks. */
  readonly perClass: readonly ClassAccuracy[] | null;
  /** Of a detector, AP of each class; null for other tasks. */
  readonly precisionPerClass: readonly ClassPrecision[] | null;
  /** Of a classifier, the expected calibration error, of 15 bins, in [0, 1]; null for other tasks. */
  readonly calibrationError: number | null;
  /** With the teacher, where there is one and both are classifiers. */
  readonly agreement: Agreement | null;
  /** Alignment of features, where paths were given: rows are the student's, columns the teacher's. */
  readonly cka: {
    readonly student: readonly string[];
    readonly teacher: readonly string[];
    readonly values: readonly (readonly (number | null)[])[];
  } | null;
}

export interface AssessOptions extends EvaluateOptions {
  readonly teacher?: nn.Layer | undefined;
  /** Paths as `nn.tap` takes them, of student and teacher (of the student again where there is no teacher). */
  readonly cka?: { readonly student: readonly string[]; readonly teacher: readonly string[] } | undefined;
}

/** What a forward of one sample costs. @example (await costOf(student, test)).multiplyAdds */
export async function costOf(
  model: nn.Layer,
  data: Dataset,
  { task = classification, renderings }: Pick<EvaluateOptions, 'task' | 'renderings'> = {},
): Promise<Cost> {
  if (isOnnx(model)) return { parameters: model.parameterCount(), multiplyAdds: null };
  const first = Int32Array.of(0);
  using fetched = await fetchColumns(data, first, { standIns: 'any' });
  using _ = inEvaluation(model);
  return scope(() => {
    const { student } = render(data, fetched.columns, first, { seed: 0, epoch: 0 }, renderings);
    const calling = { training: false, targets: null };
    return {
      parameters: model.parameterCount(),
      multiplyAdds: countMultiplyAdds(() => {
        noGrad(() => task.run(model, student, calling));
      }),
    };
  });
}

/**
 * Evaluates a student: the task's scores and its cost, of a classifier also accuracy of each class and calibration, of a detector AP of each class; with a teacher, how much
 * both agree, or how far vectors have the same neighbours, and how alike their features are.
 *
 * @throws TorchError for a path that does not exist, with those that do; RangeError if the teacher tells other classes apart
 * @throws EvaluationError where a sample's answer is NaN or infinite or a score NaN, or a metric throws
 * @throws the signal's reason if it is aborted
 * @example const { scores, agreement } = await assess(student, test, { teacher });
 */
export async function assess(
  student: nn.Layer,
  data: Dataset,
  { teacher, cka, ...options }: AssessOptions = {},
): Promise<Assessment> {
  const { task = classification } = options;
  const classes = classNames(data);
  const judge = new Judge(task, data);
  const perClass = classes && new ClassMeter(classes);
  const boxed = fieldOf(data.fields, 'boxes');
  const precision = boxed && new ClassPrecisionMeter(boxed.kind.classes);
  const calibration = new CalibrationMeter();
  const agreement = teacher && classes ? new AgreementMeter(classes.length) : null;
  const beside = teacher ? task.beside?.(data) : undefined;
  const alignment = cka ? new CkaMeter(cka.student, cka.teacher) : null;
  let [hasLogits, hasBoxes] = [false, false];
  let [samples, seconds] = [0, 0];
  const batchSize = options.batchSize ?? (await batchSizeFor(data, options.renderings, options.ranks?.count));
  const how = { ...options, batchSize: cka ? Math.max(leastCompared, batchSize) : batchSize };
  await pass(teacher ? [student, teacher] : [student], data, how, ({ inputs, targets, ids }) => {
    const { labels } = targets;
    const start = performance.now();
    const ownPaths = teacher ? (cka?.student ?? []) : [...(cka?.student ?? []), ...(cka?.teacher ?? [])];
    const own = tapped(task, student, inputs.student, ownPaths);
    seconds += (performance.now() - start) / 1000;
    const outputs = scored('the student', { task, data }, student, inputs.student, own.output);
    judge.add(outputs, targets, ids);
    samples += ids.size(0);
    const { logits, boxes } = outputs;
    if (boxes && targets.boxes) {
      hasBoxes = true;
      precision?.add(outputs, targets, ids);
    }
    if (logits && labels) {
      hasLogits = true;
      perClass?.add(logits, labels);
      calibration.add(logits, labels);
    }
    const theirs = teacher ? tapped(task, teacher, inputs.teacher, cka?.teacher ?? []) : own;
    const { logits: taught } = theirs.output;
    if (teacher && beside) {
      scored('the teacher', { task, data }, teacher, inputs.teacher, theirs.output);
      beside.add(outputs, theirs.output);
    }
    if (teacher && logits && taught) {
      if (taught.size(1) !== logits.size(1))
        throw new RangeError(
          `the teacher tells ${taught.size(1)} classes apart, the student ${logits.size(1)}: they cannot be compared`,
        );
      scored('the teacher', { task, data }, teacher, inputs.teacher, theirs.output);
      agreement?.add(logits, taught);
    }
    const shown = teacher ? inputs.teacher : inputs.student;
    alignment?.add(withoutPadding(own.taps, inputs.student), withoutPadding(theirs.taps, shown));
  });
  refuseNone(data, samples);
  return {
    // One sample lies beside no other.
    scores: { ...judge.scores('the student'), ...(samples > 1 ? beside?.result() : {}) },
    samples,
    samplesPerSecond: samples / seconds,
    ...(await costOf(student, data, options)),
    perClass: hasLogits ? (perClass?.result() ?? null) : null,
    precisionPerClass: hasBoxes ? (precision?.result() ?? null) : null,
    calibrationError: hasLogits ? calibration.result() : null,
    agreement: hasLogits ? (agreement?.result() ?? null) : null,
    cka: cka && alignment ? { ...cka, values: alignment.result() } : null,
  };
}
