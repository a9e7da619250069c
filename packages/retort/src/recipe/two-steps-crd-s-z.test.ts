import { twoSteps } from '../../reference/two-steps.ts';

twoSteps((folder) => /^crd\/[s-z]/.test(folder));
