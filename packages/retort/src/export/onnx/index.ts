/** Students as ONNX files. */
export { type CheckExportOptions, checkExport, type ExportCheck, type Says, sameWay } from './check.ts';
export { type Detection, detectionsIn, foundNames } from './detector/index.ts';
export { ExportError } from './errors.ts';
export {
  type ExportOptions,
  type ExportPrecision,
  exportOnnx,
  type OnnxExport,
  type OutputName,
  outputName,
} from './export.ts';
export { type Calibration, calibrations, type Int8Options } from './int8/index.ts';
export {
  type ExportNormalisation,
  imagesName,
  type Shown,
  ShownImages,
  ShownPictures,
  ShownTexts,
} from './shown/index.ts';
