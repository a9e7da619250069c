/** Graphs in whole numbers of 8 bits. */
import type { OnnxGraph } from '../graph.ts';
import type { Shown } from '../shown/index.ts';
import { rangesOf } from './calibrate.ts';
import type { Int8Options } from './options.ts';
import { planOf } from './plan.ts';
import { quantise } from './quantise.ts';
import { withSmallTables } from './tables.ts';

export { type Calibration, calibrations, checkInt8, type Int8Options } from './options.ts';

/**
 * A graph in float32 as one in int8: convolutions and linear layers of whole numbers, with what is between them, and tables of embeddings, by row; norms, softmax, attention's products and
 * other activations than Relu and Clip stay in float32, and so do images and logits, and what goes in and comes out of texts.
 *
 * @throws ExportError for a network without convolutions and linear layers, and for images or texts that tell nothing
 */
export async function inInt8(graph: OnnxGraph, options: Int8Options, shown: Shown): Promise<OnnxGraph> {
  const plan = planOf(graph, options.keep ?? {});
  const own = Array.from(plan.values).flatMap(([name, scaledAs]) => (scaledAs === null ? [name] : []));
  const ranges = await rangesOf(graph, own, options, shown);
  const whole = quantise(graph, plan, ranges, options.reduceRange ?? false);
  return options.keep?.first ? whole : withSmallTables(whole);
}
