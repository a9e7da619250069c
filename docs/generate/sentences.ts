/**
 * The sentences that people may be told: the messages of errors and warnings, found by what flows into them. A message that is put together
 * elsewhere is followed there: to a constant's value, to what a function returns, to what a parameter is given.
 */
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from './pages.ts';
import { programOf } from './project.ts';

/** Files of operators, made by a generator, which tell nobody anything. */
const left = /\.test\.ts$|\/operators\/methods\.ts$|\/aten\.ts$/;

const sources = (): string[] =>
  fs
    .globSync('packages/*/src/**/*.ts', { cwd: root })
    .map((file) => path.join(root, file))
    .filter((file) => !left.test(file))
    .sort();

const isErrorName = (name: string): boolean => /(Error|Damaged|Silence)$/.test(name);

/** Calls that tell a person something, by the name of the function. */
const tellers: ReadonlySet<string> = new Set(['warn', 'emitWarning', 'fail', 'error', 'note']);

/** Properties that hold a sentence for a person. */
const held: ReadonlySet<string> = new Set([
  'sentence',
  'error',
  'cure',
  'misfit',
  'unanswered',
  'remark',
  'doubt',
]);

/** `this`, or a class or module by its name. */
const isPlain = (node: ts.Node): boolean =>
  node.kind === ts.SyntaxKind.ThisKeyword || (ts.isIdentifier(node) && /^[A-Z]/.test(node.text));

class Collector {
  readonly found = new Map<ts.SourceFile, Map<number, string>>();
  readonly #checker: ts.TypeChecker;
  readonly #files: readonly ts.SourceFile[];
  readonly #seen = new Set<ts.Node>();
  /** What each function is called with. */
  readonly #calls = new Map<ts.Node, (ts.CallExpression | ts.NewExpression)[]>();

  constructor(program: ts.Program, files: ReadonlySet<string>) {
    this.#checker = program.getTypeChecker();
    this.#files = program.getSourceFiles().filter(({ fileName }) => files.has(fileName));
    for (const file of this.#files) this.#index(file);
    for (const file of this.#files) this.#visit(file);
  }

  #index(node: ts.Node): void {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const called = this.#called(node);
      if (called) this.#calls.set(called, [...(this.#calls.get(called) ?? []), node]);
    }
    ts.forEachChild(node, (child) => this.#index(child));
  }

  /** The function or constructor that is called, where it is one of these files. */
  #called({ expression }: ts.CallExpression | ts.NewExpression): ts.SignatureDeclaration | undefined {
    // A method of some value would need the types of all that comes before it.
    if (ts.isPropertyAccessExpression(expression) && !isPlain(expression.expression)) return undefined;
    let symbol = this.#checker.getSymbolAtLocation(
      ts.isPropertyAccessExpression(expression) ? expression.name : expression,
    );
    if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = this.#checker.getAliasedSymbol(symbol);
    const declaration = symbol?.valueDeclaration;
    if (!declaration || !this.#isOurs(declaration)) return undefined;
    if (ts.isClassDeclaration(declaration)) return declaration.members.find(ts.isConstructorDeclaration);
    if (ts.isVariableDeclaration(declaration) || ts.isPropertyAssignment(declaration)) {
      const { initializer } = declaration;
      return initializer && ts.isFunctionLike(initializer) ? initializer : undefined;
    }
    return ts.isFunctionLike(declaration) ? declaration : undefined;
  }

  #visit(node: ts.Node): void {
    if (ts.isNewExpression(node) && isErrorName(node.expression.getText()))
      for (const argument of node.arguments ?? []) this.#follow(argument);
    if (ts.isCallExpression(node)) {
      const { expression } = node;
      const name = ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
      const isMade =
        name === 'of' &&
        ts.isPropertyAccessExpression(expression) &&
        isErrorName(expression.expression.getText());
      if (isMade || tellers.has(name)) for (const argument of node.arguments) this.#follow(argument);
      // The base class's constructor.
      if (expression.kind === ts.SyntaxKind.SuperKeyword && this.#isInError(node))
        for (const argument of node.arguments) this.#follow(argument);
    }
    if (ts.isPropertyAssignment(node) && held.has(node.name.getText())) this.#follow(node.initializer);
    if (ts.isFunctionLike(node) && 'name' in node && held.has(node.name?.getText() ?? ''))
      this.#returned(node);
    ts.forEachChild(node, (child) => this.#visit(child));
  }

  #isInError(node: ts.Node): boolean {
    const holder = ts.findAncestor(node, ts.isClassDeclaration);
    return isErrorName(holder?.name?.text ?? '');
  }

