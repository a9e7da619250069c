/** The kernels that a state was computed with: the same bits need the same ones. */
import { areKernelsChosen, type KernelChoice, kernelsInUse, useKernels } from '@retort/torch';
import { TrainingError } from './errors.ts';

/** What was chosen until now; `default` where nothing is. */
export type Kernels = 'default' | readonly KernelChoice[];

export const kernelsNow = (): Kernels => (areKernelsChosen() ? kernelsInUse() : 'default');

/**
 * Goes on with the kernels of a state.
 *
 * @param then  versions before this one did not say, and took libtorch's own
 * @throws TrainingError where that cannot be, and others would give other bits
 */
export function resumeKernels(then: Kernels | undefined, warn: (text: string) => void): void {
  if (then === undefined) {
    if (areKernelsChosen())
      warn(
        'this was computed by a version that did not choose kernels: RETORT_KERNELS=default resumes it to the same bits; without it rounding may differ',
      );
  } else if (then === 'default') {
    if (areKernelsChosen())
      throw new TrainingError(
        'this was computed with RETORT_KERNELS=default: resumed without it, it would not come to the same bits; set it',
      );
  } else if (areKernelsChosen()) {
    useKernels(then);
  } else if (then.some(({ kernel }) => kernel !== 'standard')) {
    throw new TrainingError(
      'this was computed with kernels that were chosen: resumed with RETORT_KERNELS=default, it would not come to the same bits; unset it',
    );
  }
}
