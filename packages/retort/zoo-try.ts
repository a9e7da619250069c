import { manualSeed, setNumThreads, nn, noGrad } from '@retort/torch';
import fs from 'node:fs';
import { models, createModel, madeFor } from './src/models/index.ts';
import { exportOnnx, checkExport } from './src/export/onnx/index.ts';
setNumThreads(2);
fs.mkdirSync('/tmp/zoo', { recursive: true });
const only = process.argv[2];
const seen = new Set();
for (const name of Object.keys(models)) {
  const fam = name.replace(/[\d.]+/g, '');
  if (only ? !new RegExp(only).test(name) : seen.has(fam)) continue; seen.add(fam);
  manualSeed(1);
  const m = createModel(name, { classes: 5 });
  const size = Math.min(madeFor(name)!.isConvolutional ? 64 : 999, madeFor(name)!.pixels);
  try {
    for (const precision of ['fp32', 'fp16'] as const) {
      const e = await exportOnnx(m, { size, precision });
      fs.writeFileSync(`/tmp/zoo/${name}_${precision}.onnx`, e.bytes);
      const c = checkExport(m, e);
      console.log(name, precision, e.nodes, e.bytes.length, c.difference.toExponential(2), c.largest.toFixed(2), c.agreement);
    }
  } catch (error) { console.log(name, 'FAIL', (error as Error).stack); }
}
