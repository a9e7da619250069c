/** A vector for each image, learned from a teacher alone: for teachers without logits. */
import { classNames, fieldOf, samplesCalled } from '../data/index.ts';
import { NeighbourAgreement, Neighbours } from '../metrics/index.ts';
import { notFinite } from '../tensors/not-finite.ts';
import { answer, output } from './parts.ts';
import type { Task } from './task.ts';

/** Vectors [B, D], what networks have before their classifier, judged by their nearest neighbours where the data has classes. */
export const embedding: Task = {
  name: 'embedding',
  targets(columns, data) {
    const field = fieldOf(data.fields, 'class');
    const labels = field && columns[field.name];
    return labels ? { labels } : {};
  },
  // A mixed image is of no class, and its vector is the teacher's of it.
  mix: () => ({}),
  // Without a classifier.
  width: () => 0,
  run: (model, inputs) => ({ embedding: answer(model, inputs) }),
  metrics(data) {
    const classes = classNames(data);
    return classes && data.size > 1 ? [new Neighbours(classes.length)] : [];
  },
  // One sample alone has no neighbours.
  headline: (data) => (classNames(data) && data.size > 1 ? { metric: 'neighbours', better: 'higher' } : null),
  beside() {
    const meter = new NeighbourAgreement();
    return {
      headline: { metric: 'teacherNeighbours', better: 'higher' },
      add: (student, teacher) => meter.add(output(student, 'embedding'), output(teacher, 'embedding')),
      result: () => meter.result(),
    };
  },
  misfit(outputs, data) {
    const { shape } = output(outputs, 'embedding');
    return shape.length === 2
      ? null
      : `gives [${shape.join(', ')}] for ${shape[0]} ${samplesCalled(data)}: an embedding is [N, D]`;
  },
  unanswered(outputs) {
    const what = notFinite(output(outputs, 'embedding'));
    return what && `embedding is not finite (${what})`;
  },
};
