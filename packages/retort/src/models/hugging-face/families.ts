/** The families that are here, by their `model_type`. */
import { beit } from './beit.ts';
import { bert } from './bert.ts';
import { convNext } from './convnext.ts';
import { deit } from './deit.ts';
import { distilbert } from './distilbert.ts';
import type { Family } from './family.ts';
import { mobilenetV2 } from './mobilenet-v2.ts';
import { resnet } from './resnet.ts';
import { roberta } from './roberta.ts';
import { swin } from './swin.ts';
import { vit } from './vit.ts';

export const families: Readonly<Record<string, Family>> = {
  resnet,
  vit,
  deit,
  beit,
  mobilenet_v2: mobilenetV2,
  swin,
  convnext: convNext,
  bert,
  roberta,
  distilbert,
};
