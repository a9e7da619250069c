import { createHash } from 'node:crypto';
import type { nn } from '@retort/torch';

/** The SHA-256 of the keys with their shapes, a line each, as the scripts of this folder write it: of a state dict in its order. */
export function hashOfKeys(state: nn.StateDict): string {
  const lines = Object.entries(state).map(([key, { shape }]) => `${key} ${shape.join('x')}`);
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
