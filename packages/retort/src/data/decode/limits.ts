/** How large an image may be: as many pixels as Pillow decodes before it calls a file a decompression bomb. */
export const mostPixels = 178_956_970;

/** The side of a square of so many pixels: no image is made larger. */
export const mostSide = Math.floor(Math.sqrt(mostPixels));
