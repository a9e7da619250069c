/** Data: samples, data sets by name, and what of them a step is shown. */
import type { Splits } from './dataset.ts';
import { boxesFormats } from './formats/boxes/named.ts';
import { cifar10, cifar10Images, cifar100, cifar100Images } from './formats/cifar.ts';
import type { Report } from './formats/download.ts';
import { fashionMnist, fashionMnistImages } from './formats/fashion-mnist.ts';
import { glue, glueTasks } from './formats/glue.ts';
import { stl10, stl10Images } from './formats/stl10.ts';
import { vaderMovies } from './formats/vader-movies.ts';
import type { SquareImages } from './sample.ts';

export { amongImagenet } from './among-imagenet.ts';
export type { Address, Batch, Inputs, Sides, Targets } from './batch.ts';
export {
  boxColumns,
  boxCount,
  boxesIn,
  boxesOf,
  boxesOfTensor,
  boxesTensor,
  boxWidth,
  ignoredAs,
  mapBoxes,
  type NamedBox,
  noBoxes,
} from './boxes.ts';
export { classCounts } from './class-counts.ts';
export { type Fetched, fetchColumns } from './collate.ts';
export { imagesOfColumn, isOneTensor, narrowed, oneTensorEach } from './columns.ts';
export {
  channels,
  checkDataset,
  checkLearnable,
  classNames,
  DamagedImageError,
  DataError,
  type Dataset,
  imagesOf,
  labelNames,
  type Splits,
} from './dataset.ts';
export { mostSide } from './decode/limits.ts';
export type { Ahead, Drawing } from './drawn.ts';
export { drawnTogether, hasPlaces, misplaced } from './drawn-places.ts';
export { fingerprintFiles } from './fingerprint.ts';
export { type CocoOptions, coco } from './formats/boxes/coco.ts';
export { areBoxesAt } from './formats/boxes/named.ts';
export { type VocOptions, voc } from './formats/boxes/voc.ts';
export { type YoloOptions, yolo } from './formats/boxes/yolo.ts';
export { cifar10, cifar100 } from './formats/cifar.ts';
export { classNamesSaid } from './formats/class-names.ts';
export type { Report } from './formats/download.ts';
export { type FashionMnistOptions, fashionMnist } from './formats/fashion-mnist.ts';
export { type GlueOptions, type GlueTest, glue, glueClasses, glueTest } from './formats/glue.ts';
export { type IlsvrcOptions, ilsvrc } from './formats/ilsvrc.ts';
export { type ImageFolderOptions, imageFolder } from './formats/image-folder/image-folder.ts';
export { imageLists, type ListOptions } from './formats/lists/lists.ts';
export { dataFolders, isPlaceName, placeOfData, placesOf } from './formats/locate.ts';
export { findImages, NamedImages, type NamedImagesOptions } from './formats/named-images.ts';
export { type PhotographOptions, photographs } from './formats/photographs.ts';
export { areTextsAt, dataAt, type PlaceOptions } from './formats/places.ts';
export { type Stl10Options, stl10 } from './formats/stl10.ts';
export { type TarOptions, tars } from './formats/tars/tars.ts';
export { type TextOptions, texts } from './formats/texts/texts.ts';
export { type TinyImagenetOptions, tinyImagenet } from './formats/tiny-imagenet.ts';
export { type UnlabelledOptions, unlabelledImages } from './formats/unlabelled.ts';
export { vaderMovies } from './formats/vader-movies.ts';
export { holdOut } from './hold-out.ts';
export { imagenetWnids } from './imagenet-wnids.ts';
export { type InMemory, inMemory, TensorDataset } from './in-memory.ts';
export { mixable, mixed, type Shares } from './mixing/mixed.ts';
export { type Mixing, mixing, mixingOptions } from './mixing/mixing.ts';
export { type NormalisationName, normalisations } from './normalisation.ts';
export {
  type EpochOptions,
  epochBatches,
  type ShownBatch,
  sequentialBatches,
  shownBatches,
  someOf,
} from './order.ts';
export { draw, permutation } from './philox.ts';
export { readAhead } from './read-ahead.ts';
export {
  checkRendering,
  type FullRendering,
  fullRendering,
  type Rendering,
  type Renderings,
  render,
  withTokenizers,
} from './render.ts';
export { renderingSaid } from './rendering-said.ts';
export {
  type Boxes,
  type BoxesKind,
  type ClassesKind,
  type ClassKind,
  type Column,
  type Columns,
  type Fields,
  fieldOf,
  fieldsOf,
  type ImageKind,
  type Images,
  inChannels,
  type Kind,
  type MaskKind,
  type Picture,
  type ReadColumns,
  type Sample,
  type ScalarKind,
  type SquareImages,
  type TextKind,
} from './sample.ts';
export { samplesCalled } from './samples-called.ts';
export { checkSampling, type Sampling } from './sampling.ts';
export { mapSides } from './sides.ts';
export type { Rank, Slice } from './slice.ts';
export { subset } from './subset.ts';
export {
  defaultMaxLength,
  fullTextRendering,
  leastLength,
  type Padding,
  type TextRendering,
  type TextTokenizer,
  textFields,
} from './tokens.ts';
export {
  autoAugment,
  centerCrop,
  colorJitter,
  cropFlip,
  flip,
  type Random,
  randAugment,
  randomCrop,
  randomErasing,
  randomIouCrop,
  randomResizedCrop,
  resize,
  resizeShortest,
  scaleJitter,
  type Transform,
  threeAugment,
  transforms,
} from './transforms/index.ts';
export { type Dialect, shortestSize } from './transforms/shortest.ts';
export { inPlace } from './transforms/transform.ts';
export type { WholeRendering } from './whole.ts';

/** Every data set that a command line or recipe can name. Those of GLUE, Fashion-MNIST, STL-10 and those with boxes take options. */
export const datasets: Readonly<
  Record<string, (report?: Report, options?: object, warn?: (text: string) => void) => Promise<Splits>>
> = {
  cifar10,
  cifar100,
  'fashion-mnist': fashionMnist,
  stl10,
  'vader-movies': vaderMovies,
  ...boxesFormats,
  ...Object.fromEntries(
    Object.keys(glueTasks).map((name) => [
      name,
      (_report?: Report, options?: object): Promise<Splits> => glue(name, options),
    ]),
  ),
};

/** Those whose samples are texts, and how many each has. */
export const textsOfDatasets: Readonly<Record<string, number>> = {
  'vader-movies': 1,
  ...Object.fromEntries(Object.entries(glueTasks).map(([name, { texts }]) => [name, texts.length])),
};

/** Those whose images have boxes. */
export const boxesDatasets: readonly string[] = Object.keys(boxesFormats);

/** The names of those of texts. */
export const textDatasets: readonly string[] = Object.keys(textsOfDatasets);

/** Whether a data set takes options. */
export const takesOptions = (name: string): boolean =>
  ['fashion-mnist', 'stl10'].includes(name) || Object.hasOwn(glueTasks, name) || boxesDatasets.includes(name);

/** What their images are, without reading any. */
export const imagesOfDatasets: Readonly<Record<string, SquareImages>> = {
  cifar10: cifar10Images,
  cifar100: cifar100Images,
  'fashion-mnist': fashionMnistImages,
  stl10: stl10Images,
};
