/** Recipes: one file that says a run completely. */
export { type Deviation, deviations, inWords, otherRun } from './deviations.ts';
export { RecipeError } from './errors.ts';
export { forBoxes } from './for-boxes.ts';
export { type ForPhotographs, forPhotographs, type PhotographsAsked } from './for-photographs.ts';
export { type ForProbe, forProbe, type ProbeAsked } from './for-probe.ts';
export { forTexts } from './for-texts.ts';
export { type LeftOut, leftOut } from './left-out.ts';
export {
  type LoadAloneOptions,
  type LoadedAlone,
  type LoadedForImages,
  type LoadedForTexts,
  loadAlone,
  readingOf,
  sideOf,
} from './load-alone.ts';
export { fitsOf, type LoadedNetwork, loadNetwork } from './load-network.ts';
export { locateNetwork } from './locate.ts';
export { checkedNetwork, shownNetwork, specOf, type WrittenNetwork } from './network.ts';
export { dataNamed, taskNamed } from './own.ts';
export { type Prepared, type PrepareOptions, prepare } from './prepare.ts';
export { type ProbeProtocol, probeProtocols } from './probe-protocols.ts';
export { type Resolved, type ResolveOptions, readRecipe, recipeOf } from './resolve.ts';
export { jsonSchema, type Recipe, type RecipeStage } from './schema.ts';
export { withSeed } from './seeds.ts';
export { taskOf } from './task-by-default.ts';
export { type JudgedOn, judgedOn, taughtAmong } from './told-classes.ts';
export { recipeText, recipeTextWithKeys } from './written.ts';
