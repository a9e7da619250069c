/** Prints, as JSON, the operators of the typed surface that this libtorch lacks, and those whose schema is another here. */
import fs from 'node:fs';
import path from 'node:path';
import { Operator } from '../../packages/torch/src/dispatch/operator.ts';
import { parseSchema } from '../../packages/torch/src/dispatch/schema.ts';

/** How an operator stands here beside the release that the surface is written from. */
export interface Differences {
  readonly lacks: readonly string[];
  readonly others: readonly string[];
}

if (import.meta.main) {
  const folder = path.join(import.meta.dirname, '../../packages/torch/src');
  // Docstrings have the schemas.
  const text = ['aten.ts', 'operators/methods.ts'].map((name) =>
    fs.readFileSync(path.join(folder, name), 'utf8'),
  );
  const written = [...new Set(text.flatMap((source) => source.match(/(?<= `)aten::[^`]+(?=`$)/gm) ?? []))];
  const lacks: string[] = [];
  const others: string[] = [];
  for (const schema of written) {
    const { name, overload } = parseSchema(schema);
    const operator = new Operator(overload ? `${name}.${overload}` : name);
    if (!operator.isThere()) lacks.push(operator.name);
    else if (operator.schema.text !== schema) others.push(operator.name);
  }
  if (written.length < 1000) throw new Error(`${folder} has ${written.length} schemas, and no more`);
  console.log(JSON.stringify({ lacks, others } satisfies Differences));
}
