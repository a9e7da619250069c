/** What of the public surface of @retort/torch has no docstring, or no example where there must be one. */
import path from 'node:path';
import ts from 'typescript';
import { exportedModules, generated, headerOf, source } from './pages.ts';
import { programOf } from './project.ts';

export interface Gap {
  /** From the package's src: `nn/linear.ts`. */
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly lacks: 'a docstring' | 'an @example';
}

const isHidden = (node: ts.Node): boolean =>
  ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');

const isDocumented = (node: ts.Node): boolean => ts.getJSDocCommentsAndTags(node).some(ts.isJSDoc);

const hasExample = (node: ts.Node): boolean =>
  ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'example');

/** A class's own methods and accessors that others may use. `[Symbol.dispose]` and the like say by their name what they are. */
function members(node: ts.ClassDeclaration): ts.ClassElement[] {
  const kinds = ts.ModifierFlags.NonPublicAccessibilityModifier;
  return node.members.filter(
    (member) =>
      (ts.isMethodDeclaration(member) || ts.isGetAccessor(member) || ts.isSetAccessor(member)) &&
      ts.isIdentifier(member.name) &&
      !(ts.getCombinedModifierFlags(member) & kinds),
  );
}

/** Finds the gaps of one program. */
class Finder {
  readonly gaps: Gap[] = [];
  readonly #checker: ts.TypeChecker;
  readonly #seen = new Set<ts.Node>();

  constructor(program: ts.Program) {
    this.#checker = program.getTypeChecker();
  }

  #add(node: ts.Node, name: string, lacks: Gap['lacks']): void {
    const file = node.getSourceFile();
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    this.gaps.push({ file: path.relative(source, file.fileName), line: line + 1, name, lacks });
  }

  /** All that a module exports, the namespaces in it included. */
  module(symbol: ts.Symbol): void {
    for (const one of this.#checker.getExportsOfModule(symbol)) {
      const named = one.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(one) : one;
      if (named.flags & ts.SymbolFlags.ValueModule) this.module(named);
      else this.#declaration(named);
    }
  }

  #declaration(symbol: ts.Symbol): void {
    const all = (symbol.declarations ?? []).map((node) =>
      // The docstring of a constant is that of its statement.
      ts.isVariableDeclaration(node) ? node.parent.parent : node,
    );
    const [node] = all;
    if (!node || this.#seen.has(node) || all.some(isHidden)) return;
    this.#seen.add(node);
    const file = path.relative(source, node.getSourceFile().fileName);
    if (Object.values<string>(generated).includes(file)) return;
    // A type says by its members what it is.
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    const isCalled = ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node);
    if (!all.some(isDocumented)) this.#add(node, symbol.name, 'a docstring');
    else if (isCalled && !all.some(hasExample)) this.#add(node, symbol.name, 'an @example');
    if (ts.isClassDeclaration(node)) this.#members(node);
  }

  /** A method that overrides another has the docstring of that one; of a getter and setter one speaks for both. */
  #members(node: ts.ClassDeclaration): void {
    const ofName = Map.groupBy(members(node), ({ name }) => name?.getText() ?? '');
    for (const [name, [first, ...others]] of ofName) {
      if (!first || [first, ...others].some((member) => isDocumented(member) || isHidden(member))) continue;
      if (!this.#isDocumentedAbove(node, name)) this.#add(first, `${node.name?.text}.${name}`, 'a docstring');
    }
  }

  #isDocumentedAbove(node: ts.ClassDeclaration, name: string): boolean {
    const type = this.#checker.getTypeAtLocation(node);
    if (!type.isClass()) return false;
    return this.#checker.getBaseTypes(type).some((base) => {
      const inherited = base.getProperty(name);
      return inherited?.declarations?.some(isDocumented) ?? false;
    });
  }
}

const inOrder = (a: Gap, b: Gap): number => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line);

/** The gaps of what modules in src export, by file and line; `texts` stand for files, by path. */
export function gapsOf(modules: readonly string[], texts?: ReadonlyMap<string, string>): Gap[] {
  const entries = modules.map((file) => path.join(source, file));
  const program = programOf(entries, texts);
  const finder = new Finder(program);
  for (const entry of entries) {
    const file = program.getSourceFile(entry);
    const symbol = file && program.getTypeChecker().getSymbolAtLocation(file);
    if (!symbol) throw new Error(`${entry} is no module`);
    finder.module(symbol);
  }
  return finder.gaps.sort(inOrder);
}

/** All gaps of the package. The modules themselves need docstrings, too: they open the pages of the reference. */
export function gaps(): Gap[] {
  const headless = [...exportedModules().keys()]
    .filter((module) => !headerOf(module))
    .map((file): Gap => ({ file, line: 1, name: 'the module', lacks: 'a docstring' }));
  return [...headless, ...gapsOf(['index.ts', 'setup/index.ts'])].sort(inOrder);
}
