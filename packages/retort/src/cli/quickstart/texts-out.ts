/** The end of the story of texts: its student goes out. */
import fs from 'node:fs';
import path from 'node:path';
import { saveSafetensors } from '@retort/torch';
import type { TextTokenizer } from '../../data/index.ts';
import { ofTransformers } from '../../models/index.ts';
import { say } from '../output.ts';
import { freeFolder } from './free-folder.ts';
import type { Ended } from './story.ts';

/** Writes the student as a model folder of transformers, with its tokenizer. */
export function goOut(
  { student }: Ended,
  labels: readonly string[],
  tokenizer: TextTokenizer,
  data = 'vader-movies',
): void {
  const own = ofTransformers(student, labels.length, []);
  if (!own) throw new Error('the student is nothing to transformers');
  const { modelType, architecture, settings, state } = own;
  const folder = freeFolder('quickstart-text');
  fs.mkdirSync(folder, { recursive: true });
  const config = {
    model_type: modelType,
    architectures: [architecture],
    ...settings,
    id2label: Object.fromEntries(labels.map((label, i) => [i, label])),
    label2id: Object.fromEntries(labels.map((label, i) => [label, i])),
  };
  const files = { ...tokenizer.files(), 'config.json': `${JSON.stringify(config, null, 2)}\n` };
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  saveSafetensors(path.join(folder, 'model.safetensors'), state, { format: 'pt' });
  say(`\nThe student went out as ${folder}, a model folder that transformers reads, too.`);
  say(`\nnpx retort eval --weights ${folder} --data ${data}`);
}
