/** A batch of which each rank has a part, as methods see all of it. */
import type { nn, Tensor } from '@retort/torch';
import { type Part, type Targets, weightOf } from '../data/index.ts';
import type { Features, Seen, Side } from '../methods/index.ts';
import type { Outputs } from '../models/index.ts';
import { gatherBatch, type OfPart, type Ranks } from '../ranks/index.ts';
import { synced } from '../tensors/modes.ts';
import type { Shared } from './objective.ts';

type Named = Readonly<Record<string, Tensor>>;

/** What a method sees, tensor by tensor. */
function flattened({ student, teacher, targets, ids }: Seen, turns: number): Record<string, OfPart> {
  const under = (prefix: string, named: Named, turns: number): [string, OfPart][] =>
    Object.entries(named).map(([name, tensor]) => [`${prefix}.${name}`, { tensor, turns }]);
  // A teacher's may have to be made first, and images have none.
  const areTexts = student.mask !== null;
  const side = (prefix: string, of: Side): [string, OfPart][] => [
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
  /** Whose batch norms normalise by the whole batch while a part is seen; null where they do not. */
  readonly synced: readonly nn.Module[] | null;
}

export function sharedBatch(
  ranks: Ranks,
  part: Part,
  { loss, isLossOfAll, synced: whose }: SharedOptions,
): Shared {
  return {
    weight: weightOf(part, ranks.count),
    isLossOfAll,
    ofPart(body) {
      // All that a rank sees is all there is.
      using _ = whose && !part.isWhole ? synced(whose) : null;
      return body();
    },
    whole(seen, turns) {
      if (part.isWhole) return seen;
      const parts = flattened(seen, turns);
      const names = Object.keys(parts);
      const all = gatherBatch(ranks, part, Object.values(parts));
      const gathered = Object.fromEntries(names.flatMap((name, i) => (all[i] ? [[name, all[i]]] : [])));
      const under = (prefix: string): Named =>
        Object.fromEntries(
          Object.entries(gathered).flatMap(([name, tensor]) =>
            name.startsWith(`${prefix}.`) ? [[name.slice(prefix.length + 1), tensor]] : [],
          ),
        );
      const side = (prefix: string): Side => ({
        outputs: under(`${prefix}.outputs`),
        features: under(`${prefix}.features`) as Features,
        mask: gathered[`${prefix}.mask`] ?? null,
      });
      const student = side('student');
      const targets = under('targets');
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
