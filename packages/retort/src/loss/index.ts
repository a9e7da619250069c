/** A method's loss of given tensors, without networks or data. */
export { type ComputedLoss, computeLoss, type LossInput, type LossSetup, setUpLoss } from './compute.ts';
export { describeLoss, exampleInput, type LossDescription, type OptionDescription } from './describe.ts';
