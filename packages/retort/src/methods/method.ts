/** What a distillation method is: named terms of a loss, computed from what teacher and student said of a batch. */
import type { Tensor } from '@retort/torch';

export interface Seen {
  /** The student's logits [B, C]. */
  readonly student: Tensor;
  /** The teacher's logits [B, C], without a graph; null where there is no teacher. */
  readonly teacher: Tensor | null;
  /** int64 [B]. */
  readonly labels: Tensor;
}

export interface Method {
  /** By the literature's name, e.g. `kd`. */
  readonly name: string;
  readonly needsTeacher: boolean;
  /** The weighted terms, each a scalar; the loop adds them up and logs them by name. */
  losses(seen: Seen): Record<string, Tensor>;
}
