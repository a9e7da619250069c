/** A batch of which each rank has a slice, as methods see all of it. */
import type { nn, Tensor } from '@retort/torch';
import type { Slice, Targets } from '../data/index.ts';
import { weightOf } from '../data/slice.ts';
import type { Seen, Side } from '../methods/index.ts';
import type { Outputs } from '../models/index.ts';
import { gatherBatch, type OfSlice, type Ranks } from '../ranks/index.ts';
import { synced } from '../tensors/modes.ts';
import { tensorsUnder } from '../tensors/tensors-under.ts';
import type { Shared } from './objective.ts';

type Named = Readonly<Record<string, Tensor>>;

/** What a method sees, tensor by tensor. */
function flattened({ student, teacher, targets, ids }: Seen, turns: number): Record<string, OfSlice> {
  const under = (prefix: string, named: Named, turns: number): [string, OfSlice][] =>
    Object.entries(named).map(([name, tensor]) => [`${prefix}.${name}`, { tensor, turns }]);
  // A teacher's may have to be made first, and images have none.
  const areTexts = student.mask !== null;
  const side = (prefix: string, of: Side): [string, OfSlice][] => [
    ...under(`${prefix}.outputs`, of.outputs, 1),
    ...under(`${prefix}.features`, of.features, turns),
    ...(areTexts && of.mask ? under(prefix, { mask: of.mask }, 1) : []),
  ];
  return Object.fromEntries([
    ...side('student', student),
    // Where no teacher is asked nothing is in it.
    ...side('teacher', teacher),
    ...under('targets', targets, 1),
    ...under('of', { ids }, 1),
  ]);
}

export interface SharedOptions {
  /** The task's own. */
  readonly loss: (outputs: Outputs, targets: Targets) => Named;
  /** Whether that is no mean over samples. */
  readonly isLossOfAll: boolean;
  /** Whose batch norms normalise by the whole batch while a slice is seen; null where they do not. */
  readonly synced: readonly nn.Module[] | null;
}

export function sharedBatch(
  ranks: Ranks,
  slice: Slice,
  { loss, isLossOfAll, synced: whose }: SharedOptions,
): Shared {
  return {
    weight: weightOf(slice, ranks.count),
    isLossOfAll,
    ofSlice(body) {
      // All that a rank sees is all there is.
      using _ = whose && !slice.isWhole ? synced(whose) : null;
      return body();
    },
    whole(seen, turns) {
      if (slice.isWhole) return seen;
      const slices = flattened(seen, turns);
      const names = Object.keys(slices);
      const all = gatherBatch(ranks, slice, Object.values(slices));
      const gathered = Object.fromEntries(names.flatMap((name, i) => (all[i] ? [[name, all[i]]] : [])));
      const side = (prefix: string): Side => ({
        outputs: tensorsUnder(`${prefix}.outputs.`, gathered),
        features: tensorsUnder(`${prefix}.features.`, gathered),
        mask: gathered[`${prefix}.mask`] ?? null,
      });
      const student = side('student');
      const targets = tensorsUnder('targets.', gathered);
      return {
        ...seen,
        student,
        teacher: side('teacher'),
        targets,
        ids: gathered['of.ids'] ?? seen.ids,
        loss: (outputs = student.outputs) => loss(outputs, targets),
      };
    },
  };
}
