/** Of which layer each network is probed. */
import { listed } from '../../words/listed.ts';
import { UsageError } from '../load.ts';

/**
 * The layer that flags say for a network: that of `SOURCE=PATH`, else a `PATH` without a source, which is of all.
 *
 * @param names  how the command names the network, or the folder that it is found in
 * @param all  all that the command names
 * @throws UsageError where two are said for it, and for a path that is empty or of a source that is not named
 * @example layerFor(['runs/kd'], ['runs/kd', 'x.onnx'], ['x.onnx=/Flatten_output_0']) // undefined
 */
export function layerFor(
  names: readonly string[],
  all: readonly string[],
  given: readonly string[] = [],
): string | undefined {
  const sourceOf = (text: string): string | undefined => all.find((source) => text.startsWith(`${source}=`));
  const own = given.flatMap((text) => {
    const source = sourceOf(text);
    return source !== undefined && names.includes(source) ? [text.slice(source.length + 1)] : [];
  });
  const ofAll = given.filter((text) => sourceOf(text) === undefined);
  const wrong = given.find(
    (text) => text === '' || text.endsWith('=') || (sourceOf(text) === undefined && text.includes('=')),
  );
  if (wrong !== undefined)
    throw new UsageError(
      `--layer ${wrong}: write PATH, or SOURCE=PATH with a source as the command names it: ${listed(all)}`,
    );
  const [layer, other] = own.length > 0 ? own : ofAll;
  if (other !== undefined)
    throw new UsageError(
      `--layer says ${layer} and ${other} of ${names[0]}: name one, and of which network another is, as --layer SOURCE=${other}`,
    );
  return layer;
}
