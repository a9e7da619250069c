/** Says what is on pictures: node classify.js FOLDER IMAGE... (npm install @huggingface/transformers) */
import path from 'node:path';
import { env, pipeline } from '@huggingface/transformers';

const [folder, ...images] = process.argv.slice(2);
if (!folder || images.length === 0) {
  console.error('node classify.js FOLDER IMAGE...: the folder is one that `retort export` wrote');
  process.exit(2);
}
// Without it a folder that is missing is asked of the hub.
env.allowRemoteModels = false;
const classify = await pipeline('image-classification', path.resolve(folder));
for (const image of images) {
  const said = (await classify(image, { top_k: 3 })).map(
    ({ label, score }) => `${label} ${(100 * score).toFixed(1)} %`,
  );
  console.log(`${path.basename(image)}: ${said.join(', ')}`);
}
