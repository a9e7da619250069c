import { twoSteps } from '../../reference/two-steps.ts';

twoSteps((folder) => folder === 'ofa/cifar100-32');
