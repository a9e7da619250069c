/** Whether student and teacher are right as often as they are sure. */
import type { Tensor } from '@retort/torch';
import { CalibrationMeter } from '../metrics/index.ts';
import { defineDiagnosis } from './definition.ts';
import { Silence } from './silence.ts';
import type { CalibrationCurve } from './types.ts';

function calibrationOf(logits: Tensor, labels: Tensor): CalibrationCurve {
  const meter = new CalibrationMeter();
  meter.add(logits, labels);
  return { error: meter.result(), bins: meter.bins() };
}

/** The reliability diagram and the expected calibration error of 15 bins (Guo et al. 2017, "On Calibration of Modern Neural Networks"). */
export const reliability = defineDiagnosis({
  what: 'reliability',
  title: 'Whether student and teacher are right as often as they are sure',
  async find(run) {
    const { labels, student, teacher, withoutTeacher } = await run.answers();
    if (!labels) throw new Silence('the samples have no labels, so that nobody is right or wrong');
    return {
      student: calibrationOf(student, labels),
      teacher: teacher && calibrationOf(teacher, labels),
      withoutTeacher,
    };
  },
});
