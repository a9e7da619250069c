import { twoSteps } from '../../reference/two-steps.ts';

twoSteps((folder) => /^crd\/[k-r]/.test(folder));
