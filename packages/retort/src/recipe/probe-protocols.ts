/**
 * How features are judged elsewhere by a linear classifier that is trained on them: augmentation, optimizer, schedule and what batch norms do, as the scripts
 * of papers have it. Each is a recipe, so that a run of it is one like any other.
 */

/** By the names of commands and recipes. */
export const probeProtocols = ['crd', 'moco', 'swav'] as const;

export type ProbeProtocol = (typeof probeProtocols)[number];
