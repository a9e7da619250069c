/** Images one by one, in the order in memory that torchvision's tensors have. */
import { scope, stack, type Tensor } from '@retort/torch';

/**
 * Applies to each image of a batch what was drawn for it; on the same memory ATen comes to the same bits as under torchvision.
 *
 * @param images  uint8 [B, H, W, C] → uint8 [B, H, W, C]
 * @param change  of an image uint8 [C, H, W]
 */
export function eachImage<Drawn>(
  images: Tensor,
  drawn: readonly Drawn[],
  change: (image: Tensor, drawn: Drawn) => Tensor,
): Tensor {
  const changed = drawn.map((one, i) =>
    scope(() => change(images.select(0, i).permute([2, 0, 1]).contiguous(), one)),
  );
  return stack(changed).permute([0, 2, 3, 1]).contiguous();
}
