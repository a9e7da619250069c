/** A network by its name, with its weights. */
import { Generator, type nn, TorchError } from '@retort/torch';
import { wrongWeights } from '../tensors/not-finite.ts';
import { listed } from '../words/listed.ts';
import { anatomyOf } from './anatomy.ts';
import { besideBody, bodiesOf, headWith, NoClassifierError, partOf } from './bodies.ts';
import { classNumbers, isOfClassifier, type Mapped, selectClasses } from './classes.ts';
import { createNetwork } from './create.ts';
import { namesOfCOCO } from './detection/index.ts';
import { isDetector } from './detector.ts';
import { type NetworkSpec, parseNetwork, sourceText } from './network.ts';
import { isOnnxFile, type Layout, loadOnnx, OnnxError } from './onnx/index.ts';
import { type Opened, openNetwork } from './opened.ts';
import type { ModelOptions } from './options.ts';
import type { FetchOptions } from './weights.ts';
import { hasNoClassifier } from './without-classifier.ts';

/** How a network is loaded. */
export interface LoadOptions extends FetchOptions {
  /** Of fresh weights; libtorch's default one where it is left out. */
  readonly generator?: Generator | undefined;
  /** Whether it has as many classes as its weights tell apart, whatever `options` say. */
  readonly classesOfWeights?: boolean | undefined;
  /** How many classes were asked of it by somebody; a file that says another number is refused. */
  readonly asked?: number | undefined;
  /** Where the network tells apart other classes than the data: which of its logits stand for the data's. */
  readonly mapped?: Mapped | undefined;
  /** Whether it is to be trained, and so needs a class for each of the data's where they are mapped. */
  readonly trained?: boolean | undefined;
  /** Of the input of an ONNX file, where its shape does not show it. */
  readonly layout?: Layout | undefined;
  /** Whether its classifier is made anew, for the classes of `options`, and its file's left aside. */
  readonly newHead?: boolean | undefined;
  /** Whether nobody asks what it answers, so that a file without its classifier will do, which is fresh then. */
  readonly bodyAlone?: boolean | undefined;
}

/** A network, with what it is called and what its file says of it. */
export interface LoadedModel {
  readonly name: string;
  readonly model: nn.Layer;
  /**
   * Of the file of weights, where that is one of Retort's. A network of another program has here what its files say: `classes`, `labels` (a
   * JSON list of their names, in the order of the logits), `input` (as the recipe's, in JSON), and `config`, from which it can be made again.
   */
  readonly metadata: Readonly<Record<string, string>>;
  /** How many classes its weights told apart, before any were mapped; as many as it was made for, where they are fresh. */
  readonly classes: number;
  /** Which of its weights no file gave, by their keys, where its classifier is new. */
  readonly drawn?: readonly string[];
}

/** The names of the classes that weights tell apart, as they say it; null where they do not. @throws RangeError where they say what is none */
export function labelsSaid({ labels }: Readonly<Record<string, string>>): readonly string[] | null {
  if (labels === undefined) return null;
  let said: unknown = null;
  try {
    said = JSON.parse(labels);
  } catch {}
  if (Array.isArray(said) && said.every((label) => typeof label === 'string')) return said;
  throw new RangeError('the weights say the names of their classes (`labels`) in a way that is none');
}

/** @throws RangeError where another number of classes was asked for than the file says */
function refuseOtherCount(file: string, said: number, asked: number | undefined): void {
  if (asked !== undefined && asked !== said)
    throw new RangeError(
      `${file} tells apart ${said} classes, and was asked for ${asked}: leave out the number of classes`,
    );
}

/** Gives a network its weights. @throws TorchError where they do not fit, RangeError where some are not finite */
function fill(model: nn.Layer, state: nn.StateDict, file: string): void {
  try {
    model.loadStateDict(state);
  } catch (error) {
    if (!(error instanceof TorchError)) throw error;
    throw new TorchError(`${file}: ${error.message}`, undefined, { cause: error });
  }
  const wrong = wrongWeights(model.stateDict());
  if (wrong !== null) throw new RangeError(`${file}: its ${wrong}`);
}

/** How many classes weights tell apart, of a network that may not say what its classifier is. */
async function countedClasses(opened: Opened, otherwise: number): Promise<number> {
  try {
    return await opened.countClasses();
  } catch (error) {
    // It does not say what its classifier is.
    if (error instanceof RangeError) return otherwise;
    throw error;
  }
}

/** Of how many channels the images are that a network's first convolution takes; undefined where it has none. */
const channelsTaken = (state: nn.StateDict): number | undefined =>
  Object.values(state)
    .find(({ shape }) => shape.length === 4)
    ?.size(1);

/** What to do about weights of coloured images where those of the data are in greys, as a sentence goes on; empty of others. */
function aboutGreys(opened: Opened, model: nn.Layer): string {
  const own = model.stateDict();
  const [made, taken] = [channelsTaken(own), channelsTaken(opened.stateFor(model, own))];
  if (made === 3 && taken === 1)
    return '; it takes images in greys, and those of the data are in colours: take data in greys, or a network of colours (the graphs that `retort export` makes of it take colours)';
  if (made !== 1 || taken !== 3) return '';
  return '; it takes images in colours, and those of the data are in greys: have the data show these in three channels (of fashion-mnist, `options: { channels: 3 }` of its data, or --data-options "{ channels: 3 }")';
}

