/** How much student and teacher say the same, and who of both is right. */
import { AgreementMeter } from '../metrics/index.ts';
import { defineDiagnosis } from './definition.ts';

/** Shares of samples, and the divergence of predictions (Stanton et al. 2021, "Does Knowledge Distillation Really Work?"). */
export const agreement = defineDiagnosis({
  what: 'agreement',
  title: 'How often student and teacher agree, and who is right where they do not',
  async find(run) {
    const { classes, labels, student, teacher } = await run.bothAnswers();
    const meter = new AgreementMeter(classes.length);
    meter.add(student, teacher);
    const { top1, divergence, meanCosine } = meter.result();
    const unknown = { bothRight: null, onlyStudent: null, onlyTeacher: null, neither: null };
    if (!labels) return { top1, divergence, meanCosine, ...unknown };
    const [own, theirs] = [student, teacher].map((logits) => logits.argmax(1).eq(labels));
    const share = (here: boolean, there: boolean): number => {
      const [one, other] = [own?.eq(here), theirs?.eq(there)];
      return (one && other ? one.logical_and(other).sum().item() : 0) / labels.size(0);
    };
    return {
      ...{ top1, divergence, meanCosine },
      bothRight: share(true, true),
      onlyStudent: share(true, false),
      onlyTeacher: share(false, true),
      neither: share(false, false),
    };
  },
});
