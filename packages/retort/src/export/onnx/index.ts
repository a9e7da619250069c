/** Students as ONNX files. */
export { type CheckExportOptions, checkExport, type ExportCheck } from './check.ts';
export { ExportError } from './errors.ts';
export {
  type ExportOptions,
  type ExportPrecision,
  exportOnnx,
  inputName,
  type OnnxExport,
} from './export.ts';
export type { ExportNormalisation } from './feed.ts';
export { type Calibration, calibrations, type Int8Options } from './int8/index.ts';
