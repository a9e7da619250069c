import { onBoxes, twoSteps } from '../../reference/two-steps.ts';

/** Every method, on one of the pairs of COCO, torchvision's training, and our own of made shapes; shapes.test.ts has the levels of all networks. */
twoSteps((folder) => /^(?:coco-detection\/(?:R101-R18|torchvision)|shapes)$/.test(folder), onBoxes);
