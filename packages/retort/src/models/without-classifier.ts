/** Networks whose answer is their features: what their classifier would be called with. */
import { nn } from '@retort/torch';
import type { Classifier } from './anatomy.ts';

/**
 * Takes off a network's classifier, as `num_classes=0` does in timm: its answer is the vector [N, D] before it, and of two heads the mean of both
 * vectors. The module stays where it was as one that does nothing, so that the network's anatomy is the same.
 *
 * @example withoutClassifier(createModel('resnet50', { classes: 1 })).forward(images).shape // [8, 2048]
 */
export function withoutClassifier<Model extends nn.Layer & Pick<Classifier, 'anatomy'>>(model: Model): Model {
  const modules = new Map(model.namedModules());
  for (const path of model.anatomy.classifier) {
    const dot = path.lastIndexOf('.');
    const [parent, name] = [modules.get(path.slice(0, Math.max(dot, 0))), path.slice(dot + 1)];
    const nothing = new nn.Identity();
    if (parent instanceof nn.Sequential) parent.replace(/^\d+$/.test(name) ? Number(name) : name, nothing);
    else if (parent) Object.assign(parent, { [name]: nothing });
  }
  return model;
}

/** Whether a network's classifier was taken off. */
export function hasNoClassifier(model: nn.Layer & Partial<Pick<Classifier, 'anatomy'>>): boolean {
  const paths = model.anatomy?.classifier ?? [];
  const modules = new Map(model.namedModules());
  return paths.length > 0 && paths.every((path) => modules.get(path) instanceof nn.Identity);
}
