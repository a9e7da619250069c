/** Students as ONNX files. */
export { type CheckExportOptions, checkExport, type ExportCheck } from './check.ts';
export { ExportError } from './errors.ts';
export {
  type ExportOptions,
  type ExportPrecision,
  exportOnnx,
  type OnnxExport,
} from './export.ts';
export { type Calibration, calibrations, type Int8Options } from './int8/index.ts';
export { type ExportNormalisation, imagesName, type Shown, ShownImages, ShownTexts } from './shown/index.ts';
