/** What a FILE of weights says before its network is made. */
import fs from 'node:fs';
import { isModelFolder } from './hugging-face/index.ts';
import type { NetworkSpec } from './network.ts';
import { isOnnxFile } from './onnx/index.ts';
import { backboneOf, selfSupervisedIn } from './self-supervised.ts';
import { infer, openFile, weightsMetadata } from './weights.ts';

/** The model of the registry that weights fit, with their classifier or without it; null where that is none, or several. */
async function fitting(file: string, key: string | null): Promise<string | null> {
  const whole = await openFile(file, key);
  const found = selfSupervisedIn(whole);
  try {
    return infer(found ? backboneOf(whole, found) : whole, { classes: 100 }, { found, orBody: true });
  } catch (error) {
    // Whoever loads them says what is the matter.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** What is known of a network before it is made. */
export interface Said {
  /** The model that it is written as or its FILE is for, as that says or by its keys and shapes; null where none of them tells, and of one's own, model folders and ONNX files. */
  readonly model: string | null;
  /** What its FILE says beside the weights. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * What a network and its FILE say; nothing of a FILE that is not there, as one that is yet to be trained.
 *
 * @throws TorchError for what holds no weights
 * @example (await saidOf(parseNetwork('runs/kd'))).model // 'resnet20'
 */
export async function saidOf({ source, file, key }: NetworkSpec): Promise<Said> {
  // Code is no file of weights, which is said when the network is made.
  const known = file !== null && fs.existsSync(file) && !/\.[mc]?[jt]s$/.test(file) ? file : null;
  const metadata = known === null ? {} : await weightsMetadata(known, key);
  if (source !== null) return { model: typeof source === 'string' ? source : null, metadata };
  if (known === null) return { model: null, metadata };
  const whole = key === null ? known : `${known}#${key}`;
  const isOther = isModelFolder(known) || isModelFolder(whole) || isOnnxFile(known);
  return { model: metadata.model ?? (isOther ? null : await fitting(known, key)), metadata };
}
