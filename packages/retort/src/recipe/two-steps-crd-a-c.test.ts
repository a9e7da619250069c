import { twoSteps } from '../../reference/two-steps.ts';

twoSteps((folder) => /^crd\/[a-c]/.test(folder));
