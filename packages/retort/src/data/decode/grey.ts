/** Colours as greys, for networks that see one channel. */

/**
 * Red, green and blue, uint8 [H, W, 3] → grey [H, W, 1], in the memory that they are in: the luma of ITU-R BT.601, by Pillow's numbers.
 *
 * @example madeGrey({ pixels: Uint8Array.of(255, 0, 0), height: 1, width: 1 }).pixels // [76]
 */
export function madeGrey<Colours extends { readonly pixels: Uint8Array }>(picture: Colours): Colours {
  const { pixels } = picture;
  const count = pixels.length / 3;
  for (let to = 0, from = 0; to < count; to++, from += 3)
    pixels[to] =
      (19595 * (pixels[from] ?? 0) +
        38470 * (pixels[from + 1] ?? 0) +
        7471 * (pixels[from + 2] ?? 0) +
        0x8000) >>>
      16;
  return { ...picture, pixels: pixels.subarray(0, count) };
}
