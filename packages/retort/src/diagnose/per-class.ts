/** Of each class, what student and teacher get right. */
import type { Tensor } from '@retort/torch';
import { ClassMeter } from '../metrics/index.ts';
import { defineDiagnosis } from './definition.ts';
import { findsObjects } from './found.ts';
import type { DiagnosedRun } from './run.ts';
import { Silence } from './silence.ts';

/** Of boxes, the average precision of each class. */
async function precisions(run: DiagnosedRun) {
  const { student, teacher, withoutTeacher } = await run.found();
  return {
    measure: 'AP' as const,
    classes: student.precision.map(({ name, boxes, AP }, i) => ({
      ...{ name, samples: boxes, student: AP },
      teacher: teacher?.precision[i]?.AP ?? null,
    })),
    withoutTeacher,
  };
}

/** Student against teacher in each class of the samples that are shown. */
export const perClass = defineDiagnosis({
  what: 'per-class',
  title: 'What student and teacher get right, class by class',
  async find(run) {
    const { task } = await run.ground();
    if (findsObjects(task)) return precisions(run);
    const { classes, labels, student, teacher, withoutTeacher } = await run.answers();
    if (!labels) throw new Silence('the samples have no labels, so that nobody is right or wrong');
    const shares = (logits: Tensor) => {
      const meter = new ClassMeter(classes);
      meter.add(logits, labels);
      return meter.result();
    };
    const theirs = teacher && shares(teacher);
    return {
      classes: shares(student).map(({ name, images, accuracy }, i) => ({
        ...{ name, samples: images, student: accuracy },
        teacher: theirs?.[i]?.accuracy ?? null,
      })),
      withoutTeacher,
    };
  },
});
