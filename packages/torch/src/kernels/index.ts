/** The fastest kernels are chosen wherever the engine is loaded. */
import { chooseKernels } from './kernels.ts';

export {
  areKernelsChosen,
  type Kernel,
  type KernelChoice,
  kernelsFile,
  kernelsInUse,
  useKernels,
} from './kernels.ts';

chooseKernels();
