/** Weights from a file of either format. */
import { TorchError } from '../errors.ts';
import type { StateDict } from '../nn/state-dict.ts';
import { Tensor } from '../tensor.ts';
import { loadPth } from './pth.ts';
import { quoted } from './quoted.ts';
import { loadSafetensors } from './safetensors.ts';

/** The keys under which training scripts save a state dict among other things. */
const wrappers = ['model', 'state_dict', 'model_state_dict', 'net', 'student', 'teacher'];

function isStateDict(value: unknown): value is StateDict {
  if (typeof value !== 'object' || value === null) return false;
  const items = Object.values(value);
  return items.length > 0 && items.every((item) => item instanceof Tensor);
}

/** Without the `module.` that DataParallel puts before every key. */
function unwrapped(state: StateDict): StateDict {
  const entries = Object.entries(state);
  if (!entries.every(([name]) => name.startsWith('module.'))) return state;
  return Object.fromEntries(entries.map(([name, tensor]) => [name.slice('module.'.length), tensor]));
}

/**
 * The state dict in a `.safetensors` or PyTorch file, also where it lies under a usual key such as `model` or `state_dict`.
 *
 * @throws TorchError if the file is damaged or holds no state dict
 * @example model.loadStateDict(await loadWeights('resnet20.pth'));
 */
export async function loadWeights(file: string): Promise<StateDict> {
  if (file.endsWith('.safetensors')) return unwrapped(loadSafetensors(file).tensors);
  const content = await loadPth(file);
  if (isStateDict(content)) return unwrapped(content);
  if (typeof content === 'object' && content !== null) {
    for (const [name, value] of Object.entries(content)) {
      if (wrappers.includes(name) && isStateDict(value)) return unwrapped(value);
    }
    const keys = Object.keys(content).slice(0, 10).map(quoted).join(', ');
    throw new TorchError(`${file} holds no state dict: its keys are ${keys || 'none'}`);
  }
  throw new TorchError(`${file} holds no state dict but a ${typeof content}`);
}
