/** How a network is named: `SOURCE[:FILE[#KEY]]`, or a FILE that says itself what it is, which may be one of the hub. */
import { isHubName } from '../hub/index.ts';
import { type OwnModule, ownModuleText, parseOwnModule } from '../own-modules.ts';
import { isOnnxFile } from './onnx/file.ts';
import { models } from './registry.ts';

export interface NetworkSpec {
  /** A model of the registry, or an export of a module of one's own; null where the weights are to say it. */
  readonly source: string | OwnModule | null;
  /** A file of weights, a run folder, a model folder or the name of one on the hub; null where they are fresh. */
  readonly file: string | null;
  /** Which weights in the file; null where it is to say so itself. */
  readonly key: string | null;
}

/** `FILE[#KEY]`. @example parseWeightsFile('best.pth#ema') // { file: 'best.pth', key: 'ema' } */
export function parseWeightsFile(text: string): { readonly file: string; readonly key: string | null } {
  // A key may end in anything but the name of a file that has none behind it.
  const hash = isOnnxFile(text) ? -1 : text.lastIndexOf('#');
  return { file: hash > 0 ? text.slice(0, hash) : text, key: hash > 0 ? text.slice(hash + 1) : null };
}

/**
 * Takes a network's name apart.
 *
 * @example parseNetwork('resnet20:best.pth#ema') // { source: 'resnet20', file: 'best.pth', key: 'ema' }
 * @example parseNetwork('./net.ts#create') // { source: { file: './net.ts', name: 'create' }, file: null, key: null }
 * @example parseNetwork('runs/at 10:30') // { source: null, file: 'runs/at 10:30', key: null }
 * @example parseNetwork('hf:facebook/deit-tiny-patch16-224') // { source: null, file: 'hf:facebook/deit-tiny-patch16-224', key: null }
 */
export function parseNetwork(text: string): NetworkSpec {
  if (isHubName(text)) return { source: null, ...parseWeightsFile(text) };
  const own = /^(.+?\.[mc]?[jt]s#[\w$]+)(?::(.+))?$/.exec(text);
  const source = own?.[1] === undefined ? null : parseOwnModule(own[1]);
  if (source) {
    const rest = own?.[2];
    return { source, ...(rest === undefined ? { file: null, key: null } : parseWeightsFile(rest)) };
  }
  // What no model could be called is the beginning of a file's name.
  const [, model, rest = ''] = /^([\w.-]+):(.*)$/s.exec(text) ?? [];
  if (model !== undefined) return { source: model, ...parseWeightsFile(rest) };
  if (Object.hasOwn(models, text)) return { source: text, file: null, key: null };
  return { source: null, ...parseWeightsFile(text) };
}

/** The source as it is written. */
export const sourceText = ({ source }: Pick<NetworkSpec, 'source'>): string =>
  source === null ? '' : typeof source === 'string' ? source : ownModuleText(source);

/** As `parseNetwork` reads it. */
export function networkText(spec: NetworkSpec): string {
  const file = spec.file === null ? null : spec.key === null ? spec.file : `${spec.file}#${spec.key}`;
  return [spec.source === null ? null : sourceText(spec), file].filter((part) => part !== null).join(':');
}
