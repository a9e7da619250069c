/** A graph of texts as a network, so that it is judged as its student is. */
import fs from 'node:fs';
import { fromBytes, getNumThreads, nn, type Tensor } from '@retort/torch';
import type { TakesTexts } from '../../models/index.ts';
import { needOnnxRuntime, OnnxSession } from '../../models/onnx/index.ts';
import { ExportError, outputName, ShownTexts } from '../onnx/index.ts';

/** Texts as tokens int64 [B, L] → logits [B, classes], by onnxruntime. */
export class GraphOfTexts extends nn.Layer {
  readonly takes: TakesTexts;
  readonly #shown: ShownTexts;
  readonly #session: OnnxSession;

  /** @throws OnnxError where onnxruntime-node is not installed */
  constructor(file: string, takes: TakesTexts) {
    super();
    this.takes = takes;
    this.#shown = new ShownTexts(takes);
    this.#session = new OnnxSession(needOnnxRuntime(file), Uint8Array.from(fs.readFileSync(file)), {
      threads: getNumThreads(),
      folder: '',
    });
  }

  forward(tokens: Tensor, mask: Tensor = tokens.ge(0), types?: Tensor): Tensor {
    const given = this.#shown.feed({ tokens, mask, ...(types ? { types } : {}) });
    const { [outputName]: logits } = this.#session.run(given, [outputName]);
    if (!logits) throw new ExportError(`the graph answers no ${outputName}`);
    return fromBytes(logits.bytes, 'float32', [...logits.dims]);
  }
}
