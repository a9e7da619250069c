/** What a FILE of weights says before its network is made. */
import { isHubName } from '../hub/index.ts';
import { isModelFolder } from './hugging-face/index.ts';
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

/**
 * Which model a FILE is for, as it says or by its keys and shapes; null where neither tells, and of model folders and ONNX files.
 *
 * @throws TorchError for what holds no weights
 * @example await modelOfFile('runs/kd', null) // 'resnet20'
 */
export async function modelOfFile(file: string, key: string | null): Promise<string | null> {
  const whole = key === null ? file : `${file}#${key}`;
  if (isHubName(file) || isModelFolder(file) || isModelFolder(whole) || isOnnxFile(file)) return null;
  const { model } = await weightsMetadata(file, key);
  return model ?? fitting(file, key);
}
