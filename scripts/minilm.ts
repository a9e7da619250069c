/**
 * `node scripts/minilm.ts [FOLDER]`: the real pair of networks of texts that the quickstart has (`models/minilm/pair.ts`), as the model folders L6 and L3, for
 * recipes and checks; in the cache folder unless FOLDER is another. Prints where they are.
 */
import { miniLM } from '../packages/retort/src/models/minilm/pair.ts';

const [, , folder] = process.argv;
for (const place of Object.values(await miniLM(folder, console.error))) console.log(place);
