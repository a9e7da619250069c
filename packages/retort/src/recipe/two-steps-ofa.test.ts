import { twoSteps } from '../../reference/two-steps.ts';

twoSteps((folder) => folder.startsWith('ofa/'));
