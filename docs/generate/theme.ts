/** How a page of the reference looks: signatures as code with their defaults, prose, an example; nothing said twice. */
import {
  type Comment,
  type CommentTag,
  type DeclarationHierarchy,
  type DeclarationReflection,
  type ParameterReflection,
  ProjectReflection,
  ReferenceType,
  type Reflection,
  type SignatureReflection,
} from 'typedoc';
import {
  type MarkdownPageEvent,
  MarkdownTheme,
  MarkdownThemeContext,
  MemberRouter,
} from 'typedoc-plugin-markdown';
import { indexPage } from './index-page.ts';

/** A page for each module, `nn.md`; for each class and namespace in it one below, `nn/Conv2d.md`. */
export class Router extends MemberRouter {
  override getIdealBaseName(reflection: Reflection): string {
    const { parent, name } = reflection;
    return !parent || parent instanceof ProjectReflection ? name : `${this.getIdealBaseName(parent)}/${name}`;
  }
}

const blocks = (...parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join('\n\n');

/** Where a line of code is broken. */
const widest = 100;

class Context extends MarkdownThemeContext {
  constructor(...given: ConstructorParameters<typeof MarkdownThemeContext>) {
    super(...given);
    const { body, comment } = this.partials;
    const isIndex = this.page.model instanceof ProjectReflection;
    Object.assign(this.partials, {
      accessor: (model) => this.accessor(model),
      body: isIndex ? () => indexPage(this) : body,
      comment: (model, options) => (options?.isTableColumn ? comment(model, options) : this.prose(model)),
      constructor: (model) => blocks(...(model.signatures ?? []).map((one) => this.signature(one))),
      declaration: (model) => blocks(this.partials.declarationTitle(model), this.prose(model.comment)),
      hierarchy: (model) => this.hierarchy(model),
      inheritance: () => '',
      members: (models, options) => {
        const here = models.filter((model) => !this.router.hasOwnDocument(model));
        return blocks(...here.map((model) => this.partials.memberContainer(model, options)));
      },
      signature: (model) => this.signature(model),
      signatures: ({ signatures = [] }) => this.overloads(signatures),
      signatureParameters: (parameters) => this.parameters(parameters),
      pageTitle: () => this.title(),
      sources: () => '',
    } satisfies Partial<MarkdownThemeContext['partials']>);
  }

  title(): string {
    const { model } = this.page;
    return model instanceof ProjectReflection ? `API of ${model.name}` : model.name;
  }

  /** A comment: what it says, of what is given, returned and thrown, an example. */
  prose(comment: Comment | undefined): string {
    if (!comment) return '';
    const text = (tag: CommentTag): string => this.helpers.getCommentParts(tag.content).trim();
    const of = (name: string): CommentTag[] => comment.blockTags.filter(({ tag }) => tag === name);
    return blocks(
      this.helpers.getCommentParts(comment.summary).trim(),
      of('@parameter')
        .map((tag) => `- \`${tag.name}\`: ${text(tag)}`)
        .join('\n'),
      ...of('@returns').map((tag) => `**Returns** ${text(tag)}`),
      ...of('@throws').map((tag) => `**Throws** ${text(tag)}`),
      ...of('@example').map(text),
    );
  }

  signature(model: SignatureReflection): string {
    return blocks(this.partials.signatureTitle(model), this.prose(model.comment ?? model.parent.comment));
  }

  /** What is said of the first overload holds for all. */
  overloads(signatures: readonly SignatureReflection[]): string {
    const titles = signatures.map((one) => this.partials.signatureTitle(one));
    const [first] = signatures;
    return blocks(...titles, this.prose(first?.comment ?? first?.parent.comment));
  }

  /** `name: type = default`, on lines of their own where they are long. */
  parameters(parameters: readonly ParameterReflection[]): string {
    const written = parameters.map(({ name: given, type, flags, defaultValue }) => {
      // What TypeDoc calls a parameter that is taken apart where it is declared.
      const name = given === '__namedParameters' ? 'options' : given;
      const rest = flags.isRest ? '...' : '';
      const value = defaultValue ? ` = \`${defaultValue}\`` : '';
      return `${rest}\`${name}${flags.isOptional ? '?' : ''}\`: ${type ? this.partials.someType(type) : 'unknown'}${value}`;
    });
    const line = written.join(', ');
    // Links and escapes are not printed.
    const width = line.replace(/\]\([^)]*\)|[\\`[]/g, '').length;
    if (width <= widest) return `(${line})`;
    return `(\n  ${written.map((text) => text.replaceAll('\n', '\n  ')).join(',\n  ')}\n)`;
  }

  /** An accessor is a property to the reader. */
  accessor({ name, getSignature, setSignature, comment }: DeclarationReflection): string {
    const type = getSignature?.type ?? setSignature?.parameters?.[0]?.type;
    const text = `${setSignature ? '' : 'readonly '}${name}: ${type ?? 'unknown'};`;
    return blocks(
      `\`\`\`ts\n${text}\n\`\`\``,
      this.prose(getSignature?.comment ?? setSignature?.comment ?? comment),
    );
  }

  /** What a class extends, and by what it is extended, in a line each. */
  hierarchy(model: DeclarationHierarchy, what = 'Extends'): string {
    const types = model.types.flatMap((type) => {
      if (String(type).startsWith('Operators<')) return '[the operators](../operators.md)';
      const hasPage = type instanceof ReferenceType && type.reflection;
      return hasPage ? this.helpers.getHierarchyType(type) : [];
    });
    const isTitle = what === 'Extends' && model.isTarget;
    const line = types.length && !isTitle ? `${what} ${types.join(', ')}.` : '';
    if (!model.next) return line;
    return blocks(line, this.hierarchy(model.next, model.isTarget ? 'Extended by' : what));
  }
}

export class Theme extends MarkdownTheme {
  override getRenderContext(page: MarkdownPageEvent<Reflection>): MarkdownThemeContext {
    return new Context(this, page, this.application.options);
  }
}
