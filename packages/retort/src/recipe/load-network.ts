/** Networks as a recipe or a command line writes them, loaded for the data. */
import { isDeepStrictEqual } from 'node:util';
import { nn } from '@retort/torch';
import {
  channels,
  type Dataset,
  imagesOf,
  imagesOfDatasets,
  inChannels,
  labelNames,
  type Rendering,
  samplesCalled,
} from '../data/index.ts';
import { wholeDefaults } from '../data/whole.ts';
import { networkInput, renderingInput } from '../experiment/index.ts';
import { inputInDialect } from '../models/detection/index.ts';
import {
  detectorOptions,
  FasterRCNN,
  ImageNetResNet,
  isDetector,
  isTextClassifier,
  type LoadedModel,
  type LoadOptions,
  labelsSaid,
  loadModel,
  type Mapped,
  type ModelOptions,
  madeFor,
  models,
  type NetworkSpec,
  publishedInput,
  sourceText,
  standardInput,
  taskSaid,
} from '../models/index.ts';
import { hashOwn, ownModuleText, parseOwnModule } from '../own-modules.ts';
import type { Input } from '../runs/index.ts';
import type { Task } from '../tasks/index.ts';
import {
  inputOf,
  inputSaid,
  layoutWritten,
  mappingOf,
  meanWritten,
  optionsOfNetwork,
  type SaidInput,
  seesAsStudent,
  sizeWritten,
  specOf,
  type WantedInput,
  type WrittenNetwork,
} from './network.ts';
import { tasksByDefault } from './task-by-default.ts';
import { textInput } from './text-input.ts';

