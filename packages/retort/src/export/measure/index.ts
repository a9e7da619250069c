/** Networks measured where they run. */
export {
  type Measurable,
  type MeasuredNetwork,
  type MeasuredRuntime,
  type Measurement,
  type MeasureOptions,
  measure,
  type Speed,
} from './measure.ts';
export type { RuntimeKind } from './messages.ts';
