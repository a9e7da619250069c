/** How BEiT's weights are written elsewhere: by timm before 1.0, and by Microsoft's own code. */
import type { nn, Tensor } from '@retort/torch';
import type { Classifier } from './anatomy.ts';

/** Which place of its table each pair of tokens has is computed of the image's size. */
const computed = /(?:^|\.)relative_position_index$/;

/** Of masked image modelling: the token of what is masked, and what guesses it of the last block's tokens. */
const ofPretraining = /^(?:mask_token$|norm\.|lm_head\.|cls_pt_layers\.)/;

const sharedTable = 'rel_pos_bias.relative_position_bias_table';
const ownTable = /^blocks\.\d+\.attn\.relative_position_bias_table$/;

/** Pre-training shares one table, of which fine-tuning begins with a copy in each block. */
function tables(own: nn.StateDict, weights: nn.StateDict): nn.StateDict {
  const shared = weights[sharedTable];
  if (!shared || Object.hasOwn(own, sharedTable)) return {};
  const lacking = Object.keys(own).filter((key) => ownTable.test(key) && !Object.hasOwn(weights, key));
  return Object.fromEntries(lacking.map((key): [string, Tensor] => [key, shared]));
}

/**
 * Weights of a BEiT in another layout by its own keys; null where they are in none that is known, or in its own.
 *
 * @param model  whose classifier, and the norm before it, may be missing
 */
export function beitLayout(model: Classifier, weights: nn.StateDict): nn.StateDict | null {
  const own = model.stateDict();
  const given = Object.entries({ ...weights, ...tables(own, weights) });
  const kept = given.filter(
    ([key]) =>
      Object.hasOwn(own, key) || !(computed.test(key) || ofPretraining.test(key) || key === sharedTable),
  );
  const state: nn.StateDict = Object.fromEntries(kept);
  const mayLack = [...model.anatomy.classifier, ...(model.anatomy.head ?? [])];
  const isWhole = Object.keys(own).every(
    (key) => Object.hasOwn(state, key) || mayLack.some((module) => key.startsWith(`${module}.`)),
  );
  const isOther = kept.length < given.length;
  return isOther && isWhole && kept.every(([key]) => Object.hasOwn(own, key)) ? state : null;
}
