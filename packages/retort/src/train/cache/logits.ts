/** Logits as they are stored: all of them, or the largest. */
import { noGrad, scope, type Tensor, zeros } from '@retort/torch';
import { narrowed, type Precision } from './precision.ts';
import type { Column } from './store.ts';

export interface LogitsOptions {
  readonly classes: number;
  readonly dtype: Precision;
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

/** [B, C] → a tensor for each column. What is left out is stored as one number: the logit that, in place of all of them, keeps their share. */
export function packLogits(logits: Tensor, options: LogitsOptions): Tensor[] {
  const { classes, dtype, topK = classes } = options;
  if (keepsAll(options)) return [narrowed('logits', logits, dtype)];
  return scope(() =>
    noGrad(() => {
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
