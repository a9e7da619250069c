/** How large an image may be: as many pixels as Pillow decodes before it calls a file a decompression bomb. */
export const mostPixels = 178_956_970;
