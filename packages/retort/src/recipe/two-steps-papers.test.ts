import { twoSteps } from '../../reference/two-steps.ts';

twoSteps((folder) => !/^(?:crd|ofa)\//.test(folder));
