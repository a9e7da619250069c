/** A batch of which each rank has a slice, as methods see all of it. */
import type { nn, Tensor } from '@retort/torch';
import type { Slice, Targets } from '../data/index.ts';
import { weightOf } from '../data/slice.ts';
import type { Seen, Side } from '../methods/index.ts';
import type { Outputs } from '../models/index.ts';
import { gatherBatch, type OfSlice, type Ranks } from '../ranks/index.ts';
import type { Task } from '../tasks/index.ts';
import { synced } from '../tensors/modes.ts';
import { tensorsUnder } from '../tensors/tensors-under.ts';
import type { Shared } from './objective.ts';

type Named = Readonly<Record<string, Tensor>>;

/** How tensors of a slice lie beside those of others. */
interface Lying {
  readonly turns?: number | undefined;
  /** As `Task.padding` has it, by name. */
  readonly padding?: Readonly<Record<string, number>> | undefined;
}

const under = (
  prefix: string,
  named: Named,
  { turns = 1, padding = {} }: Lying = {},
): Record<string, OfSlice> =>
  Object.fromEntries(
    Object.entries(named).map(([name, tensor]) => [
      prefix ? `${prefix}.${name}` : name,
      { tensor, turns, padding: padding[name] },
    ]),
  );

/** What a method sees, tensor by tensor. @param isLate  whether what the teacher answered is left out */
function flattened(
  { student, teacher, targets, ids }: Seen,
  { turns, padding }: Lying,
  isLate: boolean,
): Record<string, OfSlice> {
  // A teacher's may have to be made first, and images have none.
  const areTexts = student.mask !== null;
  const side = (prefix: string, of: Side, outputs: Outputs): Record<string, OfSlice> => ({
    ...under(`${prefix}.outputs`, outputs, { padding }),
    ...under(`${prefix}.features`, of.features, { turns }),
    ...(areTexts && of.mask ? under(prefix, { mask: of.mask }) : {}),
  });
  return {
    ...side('student', student, student.outputs),
    // Where no teacher is asked nothing is in it.
    ...side('teacher', teacher, isLate ? {} : teacher.outputs),
    ...under('targets', targets, { padding }),
    ...under('of', { ids }),
  };
}

export interface SharedOptions {
  /** The task's own. */
  readonly loss: (outputs: Outputs, targets: Targets) => Named;
  readonly task: Pick<Task, 'isLossOfAll' | 'padding' | 'teach'>;
  /** What a slice is to learn from. */
  readonly targets: Targets;
  /** Whose batch norms normalise by the whole batch while a slice is seen; null where they do not. */
  readonly synced: readonly nn.Module[] | null;
}

export function sharedBatch(
  ranks: Ranks,
  slice: Slice,
  { loss, task: { isLossOfAll = false, padding = {}, teach }, targets: own, synced: whose }: SharedOptions,
): Shared {
  // Maps that a teacher's features are made of are large, and methods hardly look at them.
  const isLate = teach !== undefined;
  const gathered = (slices: Readonly<Record<string, OfSlice>>): Named => {
    const names = Object.keys(slices);
    const all = gatherBatch(ranks, slice, Object.values(slices));
    return Object.fromEntries(names.flatMap((name, i) => (all[i] ? [[name, all[i]]] : [])));
  };
  return {
    weight: weightOf(slice, ranks.count),
    lossOfAll:
      isLossOfAll && !slice.isWhole
        ? (outputs) => {
            const all = gathered({
              ...under('outputs', outputs, { padding }),
              ...under('targets', own, { padding }),
            });
            return loss(tensorsUnder('outputs.', all), tensorsUnder('targets.', all));
          }
        : null,
    ofSlice(body) {
      // All that a rank sees is all there is.
      using _ = whose && !slice.isWhole ? synced(whose) : null;
      return body();
    },
    whole(seen, turns) {
      if (slice.isWhole) return seen;
      const { judge, outputs: taught } = seen.teacher;
      const all = gathered(flattened(seen, { turns, padding }, isLate));
      const side = (prefix: string): Side => ({
        outputs: tensorsUnder(`${prefix}.outputs.`, all),
        features: tensorsUnder(`${prefix}.features.`, all),
        mask: all[`${prefix}.mask`] ?? null,
      });
      const [student, theirs] = [side('student'), side('teacher')];
      const targets = tensorsUnder('targets.', all);
      return {
        ...seen,
        student,
        teacher: {
          features: theirs.features,
          mask: theirs.mask,
          get outputs() {
            return isLate ? gathered(under('', taught, { padding })) : theirs.outputs;
          },
          ...(judge && { judge: () => gathered(under('', judge(), { padding })) }),
        },
        targets,
        ids: all['of.ids'] ?? seen.ids,
        loss: (outputs = student.outputs) => loss(outputs, targets),
      };
    },
  };
}
