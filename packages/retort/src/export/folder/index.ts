/** Students as model folders. */
export type {
  AnyFolderOptions,
  CardFacts,
  CommonFolderOptions,
  ExportDetectorFolderOptions,
  ExportedFolder,
  ExportedForm,
  ExportFolderOptions,
  ExportTextFolderOptions,
  Licences,
  MethodFact,
} from './exported.ts';
export { licenceOf } from './licence.ts';
export { textTasks } from './problems.ts';
export { exportFolder } from './write.ts';
