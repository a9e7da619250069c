/** The first page of the reference: every name, under the page it is on. */
import type { DeclarationReflection } from 'typedoc';
import type { MarkdownThemeContext } from 'typedoc-plugin-markdown';
import { summaries } from './operators.ts';
import { inOrder } from './pages.ts';

/** The first sentence of a module's comment. */
function summary(context: MarkdownThemeContext, { comment }: DeclarationReflection): string {
  const text = comment ? context.helpers.getCommentParts(comment.summary) : '';
  return text.replaceAll('\n', ' ').trim();
}

/** Links to what is on a page: classes, functions and values; types are found from there. */
function contents(context: MarkdownThemeContext, module: DeclarationReflection): string {
  return (module.groups ?? [])
    .filter(({ title }) => ['Namespaces', 'Classes', 'Functions', 'Variables'].includes(title))
    .flatMap(({ children }) => children)
    .map((child) => `[${child.name.replaceAll('_', '\\_')}](${context.urlTo(child)})`)
    .join(', ');
}

const intro = `Written from the docstrings by \`npm run docs\`. Who knows PyTorch begins with [PyTorch to Retort](../pytorch-to-retort.md). All but
\`setup\` is imported from \`@retort/torch\`; \`nn\`, \`functional\`, \`optim\` and \`aten\` are namespaces: \`nn.Linear\`, \`aten.cat\`.`;

export function indexPage(context: MarkdownThemeContext): string {
  const modules = context.page.project.children ?? [];
  const sections = new Map(
    modules.map((module) => [module.name, `${summary(context, module)}\n\n${contents(context, module)}`]),
  );
  for (const [name, text] of Object.entries(summaries)) sections.set(name, text);
  const names = [...sections.keys()].sort(inOrder);
  return [intro, ...names.map((name) => `## [${name}](${name}.md)\n\n${sections.get(name)}`)].join('\n\n');
}
