/** Students of texts in model folders. */
import type { Dataset, Inputs } from '../../data/index.ts';
import { textFields } from '../../data/index.ts';
import { defaults } from '../../defaults.ts';
import type { TextClassifier } from '../../models/index.ts';
import { classification } from '../../tasks/index.ts';
import { ExportError } from '../onnx/index.ts';
import type { ExportTextFolderOptions } from './exported.ts';
import { GraphOfTexts } from './graph-of-texts.ts';
import { dataSaid } from './images.ts';
import { json } from './json.ts';
import type { Kind } from './kind.ts';
import { problemOf } from './problems.ts';
import { javascript, python } from './texts-used.ts';

/** The folder's tokenizer cuts texts where the student's did. */
function tokenizerFiles({ rendering: { tokenizer, maxLength } }: ExportTextFolderOptions) {
  const files = Object.entries(tokenizer.files());
  return Object.fromEntries(
    files.map(([name, content]) => [
      name,
      name === 'tokenizer_config.json'
        ? json({ ...JSON.parse(content), model_max_length: maxLength })
        : content,
    ]),
  );
}

/** Whether samples are two texts each. */
const arePairs = (data: Dataset | undefined): boolean => data !== undefined && textFields(data).length === 2;

/** How many texts its samples had, where its weights say it. */
const textsSaid = (texts: string | undefined): Readonly<Record<string, string>> =>
  texts === undefined ? {} : { texts };

/** @throws ExportError for texts that are longer than the network takes, and for a task that has no form in transformers */
export function textsKind({ takes }: TextClassifier, options: ExportTextFolderOptions): Kind {
  const { name, classes, rendering, task = classification, metadata = {}, data, calibration } = options;
  const { maxLength, tokenizer, padding } = rendering;
  const problem = problemOf(task);
  if (maxLength > takes.positions)
    throw new ExportError(
      `${name} takes texts of at most ${takes.positions} tokens, and they are to be cut to ${maxLength}: make maxLength smaller`,
    );
  if (tokenizer.vocabulary > takes.vocabulary)
    throw new ExportError(
      `${name} knows ${takes.vocabulary} tokens, and its tokenizer has ${tokenizer.vocabulary}: it is that of another network`,
    );
  const used = {
    pairs: arePairs(data ?? calibration) || metadata.texts === '2',
    problem: problem.type,
    types: takes.types > 1,
    maxLength,
  };
  const input = JSON.stringify({ tokenizer, maxLength, padding });
  return {
    ...{
      sample: 'text',
      timed: `text of ${maxLength} tokens`,
      pipeline: 'text-classification',
      task,
      says: problem.says,
      checked: 128,
      timing: { rounds: 10, runs: defaults.measuring.runs },
      precisions: defaults.exported.precisions,
      runsBy: 'transformers.js',
    },
    ...{ rendering, graphRendering: rendering, onnx: {}, images: [] },
    standIn: { model_type: 'bert' },
    graphMetadata: { input },
    weightsMetadata: { ...dataSaid(metadata.data), ...textsSaid(metadata.texts), input },
    given: (texts: Inputs) => ({ texts }),
    calibration: (texts) => ({ texts }),
    graph: async (file) => new GraphOfTexts(file, takes),
    measurable: async (file, precision) => ({
      ...{ name: precision, file, model: new GraphOfTexts(file, takes) },
      texts: { length: maxLength },
    }),
    absence: (modelType) => (modelType === null ? `transformers has no ${name}` : null),
    settings: () => ({ problem_type: problem.type }),
    files: () => tokenizerFiles(options),
    javascript: (described) => javascript(described, used),
    python: (described) => python(described, used),
    ports: () =>
      `Texts go in as \`input_ids\`${used.types ? ', `attention_mask` and `token_type_ids`' : ' and `attention_mask`'}, int64 [batch, sequence], as the tokenizer makes them, of at most ${maxLength} tokens; \`logits\` [batch, ${classes}] come out${
        problem.type === 'regression' ? ', which are the number itself' : ''
      }.`,
    remarks: () => [
      `longer texts are cut to ${maxLength} tokens; transformers.js cuts off the last special token with the rest, and may say otherwise of these`,
      ...(problem.type === 'regression'
        ? [
            "transformers.js' pipeline has no form for a number, and says 1 of every text: take the logits, as the snippet does",
          ]
        : []),
      ...(used.pairs
        ? [
            "its samples are two texts each, which transformers.js' pipeline does not take: call tokenizer and model, as the snippet does",
          ]
        : []),
    ],
  };
}
