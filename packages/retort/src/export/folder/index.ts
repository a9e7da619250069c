/** Students as model folders. */
export type { CardFacts, Licences, MethodFact } from './card.ts';
export { licenceOf } from './licence.ts';
export { type ExportedFolder, type ExportedForm, type ExportFolderOptions, exportFolder } from './write.ts';
