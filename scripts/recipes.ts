/** Writes what is generated in `recipes/`: the JSON Schema. `npm run recipes`. */
import fs from 'node:fs';
import path from 'node:path';
import { jsonSchema } from 'retort';

const folder = path.join(import.meta.dirname, '../recipes');
fs.writeFileSync(path.join(folder, 'recipe.schema.json'), `${JSON.stringify(jsonSchema(), null, 2)}\n`);
