/** The attention of transformers' layers, computed of the queries, keys and values that were tapped. */
import type { Tensor } from '@retort/torch';
import type { Attention } from '../../models/index.ts';
import type { Anatomies, PairSide, Whose } from '../method.ts';
import { anatomy } from '../seen.ts';

/** Where a network has its attention. @throws RangeError where it does not say so */
function attentionIn(pair: Anatomies, whose: Whose, method: string): Attention {
  const { attention } = anatomy(pair, whose, method);
  if (attention && attention.queries.length > 0) return attention;
  throw new RangeError(
    `${method} compares attention, and the ${whose} does not say where its queries, keys and values are: BERT, RoBERTa and DistilBERT do, and a network of one's own by \`attention\` of its \`anatomy\``,
  );
}

/** The attention of both networks. @throws RangeError where one does not say where it is, or has more heads than the other */
export function attentionInBoth(pair: Anatomies, method: string): Readonly<Record<Whose, Attention>> {
  const [student, teacher] = [attentionIn(pair, 'student', method), attentionIn(pair, 'teacher', method)];
  if (student.heads !== teacher.heads)
    throw new RangeError(
      `${method} compares attention head by head, and the student has ${student.heads} heads, the teacher ${teacher.heads}: choose a student of ${teacher.heads}`,
    );
  return { student, teacher };
}

/** @throws RangeError unless what a path gives is tokens [L, D] whose D is divided by the heads */
export function refuseUndivided(method: string, side: PairSide, path: string, heads: number): void {
  const shape = side.shape(path);
  if (shape.length !== 2 || (shape[1] ?? 0) % heads !== 0)
    throw new RangeError(
      `${method}: '${path}' gives [${shape.join(', ')}], which is not tokens [L, D] that ${heads} heads divide`,
    );
}

/** How much each token has to do with each, before any softmax: Q Kᵀ / √(D / h) of Q and K [B, L, D] by heads, [B, h, L, L]. */
export function attentionScores(Q: Tensor, K: Tensor, heads: number): Tensor {
  const size = Q.size(2) / heads;
  const byHeads = (of: Tensor): Tensor => of.unflatten(2, [heads, size]).transpose(1, 2);
  return byHeads(Q).matmul(byHeads(K).mT).div(Math.sqrt(size));
}
