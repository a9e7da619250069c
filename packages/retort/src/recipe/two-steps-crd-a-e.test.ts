import { twoSteps } from '../../reference/two-steps.ts';

twoSteps((folder) => /^crd\/[a-e]/.test(folder));
