/** What files are called with. */
export { type ExportNormalisation, imagesName, ShownImages } from './images.ts';
export { ShownPictures } from './pictures.ts';
export type { Example, Shown } from './shown.ts';
export { ShownTexts } from './texts.ts';
