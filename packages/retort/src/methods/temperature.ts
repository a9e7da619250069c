import { z } from 'zod';

/** A temperature, by which logits are divided: in float32 they overflow below 0.001, and are all the same above 1000. */
export const temperatureOption = (value: number, description: string) =>
  z.number().min(0.001).max(1000).default(value).describe(description);