  #add(node: ts.Node, text: string): void {
    // A name, a mark or an option is no sentence.
    if (!/[a-z]{2,}.* /i.test(text)) return;
    const file = node.getSourceFile();
    const ofFile = this.found.get(file) ?? new Map<number, string>();
    this.found.set(file, ofFile.set(node.getStart(file), text));
  }

  /** A string as it stands in the code, with `…` for what is only known when it is told. */
  #text(node: ts.Expression): string {
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isTemplateExpression(node))
      return node.templateSpans.reduce(
        (text, { expression, literal }) => `${text}\${${this.#choices(expression)}}${literal.text}`,
        node.head.text,
      );
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
      return this.#text(node.left) + this.#text(node.right);
    return `\${${this.#choices(node)}}`;
  }

  /** What may stand in a place: a few strings, or what is not known. */
  #choices(node: ts.Expression): string {
    if (ts.isParenthesizedExpression(node)) return this.#choices(node.expression);
    if (ts.isConditionalExpression(node))
      return `${this.#choice(node.whenTrue)} | ${this.#choice(node.whenFalse)}`;
    this.#follow(node);
    return '…';
  }

  #choice(node: ts.Expression): string {
    if (ts.isStringLiteralLike(node)) return JSON.stringify(node.text);
    if (ts.isTemplateExpression(node)) return JSON.stringify(this.#text(node));
    return this.#choices(node);
  }

  /** Adds the sentences that an expression may be. */
  #follow(node: ts.Node): void {
    if (this.#seen.has(node)) return;
    this.#seen.add(node);
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) this.#add(node, this.#text(node));
    else if (
      ts.isParenthesizedExpression(node) ||
      ts.isAsExpression(node) ||
      ts.isNonNullExpression(node) ||
      ts.isAwaitExpression(node)
    )
      this.#follow(node.expression);
    else if (ts.isConditionalExpression(node)) {
      this.#follow(node.whenTrue);
      this.#follow(node.whenFalse);
    } else if (ts.isBinaryExpression(node)) this.#binary(node);
    else if (ts.isArrayLiteralExpression(node)) for (const element of node.elements) this.#follow(element);
    else if (ts.isSpreadElement(node)) this.#follow(node.expression);
    else if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) this.#returned(node);
    else if (ts.isCallExpression(node)) this.#call(node);
    else if (ts.isIdentifier(node)) this.#named(this.#checker.getSymbolAtLocation(node));
  }

  #binary(node: ts.BinaryExpression): void {
    const { kind } = node.operatorToken;
    if (kind === ts.SyntaxKind.PlusToken) return this.#add(node, this.#text(node));
    const joins = [
      ts.SyntaxKind.QuestionQuestionToken,
      ts.SyntaxKind.BarBarToken,
      ts.SyntaxKind.AmpersandAmpersandToken,
    ];
    if (!joins.includes(kind)) return;
    this.#follow(node.left);
    this.#follow(node.right);
  }

  #call(node: ts.CallExpression): void {
    const { expression } = node;
    const called = this.#called(node);
    if (called) return this.#returned(called);
    // `sentences.join('\n')`, `list.map((one) => …)`
    if (!ts.isPropertyAccessExpression(expression)) return;
    this.#follow(expression.expression);
    if (/^(map|flatMap)$/.test(expression.name.text))
      for (const argument of node.arguments) this.#follow(argument);
  }

  #isOurs(node: ts.Node): boolean {
    return this.#files.includes(node.getSourceFile());
  }

  #named(symbol: ts.Symbol | undefined): void {
    const declaration = symbol?.valueDeclaration;
    if (!declaration || !this.#isOurs(declaration)) return;
    if (ts.isVariableDeclaration(declaration) && declaration.initializer)
      this.#follow(declaration.initializer);
    if (!ts.isParameter(declaration)) return;
    const at = declaration.parent.parameters.indexOf(declaration);
    if (declaration.initializer) this.#follow(declaration.initializer);
    for (const call of this.#calls.get(declaration.parent) ?? []) {
      const given = call.arguments?.[at];
      if (given) this.#follow(given);
    }
  }

  /** Adds the sentences that a function may return. */
  #returned(node: ts.Node): void {
    if (this.#seen.has(node)) return;
    this.#seen.add(node);
    const body = 'body' in node ? (node.body as ts.Node | undefined) : undefined;
    if (!body) return;
    if (!ts.isBlock(body)) return this.#follow(body);
    const visit = (inner: ts.Node): void => {
      if (ts.isReturnStatement(inner) && inner.expression) this.#follow(inner.expression);
      if (!ts.isFunctionLike(inner)) ts.forEachChild(inner, visit);
    };
    ts.forEachChild(body, visit);
  }
}

/**
 * The sentences of modules, in the order in which they stand, by file; `texts` stand for files, by path.
 *
 * @returns files relative to the repository, each with its sentences
 */
export function sentencesOf(
  files: readonly string[],
  texts?: ReadonlyMap<string, string>,
): Map<string, string[]> {
  const { found } = new Collector(programOf(files, texts), new Set(files));
  const named = [...found].map(([{ fileName }, ofFile]): [string, string[]] => {
    const inOrder = [...ofFile].sort(([a], [b]) => a - b).map(([, text]) => text);
    return [path.relative(root, fileName), inOrder];
  });
  return new Map(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Where they stand, to be read one after another. */
export const sentencesFile = path.join(root, 'docs/sentences.txt');

/** All of both packages, as a page to read. */
export function sentences(): string {
  return [...sentencesOf(sources())]
    .map(([file, ofFile]) =>
      [file, ...ofFile.map((text) => `  ${text.replaceAll('\n', '\n    ')}`), ''].join('\n'),
    )
    .join('\n');
}
