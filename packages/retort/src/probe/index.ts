/** What a network's features are worth: probes that learn nothing of it. */
export type { AskedOfFeatures } from './asked.ts';
export { ProbeError } from './errors.ts';
export { extractFeatures, type FeaturesOptions } from './features.ts';
export type { Labelled } from './labelled.ts';
export type { FeatureSplits, FewProbe, LinearProbe } from './linear-probe.ts';
export { type NeighboursProbe, type ProbedFeatures, probeFeatures } from './of-features.ts';
export { type Probed, type ProbeOptions, probe } from './probe.ts';
export type { TriedStrength } from './strength.ts';