/** The names of the classes of published weights, which do not say them; null where they are not known. */
const publishedNames = (model: nn.Layer, classes: number): readonly string[] | null =>
  isDetector(model) ? namesOfCOCO(classes) : null;

/** A network that answers for the data's classes, where these are mapped. @throws RangeError where they cannot be */
function mappedOnto(
  mapped: Mapped | undefined,
  { trained = false, onWarning }: Pick<LoadOptions, 'trained' | 'onWarning'>,
  loaded: LoadedModel,
): LoadedModel {
  const { model, metadata, classes } = loaded;
  if (!mapped) return loaded;
  const numbers = classNumbers(mapped, {
    count: classes,
    labels: labelsSaid(metadata) ?? publishedNames(model, classes),
  });
  const lacking = mapped.classes.filter((_, i) => numbers[i] === -1);
  if (trained && lacking.length > 0)
    throw new RangeError(
      `classes: what is trained needs a class for each of the data's, and has none for ${listed(lacking)}: say which, or begin with a new classifier (newHead in place of classes)`,
    );
  const shared = mapped.classes.filter(
    (_, i) =>
      numbers[i] !== -1 && numbers.indexOf(numbers[i] ?? -1) !== numbers.lastIndexOf(numbers[i] ?? -1),
  );
  if (shared.length > 0)
    onWarning?.(
      `classes: ${listed(shared)} of the data are not told apart: one of the network's classes stands for several of them`,
    );
  selectClasses(model, numbers);
  return loaded;
}

/** What a network with a new classifier begins with. */
interface NewlyHeaded {
  readonly state: nn.StateDict;
  /** Whether the file has a classifier, which is left aside. */
  readonly leftAside: boolean;
  /** Modules before the classifier that begin with fresh weights, too. */
  readonly fresh: readonly string[];
  /** The keys of all that is fresh. */
  readonly drawn: readonly string[];
}

/** Whether a file has all of a network but its classifier, as that of pre-training. */
function lacksClassifier(model: nn.Layer, opened: Opened): boolean {
  // A network of one's own may not say what its classifier is.
  if (!anatomyOf(model) || opened.has(model, model.stateDict(), besideBody(bodiesOf(model)[0]))) return false;
  return bodiesOf(model).some((body) => opened.has(model, body, besideBody(body)));
}

/** The weights for a network that keeps its own classifier, which the file may lack, with what comes before it and belongs to it. */
function stateForBody(model: nn.Layer, opened: Opened): NewlyHeaded {
  const own = model.stateDict();
  const isOfNew = isOfClassifier(model);
  const [withoutClassifier, withoutHead] = bodiesOf(model);
  const bodies = [own, withoutClassifier, withoutHead];
  const beside = (body: nn.StateDict) => besideBody(body === own ? withoutClassifier : body);
  const wanted = bodies.find((body) => opened.has(model, body, beside(body))) ?? withoutClassifier;
  const given = opened.stateFor(model, wanted, beside(wanted));
  const fresh = partOf(own, (key) => isOfNew(key) || !Object.hasOwn(wanted, key));
  return {
    state: { ...given, ...fresh },
    leftAside: Object.keys(given).some(isOfNew),
    fresh: [...new Set(Object.keys(fresh).flatMap((key) => headWith(model, key) ?? []))],
    drawn: Object.keys(fresh),
  };
}

/** The weights of a network. One without its classifier may lack what belongs to that, as a pooler, which begins anew then. */
function stateOf(model: nn.Layer, opened: Opened, { onWarning }: FetchOptions): nn.StateDict {
  const own = model.stateDict();
  if (!hasNoClassifier(model) || opened.has(model, own)) return opened.stateFor(model, own);
  const [, body] = bodiesOf(model);
  const lacking = Object.keys(own).filter((key) => !Object.hasOwn(body, key));
  if (lacking.length === 0 || !opened.has(model, body)) return opened.stateFor(model, own);
  onWarning?.(`${opened.file}: it lacks ${listed(lacking)}, which begin with fresh weights`);
  return { ...opened.stateFor(model, body), ...partOf(own, (key) => lacking.includes(key)) };
}

/** @returns what is said of a new classifier, after the file's name. @param isAsked  or whether the file has none and nobody asks what it would answer */
function newHeadText({ leftAside, fresh }: NewlyHeaded, classes: number, isAsked: boolean): string {
  const what = leftAside ? 'its classifier is left aside' : 'it has no classifier';
  const all = listed(fresh);
  if (!isAsked)
    return `${what}, and none is needed${fresh.length === 0 ? '' : `; ${all} ${fresh.length === 1 ? 'begins' : 'begin'} with fresh weights`}`;
  const too = fresh.length === 0 ? '' : `, and so ${fresh.length === 1 ? 'does' : 'do'} ${all}`;
  return `${what}; a new one, of ${classes === 1 ? 'one number' : `${classes} classes`}, begins with fresh weights${too}`;
}

