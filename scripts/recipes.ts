/** Writes what is generated in `recipes/`: the JSON Schemas of recipes and of tables of runs, and a recipe for each row of the papers' tables. `npm run recipes`. */
import fs from 'node:fs';
import path from 'node:path';
import { jsonSchema, sweepJsonSchema } from 'retort';
import { families, rows, written } from './recipes/index.ts';

const folder = path.join(import.meta.dirname, '../recipes');
for (const [name, schema] of Object.entries({ recipe: jsonSchema(), sweep: sweepJsonSchema() }))
  fs.writeFileSync(path.join(folder, `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);

for (const family of families) {
  for (const entry of fs.readdirSync(path.join(folder, family), { withFileTypes: true })) {
    if (entry.isDirectory()) fs.rmSync(path.join(folder, family, entry.name), { recursive: true });
  }
}
for (const row of rows) {
  const file = path.join(folder, row.file);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, written(row));
}
