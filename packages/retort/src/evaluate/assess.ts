/** All that can be said of a student on a data set, in one pass. */
import { countMultiplyAdds, nn, noGrad, scope } from '@retort/torch';
import { type Dataset, makeBatch } from '../data/index.ts';
import { inEvaluation } from '../modes.ts';
import { type Accuracy, AccuracyMeter } from './accuracy.ts';
import { type Agreement, AgreementMeter } from './agreement.ts';
import { CalibrationMeter } from './calibration.ts';
import { CkaMeter } from './cka.ts';
import { type EvaluateOptions, pass } from './pass.ts';
import { type ClassAccuracy, ClassMeter } from './per-class.ts';
import { scored } from './scored.ts';

export interface Cost {
  readonly parameters: number;
  /** Of one image; two floating-point operations each. */
  readonly multiplyAdds: number;
}

export interface Assessment extends Accuracy, Cost {
  readonly perClass: readonly ClassAccuracy[];
  /** Expected calibration error, of 15 bins, in [0, 1]. */
  readonly calibrationError: number;
  /** With the teacher, where there is one. */
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

/** What a forward of one image costs. @example costOf(student, test).multiplyAdds */
export function costOf(model: nn.Layer, data: Dataset): Cost {
  using _ = inEvaluation(model);
  return scope(() => {
    const { images } = makeBatch(data, Int32Array.of(0), { seed: 0, epoch: 0 });
    return {
      parameters: model.parameterCount(),
      multiplyAdds: countMultiplyAdds(() => noGrad(() => model.forward(images))),
    };
  });
}

/**
 * Evaluates a student: accuracy, also of each class, calibration, cost; with a teacher, how much both agree and how alike their features are.
 *
 * @throws TorchError for a path that does not exist, with those that do; RangeError if the teacher tells other classes apart
 * @throws EvaluationError where an image's logits are NaN or infinite
 * @throws the signal's reason if it is aborted
 * @example const { top1, agreement } = await assess(student, test, { teacher });
 */
export async function assess(
  student: nn.Layer,
  data: Dataset,
  { teacher, cka, ...options }: AssessOptions = {},
): Promise<Assessment> {
  const accuracy = new AccuracyMeter();
  const classes = new ClassMeter(data.classes);
  const calibration = new CalibrationMeter();
  const agreement = teacher ? new AgreementMeter(data.classes.length) : null;
  const alignment = cka ? new CkaMeter(cka.student, cka.teacher) : null;
  let seconds = 0;
  await pass(teacher ? [student, teacher] : [student], data, options, (batch) => {
    const { images, labels } = batch;
    const start = performance.now();
    const ownPaths = teacher ? (cka?.student ?? []) : [...(cka?.student ?? []), ...(cka?.teacher ?? [])];
    const own = nn.tap(student, [...new Set(ownPaths)], () => student.forward(images), { copy: true });
    seconds += (performance.now() - start) / 1000;
    const logits = scored('the student', student, batch, own.output);
    accuracy.add(logits, labels);
    classes.add(logits, labels);
    calibration.add(logits, labels);
    const theirs = teacher
      ? nn.tap(teacher, cka?.teacher ?? [], () => teacher.forward(images), { copy: true })
      : own;
    if (theirs.output.size(1) !== own.output.size(1))
      throw new RangeError(
        `the teacher tells ${theirs.output.size(1)} classes apart, the student ${own.output.size(1)}: they cannot be compared`,
      );
    if (teacher) agreement?.add(logits, scored('the teacher', teacher, batch, theirs.output));
    alignment?.add(own.taps, theirs.taps);
  });
  return {
    ...accuracy.result(seconds),
    ...costOf(student, data),
    perClass: classes.result(),
    calibrationError: calibration.result(),
    agreement: agreement?.result() ?? null,
    cka: cka && alignment ? { ...cka, values: alignment.result() } : null,
  };
}
