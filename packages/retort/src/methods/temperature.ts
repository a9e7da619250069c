import { z } from 'zod';

const temperature = z.number().min(0.001).max(1000);

/** A temperature, by which logits are divided: in float32 they overflow below 0.001, and are all the same above 1000. */
export const temperatureOption = (value: number, description: string) =>
  temperature.default(value).describe(description);

/** The same where its default depends on other options. */
export const dependentTemperature = (description: string) => temperature.optional().describe(description);
