/** How a student of texts is used, as its card shows it. */
import { dtypes } from './config.ts';
import type { Described, Snippet } from './kind.ts';

/** What transformers calls what was learned, by which its pipelines make probabilities of logits. */
export type ProblemType = 'single_label_classification' | 'multi_label_classification' | 'regression';

/** What snippets are written by. */
export interface Used {
  /** Whether samples are two texts each. */
  readonly pairs: boolean;
  readonly problem: ProblemType;
  /** Whether the graph takes types of tokens. */
  readonly types: boolean;
  readonly maxLength: number;
}

const [first, second] = ['A fine film.', 'It is worth seeing.'];

const piped = ({ browser }: Described): string => `import { env, pipeline } from '@huggingface/transformers';

// The browser looks for a folder beside its page then, and not on the hub.
env.allowLocalModels = true;
const classify = await pipeline('text-classification', './student', { dtype: '${dtypes[browser]}' });
console.log(await classify('${first}', { top_k: null }));`;

/** What is printed of logits, by what they say. */
const printed: Readonly<Record<ProblemType, string>> = {
  regression: 'console.log(scores[0]);',
  single_label_classification: 'console.log(model.config.id2label[scores.indexOf(Math.max(...scores))]);',
  multi_label_classification:
    'console.log(scores.flatMap((score, i) => (score > 0 ? [model.config.id2label[i]] : [])));',
};

const called = (
  { browser }: Described,
  { pairs, problem }: Used,
): string => `import { AutoModelForSequenceClassification, AutoTokenizer, env } from '@huggingface/transformers';

// The browser looks for a folder beside its page then, and not on the hub.
env.allowLocalModels = true;
const tokenizer = await AutoTokenizer.from_pretrained('./student');
const model = await AutoModelForSequenceClassification.from_pretrained('./student', { dtype: '${dtypes[browser]}' });
const inputs = tokenizer('${first}', { ${pairs ? `text_pair: '${second}', ` : ''}truncation: true });
const { logits } = await model(inputs);
const [scores] = logits.tolist();
${printed[problem]}`;

export const javascript = (described: Described, used: Used): Snippet => ({
  needs: '@huggingface/transformers',
  code: used.pairs || used.problem === 'regression' ? called(described, used) : piped(described),
});

const ofTransformers = ({ pairs }: Used): string => `from transformers import pipeline

classify = pipeline("text-classification", model="./student")
print(classify(${pairs ? `{"text": "${first}", "text_pair": "${second}"}` : `"${first}"`}, top_k=None))`;

const read: Readonly<Record<ProblemType, string>> = {
  regression: 'print(logits[0, 0])',
  single_label_classification: 'print(names[str(logits[0].argmax())])',
  multi_label_classification: 'print([names[str(i)] for i in (logits[0] > 0).nonzero()[0]])',
};

const ofOnnxruntime = ({ pairs, problem, types, maxLength }: Used): string => `import json
import numpy as np
import onnxruntime
from tokenizers import Tokenizer

names = json.load(open("student/config.json"))["id2label"]
tokenizer = Tokenizer.from_file("student/tokenizer.json")
tokenizer.enable_truncation(${maxLength})
text = tokenizer.encode("${first}"${pairs ? `, "${second}"` : ''})
inputs = {"input_ids": text.ids, "attention_mask": text.attention_mask${types ? ', "token_type_ids": text.type_ids' : ''}}
session = onnxruntime.InferenceSession("student/onnx/model.onnx")
(logits,) = session.run(None, {name: np.array([numbers]) for name, numbers in inputs.items()})
${read[problem]}`;

export const python = ({ own }: Described, used: Used): Snippet =>
  own
    ? { code: ofTransformers(used), needs: 'transformers torch' }
    : { code: ofOnnxruntime(used), needs: 'onnxruntime numpy tokenizers' };
