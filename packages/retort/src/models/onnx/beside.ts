/** What an ONNX file, and what lies beside it as Hugging Face's folders have it, says of images and classes. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Rendering } from '../../data/index.ts';
import { isNumbered } from '../hugging-face/config.ts';
import { readInput } from '../hugging-face/input.ts';
import { readObject } from '../hugging-face/json.ts';
import type { OnnxInput } from './choose.ts';
import type { OnnxFile } from './file.ts';

/** A file in the folder of the ONNX file, or in the one above a folder `onnx`; null where there is none. */
function beside(file: string, name: string): string | null {
  const folder = path.dirname(path.resolve(file));
  const folders = path.basename(folder) === 'onnx' ? [folder, path.dirname(folder)] : [folder];
  const found = folders.map((place) => path.join(place, name)).find((place) => fs.existsSync(place));
  return found ?? null;
}

const config = z.object({ id2label: z.record(z.string(), z.union([z.string(), z.number()])) });

/** Names of classes in the order of the logits; null where none are said, or not as many. */
function labelsBeside(file: string, classes: number | null, warn: (text: string) => void): string[] | null {
  const place = beside(file, 'config.json');
  if (place === null) return null;
  const { success, data } = config.safeParse(readObject(place));
  if (!success) return null;
  const names = Object.keys(data.id2label).map((_, i) => data.id2label[i]);
  const isWhole = !names.includes(undefined) && (classes === null || names.length === classes);
  if (!isWhole)
    warn(
      `${place}: its id2label is not of the ${classes ?? names.length} classes of ${file}, and is left aside`,
    );
  return isWhole && !isNumbered(names.map(String)) ? names.map(String) : null;
}

/** Says where a config that lies beside a file names classes otherwise than the file itself, which counts. @param labels  the file's, in JSON */
export function compareBeside(file: string, labels: string, warn: (text: string) => void): void {
  const place = beside(file, 'config.json');
  let own: unknown;
  let names: readonly string[] | null;
  try {
    own = JSON.parse(labels);
    names = labelsBeside(file, null, () => {});
  } catch {
    // Whoever needs one of both says what is wrong with it.
    return;
  }
  if (place === null || names === null || !Array.isArray(own)) return;
  const at = Array.from({ length: Math.max(own.length, names.length) }, (_, i) => i).find(
    (i) => own[i] !== names[i],
  );
  if (at !== undefined)
    warn(
      `${place} names classes otherwise than ${file} itself, whose names are taken: ${at} is '${names[at] ?? ''}' there and '${own[at] ?? ''}' here; what reads the config, as transformers.js, says the others`,
    );
}

/** How images are wanted: as the file says, or what lies beside it, with the size that the graph is fixed to. */
function inputOf(
  from: OnnxFile,
  { channels, height, width }: OnnxInput,
  warn: (text: string) => void,
): string | null {
  const { metadata, file } = from;
  if (metadata.input !== undefined) return metadata.input;
  const place = beside(file, 'preprocessor_config.json');
  const said = place === null ? null : readInput(place, channels ?? undefined);
  for (const remark of said?.remarks ?? []) warn(remark);
  const input: Rendering = {
    ...(height !== null && height === width ? { size: height, interpolation: 'bilinear' } : {}),
    ...said?.input,
  };
  return Object.keys(input).length > 0 ? JSON.stringify(input) : null;
}

/**
 * What is known of a network beside its graph: `classes`, `labels` (a JSON list), `input` (JSON of a rendering), and what else the file says.
 *
 * @param classes  how many it tells apart; null where the file does not say it
 */
export function saidOf(
  from: OnnxFile,
  input: OnnxInput,
  classes: number | null,
  warn: (text: string) => void,
): Readonly<Record<string, string>> {
  const { metadata, file } = from;
  const labels = metadata.labels === undefined ? labelsBeside(file, classes, warn) : null;
  if (metadata.labels !== undefined) compareBeside(file, metadata.labels, warn);
  const rendering = inputOf(from, input, warn);
  return {
    ...(classes === null ? {} : { classes: String(classes) }),
    ...(labels === null ? {} : { labels: JSON.stringify(labels) }),
    ...(rendering === null ? {} : { input: rendering }),
    ...metadata,
  };
}
