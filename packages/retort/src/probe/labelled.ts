/** Features with the classes of their samples. */
import { scope, type Tensor, tensor } from '@retort/torch';

export interface Labelled {
  /** Float32 [N, D]. */
  readonly vectors: Tensor;
  /** Int64 [N], below the number of classes. */
  readonly labels: Tensor;
}

/** Those at some places, in their order. @example taken(train, Int32Array.of(0, 2)).vectors.size(0) // 2 */
export const taken = ({ vectors, labels }: Labelled, places: Int32Array): Labelled =>
  scope(() => {
    const index = tensor(places);
    return { vectors: vectors.index_select(0, index), labels: labels.index_select(0, index) };
  });

/** Frees both. */
export function dispose({ vectors, labels }: Labelled): void {
  vectors.dispose();
  labels.dispose();
}

/** The places of the samples of each class, by its number. */
export function placesByClass({ labels }: Pick<Labelled, 'labels'>, classes: number): readonly number[][] {
  const places = Array.from({ length: classes }, (): number[] => []);
  for (const [place, label] of labels.toFlatArray().map(Number).entries()) places[label]?.push(place);
  return places;
}
