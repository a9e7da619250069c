/** The precision in which a teacher's answers are kept. */
import type { Tensor } from '@retort/torch';
import { TrainingError } from '../errors.ts';

export type KeptDtype = 'float16' | 'float32';

/** Numbers as they are kept. @throws TrainingError where what is finite would be kept as infinity */
export function narrowed(name: string, values: Tensor, dtype: KeptDtype): Tensor {
  const kept = values.to(dtype);
  if (kept.isinf().eq(values.isinf()).all().item()) return kept;
  throw new TrainingError(
    `what the teacher says as '${name}' is too large for ${dtype} (${values.abs().amax().item().toPrecision(3)}): keep float32 (\`cache.dtype: fp32\` in a recipe)`,
  );
}