/**
 * A network and its weights. A FILE alone is enough where Retort wrote it, which names its model, or where just one model of the registry
 * has its keys and shapes; a run folder stands for its `best.safetensors`. A model folder of transformers says itself what it is, and has as
 * many classes as its config says; `hf:OWNER/NAME[@REVISION]` is fetched from the hub. What stood before the keys, and what was left aside, is
 * a warning. An ONNX file is a network itself, whose KEY is the name of its logits.
 *
 * @param spec  `SOURCE[:FILE[#KEY]]`, e.g. `resnet20:resnet20.pth` or `./net.ts#create:best.safetensors`, or `FILE`; without a FILE its weights are fresh
 * @throws RangeError if the model does not exist, or none or several could be meant; NoClassifierError for weights that have none; OwnModuleError for a module that makes none
 * @throws RangeError if weights are NaN or infinite, -inf too, which names them
 * @throws TorchError if the file is damaged or does not fit: which keys are missing, unexpected or of another shape
 * @throws HuggingFaceError for a model folder that lacks something, or whose network is not here; HubError if it cannot be fetched; OnnxError of an ONNX file
 * @example const { model } = await loadModel('resnet20:resnet20.pth', { classes: 100 });
 */
export async function loadModel(
  spec: string | NetworkSpec,
  options: ModelOptions,
  {
    generator,
    mapped,
    newHead: asksNewHead = false,
    bodyAlone = false,
    classesOfWeights = mapped !== undefined,
    layout,
    asked,
    trained = false,
    ...read
  }: LoadOptions = {},
): Promise<LoadedModel> {
  const { source, file, key } = typeof spec === 'string' ? parseNetwork(spec) : spec;
  if (file === null) {
    if (source === null) throw new RangeError('a network is named by its model, by its weights, or by both');
    const model = await createNetwork(source, options, generator);
    return { name: sourceText({ source }), model, metadata: {}, classes: options.classes };
  }
  if (isOnnxFile(file)) {
    if (source !== null)
      throw new OnnxError(
        `${file} is an ONNX file, which is a network itself: leave out ${sourceText({ source })} before it`,
      );
    const { onWarning } = read;
    const loaded = await loadOnnx(file, options, { output: key, layout, onWarning });
    const classes = loaded.metadata.classes === undefined ? options.classes : Number(loaded.metadata.classes);
    refuseOtherCount(file, classes, asked);
    return mappedOnto(mapped, { trained, onWarning }, { ...loaded, classes });
  }
  const opened = await openNetwork(file, key, source, options, {
    ...read,
    orBody: asksNewHead || bodyAlone,
  });
  const { name, metadata } = opened;
  const isHeadless = options.classes === 0;
  if (isHeadless && asksNewHead)
    throw new RangeError(
      'newHead: the network is wanted without its classifier, of which there is none to begin anew: leave it out, or say of how many classes it is (`classes`)',
    );
  const isFresh = async () =>
    lacksClassifier(await opened.create(options.classes, new Generator(0n)), opened);
  const newHead = asksNewHead || (bodyAlone && !isHeadless && (await isFresh()));
  const isCounted = !isHeadless && !newHead && (classesOfWeights || opened.saysClasses);
  const classes = isCounted ? await opened.countClasses() : options.classes;
  if (isCounted) refuseOtherCount(opened.file, classes, asked);
  const model = await opened.create(classes, newHead ? generator : undefined);
  if (!newHead && !isHeadless && lacksClassifier(model, opened))
    throw new NoClassifierError(`${opened.file} has the weights of ${name} but for its classifier: `);
  const newly = newHead ? stateForBody(model, opened) : null;
  try {
    fill(model, newly ? newly.state : stateOf(model, opened, read), opened.file);
  } catch (error) {
    const told = isCounted || isHeadless || newHead ? classes : await countedClasses(opened, classes);
    if (!(error instanceof Error)) throw error;
    const greys = aboutGreys(opened, model);
    if (greys !== '') throw new TorchError(`${error.message}${greys}`, undefined, { cause: error });
    if (newHead && metadata.model !== undefined && metadata.model !== name)
      throw new TorchError(
        `${error.message}; it has the weights of ${metadata.model}, which are not those of the body of ${name}: begin with weights of its own body, or another model`,
        undefined,
        { cause: error },
      );
    if (told === classes) throw error;
    throw new TorchError(
      `${error.message}; it tells apart ${told} classes: say which of them stand for the ${classes} that are wanted (\`classes\`), or that its classifier begins anew (\`newHead\`)`,
      undefined,
      { cause: error },
    );
  }
  if (newly) read.onWarning?.(`${opened.file}: ${newHeadText(newly, classes, asksNewHead)}`);
  return mappedOnto(
    mapped,
    { trained, onWarning: read.onWarning },
    { name, model, metadata, classes, ...(newly ? { drawn: newly.drawn } : {}) },
  );
}