/** A network of a recipe, with what it is by content. */
export interface LoadedNetwork {
  readonly name: string;
  readonly model: nn.Layer;
  /** How many classes its weights tell apart, before any were mapped. */
  readonly classes: number;
  /** How it wants its images or its texts: as the recipe says, or else as its weights do. */
  readonly rendering: Rendering | undefined;
  readonly inputs: Readonly<Record<string, Input>>;
  /** What its weights say of it. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What networks are made for. */
export interface Fits {
  readonly options: ModelOptions;
  /** The names of what is told apart in the data; null where nothing is. */
  readonly labels: readonly string[] | null;
  /** Whether images may be of any size each, and are made one. */
  readonly anySize: boolean;
  /** Whether images are seen whole, as those with boxes are; not where it is left out. */
  readonly whole?: boolean;
  /** The name of what is learned; anything, where it is left out. */
  readonly task?: string;
  /** What the samples are, with what they are called; anything, where it is left out. */
  readonly shown?: { readonly kind: 'images' | 'texts'; readonly name: string };
}

/** What networks for a task on a data set are made for. */
export const fitsOf = (task: Task, data: Dataset): Fits => ({
  ...shownBy(data),
  task: task.name,
  options: { classes: task.width(data), ...(areTexts(data) ? {} : { channels: channels(data) }) },
  // One number is of no class, and so are features.
  labels: task.width(data) <= 1 ? null : labelNames(data),
});

/** Whether samples are texts. */
const areTexts = (data: Dataset): boolean => samplesCalled(data) === 'texts';

/** What networks are shown of some data. */
export const shownBy = (data: Dataset): Pick<Fits, 'anySize' | 'whole' | 'shown'> => {
  const { anySize = false, whole = false } = areTexts(data) ? {} : imagesOf(data);
  return { anySize: anySize && !whole, whole, shown: { kind: samplesCalled(data), name: data.name } };
};

/** What weights say of their input, of which those of a classifier, whose layers a detector may begin with, say a size that images seen whole have not. */
function saidFor({ whole = false }: Fits, said: SaidInput | undefined): SaidInput | undefined {
  if (!whole || !said) return said;
  const { size: _, resize: __, interpolation: ___, ...rest } = said;
  return rest;
}

/** @throws RangeError for a network of images that is shown texts, and the other way round */
function refuseOtherKind(
  { name, model }: Pick<LoadedModel, 'name' | 'model'>,
  { shown }: Pick<Fits, 'shown'>,
): void {
  if (!shown) return;
  const takes = isTextClassifier(model) ? 'texts' : 'images';
  // One of one's own may take either, and say nothing.
  if (takes === shown.kind || (takes === 'images' && !Object.hasOwn(models, name))) return;
  throw new RangeError(
    `${name} takes ${takes}, and the samples of ${shown.name} are ${shown.kind}: take a network of ${shown.kind}, as ${shown.kind === 'texts' ? 'distilbert-base-uncased' : 'resnet18'}`,
  );
}

/** @throws RangeError for a network that finds boxes where something else is learned */
function refuseBoxes(
  { name, model }: Pick<LoadedModel, 'name' | 'model'>,
  { task }: Pick<Fits, 'task'>,
): void {
  if (!isDetector(model) || task === undefined || task === 'detection' || !tasksByDefault.includes(task))
    return;
  throw new RangeError(
    `${name} finds boxes in images, and the task is ${task}: take data with boxes, or a network of another kind, as resnet18`,
  );
}

/** @throws RangeError where a network that is not one's own does not look at what it is to be made with */
function refuseUnmade(
  { name, model }: Pick<LoadedModel, 'name' | 'model'>,
  { dropPath, zeroInitLast, ...options }: Readonly<Record<string, unknown>>,
): void {
  const ofDetectors = detectorOptions.find((key) => options[key] !== undefined);
  if (ofDetectors !== undefined && Object.hasOwn(models, name) && !isDetector(model))
    throw new RangeError(
      `${name} finds no boxes, and ${ofDetectors} is of networks that do: leave it out, or take one of these, as fasterrcnn_resnet50_fpn`,
    );
  const [asked] = Object.entries({ dropPath, zeroInitLast }).flatMap(([key, value]) => (value ? [key] : []));
  if (asked === undefined) return;
  if (!Object.hasOwn(models, name))
    throw new RangeError(
      `${name} is made as its own file says, and looks at no ${asked}: leave it out, or take a model by its name`,
    );
  if (dropPath && ![...model.namedModules()].some(([, module]) => module instanceof nn.DropPath))
    throw new RangeError(
      `${name} has no blocks that are left out by chance: leave out dropPath, or take a network that has them, as deit_tiny_patch16_224`,
    );
  if (zeroInitLast && !(model instanceof ImageNetResNet))
    throw new RangeError(`${name} is none of the ResNets for ImageNet: leave out zeroInitLast`);
}

/** Which of a network's classes stand for the data's, where it tells apart others. @throws RangeError where the data has none */
function mappedTo(labels: readonly string[] | null, network: WrittenNetwork): Mapped | undefined {
  const mapping = mappingOf(network);
  if (mapping === undefined) return undefined;
  if (labels === null) throw new RangeError('classes: the data has no classes that others could stand for');
  return { mapping, classes: labels };
}

/**
 * As many classes by other names are taken in the order of the data's, which is said.
 *
 * @throws RangeError for classes with the names of the data's, but for capitals, in another order
 */
function compareNames(
  { file }: NetworkSpec,
  said: readonly string[] | null,
  labels: readonly string[] | null,
  { onWarning }: LoadOptions,
): void {
  if (!said || !labels || said.length !== labels.length) return;
  const [own, wanted] = [said, labels].map((names) => names.map((name) => name.toLowerCase()));
  const place = own?.findIndex((name, i) => name !== wanted?.[i]) ?? -1;
  if (place < 0) return;
  if (labels.every((label) => said.includes(label)))
    throw new RangeError(
      "its classes are the data's in another order: have them found by their names (`classes: names`, or `--classes names`)",
    );
  if (wanted?.every((name) => own?.includes(name)))
    throw new RangeError(
      "its classes are the data's in another order, but for capitals: say which stand for the data's (`classes`, as a list of their names)",
    );
  onWarning?.(
    `${file}: its classes have other names than the data's, and are taken in their order: ${place} is '${said[place]}' to it and '${labels[place]}' to the data; say \`classes\` where that is another`,
  );
}

/** Says of weights that they were trained for another task, as of logits whose sigmoids are shares where a softmax is taken of them. */
function compareTasks(
  { file }: NetworkSpec,
  metadata: LoadedModel['metadata'],
  { task: wanted }: Fits,
  { onWarning }: LoadOptions,
): void {
  const said = taskSaid(metadata);
  const areKnown = [said, wanted].every((task) => task !== undefined && tasksByDefault.includes(task));
  if (areKnown && said !== wanted)
    onWarning?.(
      `${file}: it was trained for the task ${said}, and its logits are taken as those of ${wanted}; begin with a new classifier (\`newHead\`), or take another network, where that is not meant`,
    );
}

/** How published weights want their images, which is said where a recipe leaves any of it to them: they are known by the model and the number of classes alone. */
function publishedOf(
  network: WrittenNetwork,
  { name, classes, metadata }: Pick<LoadedModel, 'name' | 'classes' | 'metadata'>,
  { onWarning }: LoadOptions,
): Rendering | undefined {
  const { file } = specOf(network);
  const found = file === null || metadata.model !== undefined ? undefined : publishedInput(name, classes);
  const wanted = inputOf(network, found);
  if (found && !isDeepStrictEqual(wanted, inputOf(network, undefined)))
    onWarning?.(
      `${file}: images are shown as the published weights of ${name} want them, ${JSON.stringify(wanted)}; say \`input\` where these are others`,
    );
  return found;
}

/** Says of weights of a detector that images are resized for it as those of the other dialect want it, and how to say it otherwise. */
function compareDialects(
  network: WrittenNetwork,
  { model }: Pick<LoadedModel, 'model'>,
  said: SaidInput | undefined,
  shown: Rendering | undefined,
  { onWarning }: LoadOptions,
): void {
  const { file } = specOf(network);
  // What begins with a new head learns to see images as they are shown.
  if (file === null || !(model instanceof FasterRCNN) || (typeof network !== 'string' && network.newHead))
    return;
  const used = shown?.dialect ?? wholeDefaults.dialect;
  const wanted = said ? (said.dialect ?? wholeDefaults.dialect) : model.settings.name;
  if (used === wanted) return;
  const { dialect, order, mean, std } = { ...inputInDialect(wanted), ...said };
  onWarning?.(
    `${file}: its weights are of a detector in ${wanted}'s dialect, and images are shown to it as ${used}'s want them (\`input.dialect\`): write input: ${JSON.stringify({ dialect, order, mean, std })} where that is not meant`,
  );
}

/** How photographs, which have no normalisation of their own, are normalised for weights that were trained on a data set that has; which is said. */
function trainedWith(
  network: WrittenNetwork,
  { data = '' }: LoadedModel['metadata'],
  { anySize, options: { channels: wanted = 3 } }: Fits,
  { onWarning }: LoadOptions,
): Pick<SaidInput, 'mean' | 'std'> | undefined {
  if (!anySize || !Object.hasOwn(imagesOfDatasets, data) || meanWritten(network)) return undefined;
  const trained = imagesOfDatasets[data];
  const kind = trained && inChannels(trained, wanted);
  if (!kind) return undefined;
  const { mean, std } = kind;
  onWarning?.(
    `${specOf(network).file}: photographs are normalised for it as the images of ${data}, which it was trained on, by a mean of ${mean.join(', ')}; say \`input.mean\`, as imagenet, where that is another`,
  );
  return { mean, std };
}

/** Photographs as a model of the registry is mostly shown them, where nothing says how; which is said. */
function standardOf(
  what: string,
  name: string,
  { anySize }: Fits,
  asked: WantedInput | undefined,
  { onWarning }: LoadOptions,
): Rendering | undefined {
  const made = anySize ? madeFor(name) : null;
  if (!made) return undefined;
  const found = standardInput(made.pixels);
  onWarning?.(
    `${what}: ${name} sees the middle of each image, ${found.size} pixels of ${found.resize}, as it is made for${asked?.mean ? '' : ", normalised as the data has it (photographs by ImageNet's mean)"}; say \`input\` where that is another`,
  );
  return found;
}

/**
 * Loads a network as it is written.
 *
 * @param what  what it is to the run: `student`, `teacher`, `teachers.NAME`
 * @param options  with `beside` that there is a student, whose images it may be shown: its own rendering is undefined then
 * @throws what `loadModel` throws, and RangeError where its classes cannot be mapped onto the data's
 */
export async function loadNetwork(
  what: string,
  network: WrittenNetwork,
  fits: Fits,
  options: LoadOptions & { readonly beside?: 'student' | undefined },
): Promise<LoadedNetwork> {
  const asStudent = seesAsStudent(network);
  if (asStudent && options.beside !== 'student')
    throw new RangeError(
      '`input: student` is of a teacher in a recipe, which has a student: say how it wants its images',
    );
  const spec = specOf(network);
  const { classes, newHead } = typeof network === 'string' ? {} : network;
  const size = sizeWritten(network);
  const given = {
    ...fits.options,
    ...optionsOfNetwork(network),
    ...(size === undefined ? {} : { imageSize: size }),
    classes: typeof classes === 'number' ? classes : fits.options.classes,
  };
  const mapped = mappedTo(fits.labels, network);
  const {
    name,
    model,
    metadata,
    classes: told,
    drawn,
  } = await loadModel(spec, given, {
    ...options,
    newHead,
    mapped,
    asked: typeof classes === 'number' ? classes : undefined,
    layout: layoutWritten(network),
  });
  if (!newHead) compareTasks(spec, metadata, fits, options);
  if (!mapped && !newHead) compareNames(spec, labelsSaid(metadata), fits.labels, options);
  const own = parseOwnModule(sourceText(spec));
  refuseOtherKind({ name, model }, fits);
  refuseBoxes({ name, model }, fits);
  if (!own && !parseOwnModule(name)) refuseUnmade({ name, model }, given);
  const byFile = inputSaid(metadata) ?? publishedOf(network, { name, classes: told, metadata }, options);
  const trained = asStudent || byFile?.mean ? undefined : trainedWith(network, metadata, fits, options);
  const said = asStudent ? undefined : saidFor(fits, trained ? { ...byFile, ...trained } : byFile);
  const asked = inputOf(network, said);
  const isOpen = !asStudent && asked?.size === undefined;
  const rendering = isTextClassifier(model)
    ? await textInput(name, model, spec, asked, options)
    : imageInput(asked, isOpen ? standardOf(what, name, fits, asked, options) : undefined);
  if (fits.whole && !asStudent) compareDialects(network, { model }, said, rendering, options);
  return {
    name,
    model,
    classes: told,
    metadata,
    rendering,
    inputs: {
      ...(spec.file !== null && {
        [what]: networkInput(model, spec.file, drawn),
        [`${what}.input`]: renderingInput(rendering, spec.file),
      }),
      ...(own && { [`${what}.module`]: await ownInput(ownModuleText(own)) }),
    },
  };
}

function imageInput(asked: WantedInput | undefined, standard: Rendering | undefined): Rendering | undefined {
  if (asked?.tokenizer !== undefined)
    throw new RangeError('input.tokenizer is of networks of texts, and this one takes images');
  const { tokenizer: _, ...images } = asked ?? {};
  return standard ? { ...standard, ...images } : asked && images;
}

/** The code of a module of one's own. */
export async function ownInput(text: string): Promise<Input> {
  const { file = text } = parseOwnModule(text) ?? {};
  return { sha256: await hashOwn(file), from: file };
}
