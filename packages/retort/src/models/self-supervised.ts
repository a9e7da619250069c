/** Checkpoints of self-supervised training in their authors' layouts: which part of them is a network's backbone, and what lies beside it. */
import type { FoundStateDict, Tensor, Weights } from '@retort/torch';
import { smallOfMocoV3 } from './vit.ts';
import { isGated } from './vit-layouts.ts';

/** What a checkpoint is. */
export interface SelfSupervised {
  /** As papers have it, e.g. `MoCo v2`. */
  readonly method: string;
  /** Which network of the checkpoint is taken, in words. */
  readonly taken: string;
  /** Where its weights lie, as `FILE#key` names it. */
  readonly key: string;
  /** What of these is no part of the backbone. */
  readonly isHead: (name: string) => boolean;
  /** What is left out, in words; null where there is nothing. */
  readonly left: string | null;
  /** The model that they are for, where their shapes do not say it. */
  readonly model: string | null;
}

const joined = (...parts: readonly string[]): string => parts.filter(Boolean).join('.');

/** Names below a prefix, without it. */
const under = (names: readonly string[], prefix: string): string[] =>
  names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));

const hasBackbone = (names: readonly string[]): boolean =>
  names.includes('conv1.weight') || names.includes('patch_embed.proj.weight');

/** The prefix of those given below which a backbone lies. */
const backboneUnder = (names: readonly string[], prefixes: readonly string[]): string | undefined =>
  prefixes.find((prefix) => hasBackbone(under(names, prefix)));

type Known = (names: readonly string[], found: FoundStateDict) => SelfSupervised | null;

const isProjection = (name: string): boolean => /^(?:fc|head)\./.test(name);

/** `module.encoder_q.`, whose `fc` is the projection: of one layer in v1, of two in v2 (He et al. 2020; Chen et al. 2020). */
const moco: Known = (names, { key }) => {
  const prefix = backboneUnder(names, ['module.encoder_q.', 'encoder_q.']);
  if (prefix === undefined) return null;
  return {
    method: names.includes(`${prefix}fc.2.weight`) ? 'MoCo v2' : 'MoCo v1',
    taken: 'its query encoder',
    key: joined(key, prefix.slice(0, -1)),
    isHead: isProjection,
    left: 'its projection head is',
    model: null,
  };
};

/** Whether a ViT's first layer is that of MoCo v3's small one. */
const isPatchOf16 = (weight: Tensor | undefined): boolean =>
  weight?.size(0) === 384 && weight.size(-1) === 16;

/** `module.base_encoder.`, of a ResNet or a ViT (Chen, Xie & He 2021). */
const mocoV3: Known = (names, { key, state }) => {
  const prefix = backboneUnder(names, ['module.base_encoder.', 'base_encoder.']);
  if (prefix === undefined) return null;
  return {
    method: 'MoCo v3',
    taken: 'its base encoder',
    key: joined(key, prefix.slice(0, -1)),
    isHead: isProjection,
    left: 'its projection head is',
    model: isPatchOf16(state[`${prefix}patch_embed.proj.weight`]) ? smallOfMocoV3 : null,
  };
};

/** The projection and the prototypes lie among the backbone's keys (Caron et al. 2020). */
const swav: Known = (names, { key }) => {
  const prefix = backboneUnder(names, ['module.', '']);
  if (prefix === undefined || !under(names, prefix).some((name) => /^prototypes\./.test(name))) return null;
  return {
    method: 'SwAV',
    taken: 'its network',
    key: joined(key, prefix.slice(0, -1)),
    isHead: (name) => /^(?:projection_head|prototypes)\b/.test(name),
    left: 'its projection head and prototypes are',
    model: null,
  };
};

/** `backbone.` beside the heads, for a teacher and a student (Caron et al. 2021; Oquab et al. 2024); the teacher is what is published. */
const dino: Known = (names, { key }) => {
  const prefix = backboneUnder(names, ['module.backbone.', 'backbone.', '_orig_mod.backbone.']);
  const isOfDino = names.some((name) => /^(?:module\.)?(?:head|dino_head|ibot_head)\./.test(name));
  if (prefix === undefined || !(isOfDino || /(?:^|\.)teacher$/.test(key))) return null;
  return {
    method: names.includes(`${prefix}mask_token`) ? 'DINOv2' : 'DINO',
    taken: /(?:^|\.)student$/.test(key) ? 'its student' : 'its teacher',
    key: joined(key, prefix.slice(0, -1)),
    isHead: isProjection,
    left: 'its heads are',
    model: null,
  };
};

