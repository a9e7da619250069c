import { twoSteps } from '../../reference/two-steps.ts';

twoSteps((folder) => !/^(?:crd\/|ofa\/|annealing\/glue|minilm$)|\/imagenet$/.test(folder));
