import { probed, twoSteps } from '../../reference/two-steps.ts';

twoSteps((folder) => folder.startsWith('transfer/'), probed);
