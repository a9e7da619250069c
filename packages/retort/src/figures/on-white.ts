/** A figure as a file. */

/**
 * A figure as a file of its own, wherever it is shown: dark on white.
 *
 * @example fs.writeFileSync('cka.svg', onWhite(await heatMap(matrix)))
 */
export const onWhite = (svg: string): string =>
  svg.replace(
    /^<svg [^>]*>/,
    (begin) => `${begin.slice(0, -1)} color="#222"><rect width="100%" height="100%" fill="white"/>`,
  );
