/** Text as tokens, by Hugging Face's tokenizers. */
export { TokenizerError } from './error.ts';
export { hasTokenizer, openTokenizer } from './open.ts';
export { type Encoded, Tokenizer } from './tokenizer.ts';
