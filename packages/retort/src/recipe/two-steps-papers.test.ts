import { twoSteps } from '../../reference/two-steps.ts';

twoSteps((folder) => !/^(?:coco-detection\/|crd\/|ofa\/|annealing\/glue|minilm$)|\/imagenet$/.test(folder));