/** A backbone by itself, with the token of what is masked. */
const dinoV2: Known = (names, { key }) =>
  names.includes('mask_token') && names.includes('patch_embed.proj.weight')
    ? {
        ...{ method: 'DINOv2', taken: 'its backbone', key, isHead: () => false, model: null },
        left: null,
      }
    : null;

const known: readonly Known[] = [moco, mocoV3, swav, dino, dinoV2];

const namesOf = ({ state }: FoundStateDict): string[] => Object.keys(state);

/** What a checkpoint of self-supervised training is; null for any other file. Of DINO's two networks the teacher is taken, where no key chose another. */
export function selfSupervisedIn(weights: Weights): SelfSupervised | null {
  const teachers = weights.stateDicts.filter(({ key }) => /(?:^|\.)teacher$/.test(key));
  for (const found of teachers.length === 1 ? teachers : weights.stateDicts)
    for (const knows of known) {
      const what = knows(namesOf(found), found);
      if (what) return what;
    }
  return null;
}

/** The backbone's weights alone. @throws RangeError for what our Vision Transformers do not compute */
export function backboneOf(weights: Weights, { method, key, isHead }: SelfSupervised): Weights {
  const part = key === '' ? weights : weights.part(key);
  if (part.stateDicts.some(({ state }) => isGated(state)))
    throw new RangeError(
      `${weights.file} is a ${method} checkpoint whose layers are gated (SwiGLU), as those of its giant ViT are, which no model here computes: take its small, base or large one`,
    );
  return part.without(isHead);
}

/** What is taken of it, as it follows the file's name. @example 'is a MoCo v2 checkpoint: its query encoder is taken; its projection head is left out' */
export const backboneText = ({ method, taken, left }: SelfSupervised): string =>
  `is a ${method} checkpoint: ${taken} is taken${left === null ? '' : `; ${left} left out`}`;

/** Whether a file has only what training puts behind a backbone. */
const hasHeadsAlone = (weights: Weights): boolean =>
  weights.stateDicts.length > 0 &&
  weights.stateDicts.every((found) =>
    namesOf(found).every((name) =>
      /^(?:module\.)?(?:(?:encoder_[qk]|(?:base|momentum)_encoder)\.)?(?:fc|head|dino_head|ibot_head|projection_head|prototypes|predictor|queue(?:_ptr)?)(?:\.|$)/.test(
        name,
      ),
    ),
  );

/** @throws RangeError for a file that has no backbone */
export function refuseHeadsAlone(weights: Weights): void {
  if (hasHeadsAlone(weights))
    throw new RangeError(
      `${weights.file} has what self-supervised training puts behind a backbone, and no backbone: take the file that has it, too`,
    );
}

/** @throws RangeError for a network of the same shapes as the checkpoint's, which computes otherwise */
export function refuseOtherModel(
  { file }: Weights,
  { method, model, key }: SelfSupervised,
  asked: string,
): void {
  if (model !== null && asked !== model)
    throw new RangeError(
      `${file} is a ${method} checkpoint of a ViT-S, whose twelve heads its weights do not show, and ${asked} would compute otherwise: write ${model}:${file}, or, where yours is ${asked} all the same, ${asked}:${file}#${key}`,
    );
}

/** The first layer of a network whatever its family, by its key. */
const stems = ['conv1.weight', 'patch_embed.proj.weight'] as const;

/** Why a backbone is of no model here, by its first layer; null where it has none that is known, or that of ImageNet's ResNets. */
export function stemText(weights: Weights): string | null {
  for (const { state } of weights.stateDicts)
    for (const stem of stems) {
      const shape = Object.entries(state).find(([name]) => name === stem || name.endsWith(`.${stem}`))?.[1]
        .shape;
      if (!shape) continue;
      if (stem === 'conv1.weight' && `${shape}` === '64,3,7,7') return null;
      const shown = `its ${stem} is [${shape.join(', ')}]`;
      if (stem === 'patch_embed.proj.weight') return shown;
      return `${shown}, and that of resnet50 and the others for ImageNet is [64, 3, 7, 7]: one of 3x3 is for small images, and one of more channels of a wider network`;
    }
  return null;
}
