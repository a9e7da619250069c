/** `retort predict --glue`: a test split of GLUE answered, in the file that is handed in. */
import fs from 'node:fs';
import path from 'node:path';
import { glueClasses, glueTest, textsOfDatasets } from '../data/index.ts';
import type { AskOptions } from '../evaluate/index.ts';
import type { LoadedForTexts } from '../recipe/index.ts';
import { quoted } from '../words/listed.ts';
import { UsageError } from './load.ts';
import { say } from './output.ts';
import { count } from './table.ts';
import { answersOf, type TaskName } from './text-answers.ts';

/** The classes of a task of GLUE in the order of the network's. @throws UsageError where these are others */
function orderFor(
  glue: string,
  named: string,
  { classes, labels }: LoadedForTexts,
  task: TaskName,
  warn: (line: string) => void,
): readonly string[] | undefined {
  const wanted = glueClasses(glue);
  const kind = wanted === null ? 'regression' : 'classification';
  if (task !== kind)
    throw new UsageError(
      `${glue} is handed in as ${wanted ? 'classes' : 'numbers'}, and ${named} was trained for ${task}`,
    );
  if (wanted === null) return undefined;
  if (classes !== wanted.length)
    throw new UsageError(`${named} tells apart ${count(classes)} classes, and ${glue} has ${wanted.length}`);
  const said = labels?.map((label) => wanted.find((one) => one === label.toLowerCase()) ?? label);
  if (said && wanted.every((one) => said.includes(one))) return said;
  if (labels)
    throw new UsageError(
      `the classes of ${named} are ${quoted(labels)}, and those of ${glue} are ${quoted(wanted)}: it is a network of another task, or --classes FILE says the names in the order of its logits`,
    );
  warn(
    `${named} does not say what its classes are called: they are taken to be ${quoted(wanted)}, in this order`,
  );
  return wanted;
}

/** What is asked for. */
export interface Submission {
  /** The name of a task, e.g. `glue-rte`. */
  readonly glue: string;
  /** Where it is written; here, as GLUE calls it, where it is left out. */
  readonly out?: string | undefined;
  readonly json?: boolean | undefined;
}

/** @throws UsageError for a file in no folder, before all is predicted in vain */
function refuseNoFolder(file: string): void {
  const folder = path.dirname(file);
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`--out ${file}: there is no folder ${folder}`);
}

/** Writes the answers to a test split of GLUE as they are handed in. @throws UsageError for a network of another task, DataError as `glueTest` does */
export async function handIn(
  network: LoadedForTexts,
  named: string,
  task: TaskName,
  { glue, out, json }: Submission,
  { asked, warn }: { readonly asked: AskOptions; readonly warn: (line: string) => void },
): Promise<void> {
  const classes = orderFor(glue, named, network, task, warn);
  const { data: trainedOn } = network.metadata;
  const bare = (name: string): string => name.replace(/-mm$/, '');
  if (trainedOn !== undefined && Object.hasOwn(textsOfDatasets, trainedOn) && bare(trainedOn) !== bare(glue))
    warn(`${named} was trained on ${trainedOn}, and what is written is of ${glue}`);
  const { data, file, submission } = await glueTest(glue, classes ? { classes: [...classes] } : {});
  const place = out ?? file;
  refuseNoFolder(place);
  const found = await answersOf(network, data, { task, top: 1, names: null, asked });
  const values = found.map((answer) =>
    'number' in answer ? answer.number : (answer.classes[0]?.class ?? Number.NaN),
  );
  fs.writeFileSync(place, submission(values));
  if (json) say(JSON.stringify({ network: network.name, task: glue, file: place, answers: values.length }));
  else say(`${place}: ${count(values.length)} answers to the test split of ${glue}`);
}
