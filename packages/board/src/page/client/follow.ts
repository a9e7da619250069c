/** What a promise comes to, as components see it. */
import type { Signal } from '@preact/signals';
import { sentenceOf } from './ask.ts';

/**
 * Puts it into signals: the answer, or what went wrong as a sentence.
 *
 * @returns what ends it, so that nothing is put there any more
 */
export function follow<T>(
  work: Promise<T>,
  answer: Signal<T | null>,
  error: Signal<string | null>,
): () => void {
  let isLeft = false;
  error.value = null;
  work
    .then((found) => {
      if (!isLeft) answer.value = found;
    })
    .catch((thrown) => {
      if (!isLeft) error.value = sentenceOf(thrown);
    });
  return () => {
    isLeft = true;
  };
}
