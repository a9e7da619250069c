import { twoSteps } from '../../reference/two-steps.ts';

twoSteps((folder) => /^crd\/[n-z]/.test(folder));
