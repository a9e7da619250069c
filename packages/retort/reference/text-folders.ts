/** For tests: networks of texts written as model folders of transformers, with the files of their tokenizers. */
import fs from 'node:fs';
import path from 'node:path';
import { saveSafetensors } from '@retort/torch';
import { ofTransformers } from '../src/models/index.ts';
import type { TextClassifier } from '../src/models/takes.ts';

export interface WrittenTexts {
  /** Of its classes; one for a number. */
  readonly labels: readonly string[];
  /** Texts by the names of files. */
  readonly tokenizer: Readonly<Record<string, string>>;
  /** As `problem_type` has it. */
  readonly problem?: string | undefined;
  /** Whether it is without a classifier, as networks that were only trained on language are. */
  readonly base?: boolean;
}

/** Writes a model folder. @returns the folder */
export function saveTextFolder(
  folder: string,
  model: TextClassifier,
  { labels, tokenizer, problem, base = false }: WrittenTexts,
): string {
  const own = ofTransformers(model, labels.length, []);
  if (!own) throw new RangeError('transformers has no such network');
  const { modelType, architecture, settings, state } = own;
  const prefix = `${modelType}.`;
  const body = Object.entries(state).flatMap(([key, weight]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), weight] as const] : [],
  );
  const config = {
    model_type: modelType,
    architectures: [base ? architecture.replace('ForSequenceClassification', 'Model') : architecture],
    ...settings,
    ...(base
      ? {}
      : {
          id2label: Object.fromEntries(labels.entries()),
          label2id: Object.fromEntries(labels.map((label, i) => [label, i])),
        }),
    ...(problem === undefined ? {} : { problem_type: problem }),
  };
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries({ ...tokenizer, 'config.json': JSON.stringify(config) }))
    fs.writeFileSync(path.join(folder, name), text);
  const weights = base ? Object.fromEntries(body) : state;
  saveSafetensors(path.join(folder, 'model.safetensors'), weights, { format: 'pt' });
  return folder;
}
