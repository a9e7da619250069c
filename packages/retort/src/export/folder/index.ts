/** Students as model folders. */
export type {
  CardFacts,
  ExportedFolder,
  ExportedForm,
  ExportFolderOptions,
  Licences,
  MethodFact,
} from './exported.ts';
export { licenceOf } from './licence.ts';
export { exportFolder } from './write.ts';
