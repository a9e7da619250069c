/** Of which layers each network is probed. */
import { listed } from '../../words/listed.ts';
import { UsageError } from '../load.ts';

/**
 * The layers that flags say for a network, each once: those of `SOURCE=PATH`, else each `PATH` without a source, which is of all.
 *
 * @param names  how the command names the network, or the folder that it is found in
 * @param all  all that the command names
 * @param tell  told where a network has layers of its own, and those of all are not its
 * @returns undefined in place of a layer where none is said, which is the one that the network names itself
 * @throws UsageError for a path that is empty or of a source that is not named
 * @example layersFor(['runs/kd'], ['runs/kd', 'x.onnx'], ['x.onnx=/Flatten_output_0']) // [undefined]
 */
export function layersFor(
  names: readonly string[],
  all: readonly string[],
  given: readonly string[] = [],
  tell: (text: string) => void = () => {},
): readonly (string | undefined)[] {
  const sourceOf = (text: string): string | undefined => all.find((source) => text.startsWith(`${source}=`));
  const own = given.flatMap((text) => {
    const source = sourceOf(text);
    return source !== undefined && names.includes(source) ? [text.slice(source.length + 1)] : [];
  });
  const ofAll = [...new Set(given.filter((text) => sourceOf(text) === undefined))];
  const wrong = given.find(
    (text) => text === '' || text.endsWith('=') || (sourceOf(text) === undefined && text.includes('=')),
  );
  if (wrong !== undefined)
    throw new UsageError(
      `--layer ${wrong}: write PATH, or SOURCE=PATH with a source as the command names it: ${listed(all)}`,
    );
  if (own.length > 0 && ofAll.length > 0)
    tell(`${names[0]} is probed at ${listed(own)}, as --layer says of it, and not at ${listed(ofAll)}`);
  const layers = new Set(own.length > 0 ? own : ofAll);
  return layers.size > 0 ? [...layers] : [undefined];
}
