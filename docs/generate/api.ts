/** The API reference of @retort/torch, from its sources. */
import fs from 'node:fs';
import path from 'node:path';
import { Application, LogLevel, type TypeDocOptions } from 'typedoc';
import { load } from 'typedoc-plugin-markdown';
import { operatorPages } from './operators.ts';
import { pages } from './pages.ts';
import { convert } from './project.ts';
import { Router, Theme } from './theme.ts';

/** Where it is checked in. */
export const apiFolder = path.join(import.meta.dirname, '../api');

const typedoc: TypeDocOptions = {
  name: '@retort/torch',
  readme: 'none',
  disableGit: true,
  excludeExternals: true,
  excludeInternal: true,
  excludeProtected: true,
  sort: [],
  sortEntryPoints: false,
  groupOrder: 'Namespaces,Classes,Constructors,Properties,Accessors,Methods,Functions,Variables,*'.split(','),
  logLevel: LogLevel.Error,
};

const markdown = {
  router: 'pages',
  theme: 'pages',
  membersWithOwnFile: ['Class'],
  hideBreadcrumbs: true,
  hidePageHeader: true,
  indexFormat: 'table',
  useCodeBlocks: true,
  expandObjects: true,
  expandParameters: true,
  parametersFormat: 'none',
  classPropertiesFormat: 'table',
  interfacePropertiesFormat: 'table',
  tableColumnSettings: { hideSources: true, hideModifiers: true, hideInherited: true, hideOverrides: true },
} as const;

/** Writes the reference into a folder, whose content it replaces. */
export async function writeApi(folder: string): Promise<void> {
  const app = await Application.bootstrapWithPlugins({ ...typedoc, plugin: [load], out: folder });
  app.renderer.defineRouter('pages', Router);
  app.renderer.defineTheme('pages', Theme);
  for (const [name, value] of Object.entries(markdown)) app.options.setValue(name, value);
  const project = convert(app, pages());
  app.validate(project);
  await app.generateOutputs(project);
  if (app.logger.hasErrors()) throw new Error('TypeDoc reports errors');
  for (const [name, text] of Object.entries(operatorPages()))
    fs.writeFileSync(path.join(folder, `${name}.md`), text);
}
