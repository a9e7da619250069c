/** Gradients, functions with a backward of their own, and the modes under which operators run. */
export { customFunction, type FunctionDefinition } from './custom-function.ts';
export { FunctionContext } from './function-context.ts';
export { type GradOptions, grad } from './grad.ts';
export { autocast, clearAutocastCache, enableGrad, isGradEnabled, noGrad } from './modes.ts';
