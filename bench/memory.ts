/** Our side of the memory benchmark: five steps of a model in a process of their own. Arguments: model batch threads. */
import fs from 'node:fs';
import { setNumThreads } from '@retort/torch';
import { trainingStep } from './steps.ts';

/** Bytes of this process: VmRSS is now, VmHWM the most since the peak was reset. */
function resident(field: 'VmRSS' | 'VmHWM'): number {
  const [, kibibytes] =
    new RegExp(`${field}:\\s+(\\d+)`).exec(fs.readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

const [model = 'resnet20', batch = '64', threads = '2'] = process.argv.slice(2);
setNumThreads(Number(threads));
const before = resident('VmRSS');
const step = trainingStep({ model, batch: Number(batch), bf16: false });
fs.writeFileSync('/proc/self/clear_refs', '5');
for (let i = 0; i < 5; i++) step();
console.log(JSON.stringify({ bytes: resident('VmHWM') - before }));
