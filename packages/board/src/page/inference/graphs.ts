/** The graphs of an exported folder. */

/** As transformers.js names them, with the end of their file's name. */
export const graphs = { fp32: '', fp16: '_fp16', q8: '_quantized' } as const;
export type GraphName = keyof typeof graphs;
