import { twoSteps } from '../../reference/two-steps.ts';

twoSteps((folder) => /^crd\/[f-m]/.test(folder));
