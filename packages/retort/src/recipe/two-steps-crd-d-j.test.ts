import { twoSteps } from '../../reference/two-steps.ts';

twoSteps((folder) => /^crd\/[d-j]/.test(folder) && folder !== 'crd/imagenet');
