/** How a student learns from texts where nothing else is said: as transformers' example for GLUE (`run_glue`) fine-tunes BERT. */

/** Parts of a recipe, and a line for each choice. */
export const forTexts = {
  batchSize: 32,
  stage: {
    epochs: 3,
    optimizer: { name: 'adamw', lr: 2e-5, weightDecay: 0 },
    schedule: { name: 'linear' },
    clipNorm: 1,
  },
  reasons: [
    "AdamW at 2e-5 without weight decay, 32 texts a step, the rate down to 0 along a line, gradients clipped at 1, 3 epochs where none are said: transformers' example for GLUE (run_glue)",
    'texts of a batch are about alike long, and padded to the longest of them',
  ],
} as const;
