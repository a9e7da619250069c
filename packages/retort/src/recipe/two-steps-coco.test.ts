import { onBoxes, twoSteps } from '../../reference/two-steps.ts';

/** Every method, on one of the pairs, and torchvision's training; shapes.test.ts has the levels of all networks. */
twoSteps((folder) => /^coco-detection\/(?:R101-R18|torchvision)$/.test(folder), onBoxes);
