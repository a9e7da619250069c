import { twoSteps } from '../../reference/two-steps.ts';

twoSteps(
  (folder) =>
    !/^(?:coco-detection\/|transfer\/|crd\/|ofa\/|annealing\/glue|(?:minilm|shapes)$)|\/imagenet$/.test(
      folder,
    ),
);
