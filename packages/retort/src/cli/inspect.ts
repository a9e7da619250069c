/** `retort inspect`. */
import fs from 'node:fs';
import { isHubName } from '../hub/index.ts';
import {
  type InspectedFolder,
  type InspectedTensor,
  type Inspection,
  inspectOnnx,
  inspectWeights,
  isOnnxFile,
  type OnnxInspection,
  type OnnxValue,
  parseWeightsFile,
} from '../models/index.ts';
import { listed } from '../words/listed.ts';
import { UsageError } from './load.ts';
import { say } from './output.ts';
import { Progress } from './progress.ts';
import { count, table } from './table.ts';

type StateDict = Inspection['stateDicts'][number];

const numel = ({ shape }: InspectedTensor): number => shape.reduce((product, size) => product * size, 1);

const different = (values: readonly string[]): string => listed([...new Set(values)]);

const keysOf = (number: number): string => (number === 1 ? '1 key' : `${count(number)} keys`);

/** The tensors of a state dict by the first part in which their names differ. */
function groupTable({ tensors }: StateDict): string {
  const parts = Object.keys(tensors).map((name) => name.split('.'));
  const [first = []] = parts;
  let same = 0;
  while (parts.length > 0 && parts.every((part) => same + 1 < part.length && part[same] === first[same]))
    same++;
  const groups = Map.groupBy(Object.entries(tensors), ([name]) =>
    name
      .split('.')
      .slice(0, same + 1)
      .join('.'),
  );
  const rows = [...groups].map(([group, members]) => [
    group,
    count(members.length),
    count(members.reduce((sum, [, tensor]) => sum + numel(tensor), 0)),
    different(members.map(([, { dtype }]) => dtype)),
    different(members.map(([, { shape }]) => `[${shape.join(', ')}]`)),
  ]);
  return table(['group', 'tensors', 'numbers', 'dtypes', 'shapes'], rows);
}

function printStateDict(
  of: string,
  found: StateDict,
  models: Inspection['models'] | null,
  noModel: string | null,
): void {
  const tensors = Object.entries(found.tensors);
  const numbers = tensors.reduce((sum, [, tensor]) => sum + numel(tensor), 0);
  say(`\n${of}: ${count(tensors.length)} tensors, ${count(numbers)} numbers`);
  for (const { name, classes, prefix, leftAside, key } of models ?? []) {
    const off = [
      ...(prefix ? [`without '${prefix}' before its keys`] : []),
      ...(leftAside ? [`${keysOf(leftAside)} left aside`] : []),
      ...(key === found.key ? [] : [`as #${key}`]),
    ];
    const of = classes === 0 ? 'without its classifier' : `of ${classes} classes`;
    say(`  fits ${name} ${of}${off.length ? `, ${off.join(', ')}` : ''}`);
  }
  if (models?.length === 0)
    say(`  fits no model here by its keys and shapes${noModel === null ? '' : `: ${noModel}`}`);
  const wrong = tensors.flatMap(([name, { notFinite }]) =>
    notFinite ? [[name, ...Object.values(notFinite).map(count)]] : [],
  );
  say(wrong.length ? `  not finite: ${count(wrong.length)} of its tensors` : '  all finite');
  for (const [name, why] of Object.entries(found.unread)) say(`  ${name} ${why}`);
  say(`\n${groupTable(found)}`);
  if (wrong.length) say(`\n${table(['tensor', 'NaN', '+inf', '-inf'], wrong)}`);
}

/** What a network is called with, in a line. */
function takesText({ takes, input }: InspectedFolder): string {
  if (takes.kind === 'images')
    return `input: ${input ? JSON.stringify(input) : 'it does not say how it wants images'}`;
  const { vocabulary, positions, types } = takes;
  return `input: texts of at most ${count(positions)} tokens, of ${count(vocabulary)} that it knows, and of ${types === 1 ? '1 type' : `${count(types)} types`}`;
}

function printFolder(found: InspectedFolder): void {
  const { folder, name, modelType, classes, labels } = found;
  say(`${folder}: a model folder of transformers`);
  say(`  network: ${name} (model_type ${modelType})`);
  const told = classes === null ? 'none, as it has no classifier' : count(classes);
  const names = labels ? ` (${listed(labels)})` : ', without names';
  say(`  classes: ${told}${classes === null ? '' : names}`);
  say(`  ${takesText(found)}\n`);
}

function print({
  modelFolder,
  file,
  format,
  metadata,
  stateDicts,
  instead,
  models,
  others,
  selfSupervised,
  noModel,
}: Inspection): void {
  if (modelFolder) printFolder(modelFolder);
  say(`${file}: ${format}`);
  for (const [name, value] of Object.entries(metadata)) say(`  ${name}: ${value}`);
  if (selfSupervised !== null) say(`  ${selfSupervised}`);
  if (instead !== null) say(`\nholds ${instead}`);
  for (const found of stateDicts) {
    const { key } = found;
    const own = models.filter((model) => model.key === key || key === '' || model.key.startsWith(`${key}.`));
    printStateDict(
      key ? `${file}${modelFolder ? '/' : '#'}${key}` : 'the weights',
      found,
      modelFolder ? null : own,
      noModel,
    );
  }
  if (Object.keys(others).length) say('\nbeside:');
  for (const [key, what] of Object.entries(others)) say(`  ${key}: ${what}`);
}

function printOnnx(found: OnnxInspection): void {
  const { file, format, metadata, producer, irVersion, opsets, parameters, external, values } = found;
  say(`${file}: ${format}`);
  for (const [name, value] of Object.entries(metadata)) say(`  ${name}: ${value}`);
  const versions = Object.entries(opsets).map(
    ([domain, version]) => `${version}${domain ? ` of ${domain}` : ''}`,
  );
  say(`\nIR ${irVersion}, opset ${versions.join(', ')}${producer ? `, by ${producer}` : ''}`);
  say(`${count(parameters)} numbers in its weights${external.length ? `, in ${listed(external)}` : ''}`);
  const shown = ({ name, dtype, shape }: OnnxValue) => [
    name,
    dtype ?? '-',
    shape ? `[${shape.map((size) => size ?? '?').join(', ')}]` : '-',
  ];
  say(`\n${table(['input', 'dtype', 'shape'], found.inputs.map(shown))}`);
  say(`\n${table(['output', 'dtype', 'shape'], found.outputs.map(shown))}`);
  say(
    `\n${table(
      ['value to tap', 'operator'],
      values.map(({ name, operator }) => [name, operator]),
    )}`,
  );
}

export async function inspectCommand(spec: string, { json }: { readonly json?: boolean }): Promise<void> {
  const { file } = parseWeightsFile(spec);
  // The `#` may belong to the name.
  if (!isHubName(file) && !fs.existsSync(spec) && !fs.existsSync(file))
    throw new UsageError(`${file}: there is no such file or folder`);
  if (isOnnxFile(file)) {
    const found = await inspectOnnx(file);
    if (json) say(JSON.stringify(found));
    else printOnnx(found);
    return;
  }
  const progress = new Progress();
  const found = await inspectWeights(spec, {
    onWarning: (text) => progress.line(text),
    report: (what, done, total) => progress.show({ what, done, total }),
  });
  progress.clear();
  if (json) say(JSON.stringify(found));
  else print(found);
}
