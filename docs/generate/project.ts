/** The package as TypeDoc sees it: a module for each page, and the generated operators left out, which would take most of its time. */
import path from 'node:path';
import {
  type Application,
  Comment,
  type Context,
  Converter,
  type ProjectReflection,
  ReferenceType,
  type Reflection,
  ReflectionKind,
} from 'typedoc';
import ts from 'typescript';
import { exportedModules, generated, headerOf, type Page, root, source } from './pages.ts';

const stub =
  "import { Handle } from '../dispatch/scope.ts';\nexport abstract class Operators<Tensor extends Handle> extends Handle {}\n";

function compilerOptions(): ts.CompilerOptions {
  const file = path.join(root, 'tsconfig.json');
  const config: unknown = ts.readConfigFile(file, ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, root);
  return { ...options, typeRoots: [path.join(root, 'node_modules/@types')] };
}

/** The package compiled, with texts in the place of files on the disk. */
export function programOf(
  files: readonly string[],
  texts: ReadonlyMap<string, string> = new Map(),
): ts.Program {
  const options = compilerOptions();
  const host = ts.createCompilerHost(options, true);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = texts.get(file);
    return text === undefined
      ? getSourceFile(file, version, ...rest)
      : ts.createSourceFile(file, text, version, true);
  };
  return ts.createProgram(files, options, host);
}

function mendComments(context: Context): void {
  const { project } = context;
  const headers = new Set([...exportedModules().keys()].map(headerOf));
  for (const reflection of Object.values(project.reflections)) {
    const { comment } = reflection;
    // TypeDoc would drop what is said of options that it has no declaration for.
    for (const tag of comment?.blockTags ?? []) if (tag.tag === '@param') tag.tag = '@parameter';
    // It gives a type without a docstring that of the export statement, which is the module's where that comes first.
    const text = comment?.summary.map((part) => part.text).join('') ?? '';
    if (!reflection.isProject() && reflection.kind !== ReflectionKind.Module && headers.has(text)) {
      delete reflection.comment;
    }
  }
  // A namespace is a module: the comment of its file is its own.
  for (const namespace of project.getReflectionsByKind(ReflectionKind.Namespace)) {
    const file = context.getSymbolFromReflection(namespace)?.declarations?.[0]?.getSourceFile();
    const text = file ? headerOf(path.relative(source, file.fileName)) : '';
    namespace.comment ??= new Comment([{ kind: 'text', text }]);
  }
}

/** The classes above one, nearest first. */
function* above(symbol: ts.Symbol, checker: ts.TypeChecker): Generator<ts.Symbol> {
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const [base] = type.isClass() ? checker.getBaseTypes(type) : [];
  if (!base?.symbol) return;
  yield base.symbol;
  yield* above(base.symbol, checker);
}

/** A class that extends one without a page is said to extend the next one above that has one. */
function extendDocumented(context: Context, checker: ts.TypeChecker): void {
  const { project } = context;
  for (const reflection of project.getReflectionsByKind(ReflectionKind.Class)) {
    const symbol = context.getSymbolFromReflection(reflection);
    if (!reflection.isDeclaration() || !symbol) continue;
    const base = above(symbol, checker)
      .map((one) => context.getReflectionFromSymbol(one))
      .find((one) => one !== undefined);
    if (base) reflection.extendedTypes = [ReferenceType.createResolvedReference(base.name, base, project)];
  }
}

/** What a class has from its base is on the page of the base, if that has one; so is a constructor. */
function dropInherited(context: Context, checker: ts.TypeChecker): void {
  const { project } = context;
  const isAbove = (member: Reflection): boolean => {
    const node = context.getSymbolFromReflection(member)?.declarations?.[0]?.parent;
    if (!node || !ts.isClassDeclaration(node) || !node.name) return false;
    const owner = checker.getSymbolAtLocation(node.name);
    const page = owner && context.getReflectionFromSymbol(owner);
    return page !== undefined && page !== member.parent;
  };
  const dropped = project.getReflectionsByKind(ReflectionKind.ClassMember).filter((member) => {
    if (member.name === '[custom]') return true;
    if (!member.isDeclaration() || !member.inheritedFrom) return false;
    if (member.kind === ReflectionKind.Constructor) return isAbove(member);
    return isAbove(member) || member.inheritedFrom.reflection !== undefined;
  });
  for (const member of dropped) project.removeReflection(member);
}

export function convert(app: Application, pages: readonly Page[]): ProjectReflection {
  const fileOf = (name: string): string => path.join(source, `${name}.page.ts`);
  const texts = new Map([
    [path.join(source, generated.operators), stub],
    ...pages.map(({ name, text }): [string, string] => [fileOf(name), text]),
  ]);
  const program = programOf(
    pages.map(({ name }) => fileOf(name)),
    texts,
  );
  const checker = program.getTypeChecker();
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    mendComments(context);
    extendDocumented(context, checker);
  });
  // Bases are known by then (priority 0), groups not yet made (-100).
  app.converter.on(Converter.EVENT_RESOLVE_END, (context) => dropInherited(context, checker), -50);
  return app.converter.convert(
    pages.map(({ name }) => {
      const sourceFile = program.getSourceFile(fileOf(name));
      if (!sourceFile) throw new Error(`no source file for the page ${name}`);
      return { displayName: name, program, sourceFile };
    }),
  );
}
