/** How far a student's vectors lie as its teacher's do, where nothing is known of samples but these: by their nearest neighbours. */
import { functional, noGrad, scope, type Tensor } from '@retort/torch';
import { Gathered } from './gathered.ts';
import type { Scores } from './metric.ts';

/** How many neighbours are compared. */
const most = 10;

/** Samples compared with all others at a time. */
const rows = 500;

/**
 * Of the 10 samples of the split whose cosines with a sample are largest for the teacher, the share that are among the student's 10 as well, averaged over
 * the samples: 1 where all are, 10 / (N − 1) where they are no more than chance. Widths may differ. Of vectors [B, D_s] and [B, D_t] of the same samples.
 *
 * @example const meter = new NeighbourAgreement(); meter.add(student, teacher); meter.result() // { teacherNeighbours: 0.42 }
 */
export class NeighbourAgreement {
  readonly #gathered = new Gathered();

  add(student: Tensor, teacher: Tensor): void {
    this.#gathered.add(...[student, teacher].map((of) => functional.normalize(of.to('float32'))));
  }

  /** @throws RangeError where there are no two samples */
  result(): Scores {
    return scope(() =>
      noGrad(() => {
        const [own, theirs] = this.#gathered.tensors;
        const count = own?.size(0) ?? 0;
        if (!own || !theirs || count < 2) throw new RangeError('neighbours need two samples or more');
        const nearest = Math.min(most, count - 1);
        let shared = 0;
        for (let at = 0; at < count; at += rows)
          shared += scope(() => {
            const few = Math.min(rows, count - at);
            const [mine, others] = [own, theirs].map((all) => {
              const cosines = all.narrow(0, at, few).mm(all.t());
              // None is its own neighbour.
              cosines.narrow(1, at, few).fill_diagonal_(Number.NEGATIVE_INFINITY);
              return cosines.topk(nearest, 1)[1];
            });
            return mine && others ? mine.unsqueeze(2).eq(others.unsqueeze(1)).sum().item() : 0;
          });
        return { teacherNeighbours: shared / (count * nearest) };
      }),
    );
  }
}
