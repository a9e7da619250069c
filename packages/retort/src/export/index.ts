/** Students for whoever has no Retort: as model folders, and as ONNX files. */
export {
  type CardFacts,
  type ExportDetectorFolderOptions,
  type ExportedFolder,
  type ExportedForm,
  type ExportFolderOptions,
  type ExportTextFolderOptions,
  exportFolder,
  type Licences,
  type MethodFact,
} from './folder/index.ts';
export * from './measure/index.ts';
export {
  type Calibration,
  type CheckExportOptions,
  checkExport,
  type ExportCheck,
  ExportError,
  type ExportNormalisation,
  type ExportOptions,
  type ExportPrecision,
  exportOnnx,
  type Int8Options,
  type OnnxExport,
} from './onnx/index.ts';
