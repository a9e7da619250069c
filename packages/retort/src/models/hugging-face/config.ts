/** What a config.json says: which network of transformers it is, and which classes it tells apart. */
import { z } from 'zod';
import { HuggingFaceError } from './errors.ts';
import { families } from './families.ts';
import type { Described, Family } from './family.ts';
import { checked, readObject } from './json.ts';

const classNames = z.record(z.string(), z.union([z.string(), z.number()]));

/** What transformers' classifiers of texts learn. */
const problems = ['regression', 'single_label_classification', 'multi_label_classification'] as const;

export type ProblemType = (typeof problems)[number];

const isProblem = (given: string | null | undefined): given is ProblemType | null | undefined =>
  given === null || given === undefined || problems.some((problem) => problem === given);

const common = z.object({
  model_type: z.string().min(1),
  architectures: z.array(z.string()).nullish(),
  num_labels: z.number().int().min(1).nullish(),
  id2label: classNames.nullish(),
  problem_type: z
    .string()
    .nullish()
    .refine(isProblem, {
      error: ({ input }) => `is ${JSON.stringify(input)}, and must be ${problems.join(' or ')}`,
    }),
});

/** Of transformers, where a config says nothing. */
const usualClasses = 2;

/** A network of a model folder. */
export interface FolderNetwork extends Described {
  /** The class of transformers, e.g. `ViTForImageClassification`. */
  readonly architecture: string;
  /** That of the weights, e.g. `BertModel`, where they have no classifier; else null. */
  readonly base: string | null;
  readonly modelType: string;
  readonly family: Family;
  /** How many it has logits for, or would have where there is no classifier. */
  readonly classes: number;
  /** Names of the classes in the order of the logits; null where it has none but numbers. */
  readonly labels: readonly string[] | null;
  /** What its logits were learnt as; null where it does not say so. */
  readonly problemType: ProblemType | null;
}

/** Names in the order of their numbers. @throws HuggingFaceError where a number is missing */
function labelsIn(id2label: z.output<typeof classNames>, from: string): string[] {
  const names = Object.keys(id2label).map((_, i) => id2label[i]);
  const gap = names.indexOf(undefined);
  if (gap >= 0)
    throw new HuggingFaceError(
      `${from}: id2label has ${names.length} names and none of ${gap}: it must have one of each class, numbered from 0`,
    );
  return names.map(String);
}

/** What transformers calls classes that nobody named. */
export const isNumbered = (labels: readonly string[]): boolean =>
  labels.every((label, i) => label === `LABEL_${i}`);

/** The family of a model type. @param instead  what else could be used, after a sentence */
function familyOf(modelType: string, from: string, instead: string): Family {
  const family = Object.hasOwn(families, modelType) ? families[modelType] : undefined;
  if (family) return family;
  throw new HuggingFaceError(
    `${from}: the model_type is '${modelType}', and here are ${Object.keys(families).join(', ')}${instead}`,
  );
}

/**
 * Describes the network of a config.
 *
 * @param config  as it is in config.json
 * @param from  where it is from, for messages
 * @param instead  what could be used where its model type is not here, as the end of a sentence
 * @throws HuggingFaceError for a model type that is not here, a network without classes, and settings that are not computed here
 */
export function describe(config: unknown, from: string, instead = ''): FolderNetwork {
  const {
    model_type: modelType,
    architectures,
    num_labels: number,
    id2label,
    problem_type: problemType = null,
  } = checked(common, config, from);
  const family = familyOf(modelType, from, instead);
  const [usual = ''] = family.architectures;
  const said = architectures?.[0] ?? usual;
  const base = family.bases.includes(said) ? said : null;
  const architecture = base === null ? said : usual;
  if (!family.architectures.includes(architecture))
    throw new HuggingFaceError(
      `${from}: it is a ${said}, which tells no classes apart: ${family.kind === 'texts' ? 'text' : 'image'} classifiers of '${modelType}' are ${family.architectures.join(' and ')}`,
    );
  const labels = id2label ? labelsIn(id2label, from) : null;
  return {
    ...family.describe(config, architecture, from),
    architecture,
    base,
    modelType,
    family,
    problemType,
    classes: labels?.length ?? number ?? usualClasses,
    labels: labels === null || isNumbered(labels) ? null : labels,
  };
}

/** What a weights file of ours says, so that the network can be made again without its folder. */
export const configOf = ({
  modelType,
  architecture,
  classes,
  problemType,
  settings,
}: FolderNetwork): string =>
  JSON.stringify({
    model_type: modelType,
    architectures: [architecture],
    num_labels: classes,
    ...(problemType === null ? {} : { problem_type: problemType }),
    ...settings,
  });

/**
 * The config of a folder.
 *
 * @throws HuggingFaceError where there is none of transformers, and as `describe`
 */
export function readConfig(file: string, instead: string): FolderNetwork {
  const config = readObject(file);
  const { model_type: modelType, architecture } = config;
  if (modelType === undefined && typeof architecture === 'string')
    throw new HuggingFaceError(
      `${file} is of timm, for its '${architecture}', and not of transformers: name the model with its file of weights, as ${architecture}:FILE`,
    );
  if (modelType === undefined)
    throw new HuggingFaceError(
      `${file} has no model_type, as those of transformers have: name a model with its file of weights, as resnet20:FILE`,
    );
  return describe(config, file, instead);
}
