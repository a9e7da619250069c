/** Logits as they are stored: all of them, or the largest. */
import { noGrad, scope, type Tensor, zeros } from '@retort/torch';
import { TrainingError } from '../errors.ts';
import type { Column } from './columns.ts';
import { type KeptDtype, narrowed } from './narrowed.ts';

export interface LogitsOptions {
  readonly classes: number;
  readonly dtype: KeptDtype;
  /** How many of the largest are kept of each sample; all where it is left out. */
  readonly topK?: number | undefined;
}

const keepsAll = ({ classes, topK = classes }: LogitsOptions): boolean => topK >= classes;

export function logitColumns(options: LogitsOptions): Column[] {
  const { classes, dtype, topK = classes } = options;
  if (keepsAll(options)) return [{ name: 'logits', dtype, shape: [classes] }];
  return [
    { name: 'logits', dtype, shape: [topK] },
    { name: 'logits.classes', dtype: 'int32', shape: [topK] },
    { name: 'logits.rest', dtype: 'float32', shape: [1] },
  ];
}

/** Refuses to give a share to classes that the teacher masks, because others are left out beside them. */
function refuseMaskedAmongOthers(logits: Tensor, topK: number): void {
  const masked = logits.isneginf().sum(1);
  const rows = masked
    .gt(0)
    .logical_and(masked.lt(logits.size(1) - topK))
    .sum()
    .item();
  if (rows > 0)
    throw new TrainingError(
      `for ${rows} of ${logits.size(0)} samples the teacher masks classes (-inf), and where only the ${topK} largest logits are kept these would get a share of what is left ` +
        'out: leave topK out, or keep at least as many as are not masked',
    );
}

/**
 * [B, C] → a tensor for each column. What is left out is stored as one number: the logit that, in place of all of them, keeps their share.
 *
 * @throws TrainingError where masked classes (−∞) are left out beside others, or finite logits would be kept as infinity
 */
export function packLogits(logits: Tensor, options: LogitsOptions): Tensor[] {
  const { classes, dtype, topK = classes } = options;
  if (keepsAll(options)) return [narrowed('logits', logits, dtype)];
  return scope(() =>
    noGrad(() => {
      refuseMaskedAmongOthers(logits, topK);
      const [values, kept] = logits.topk(topK, 1);
      const others = logits.scatter(
        1,
        kept,
        zeros([1, 1])
          .expand([logits.size(0), topK])
          .sub(Number.POSITIVE_INFINITY),
      );
      const rest = others.logsumexp([1], true).sub(Math.log(classes - topK));
      return [narrowed('logits', values, dtype), kept.to('int32'), rest];
    }),
  );
}

/** The columns → [B, C], float32. */
export function unpackLogits(columns: readonly Tensor[], options: LogitsOptions): Tensor {
  const [values, kept, rest] = columns;
  if (!values) throw new RangeError('there are no logits');
  const exact = values.to('float32');
  if (!kept || !rest) return exact;
  return rest.expand([-1, options.classes]).scatter(1, kept.to('int64'), exact);
}
