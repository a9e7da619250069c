/** Sides of which one is made when it is needed. */
import { keepBeside } from '@retort/torch';
import type { Inputs, Sides } from './batch.ts';

/**
 * Two sides that differ, of which the teacher's is made when it is first looked at: where a cache answers for the teacher, it never is. It
 * is made once, and lives as long as the student's, in whatever scope it is looked at. What it is made of is a plain property, and the
 * side itself is none, so that a scope that returns these keeps the one and does not make the other.
 */
export class LateSides<Of> implements Sides {
  readonly student: Inputs;
  /** What the teacher's side is made of; null when it is made. */
  of: Of | null;
  made: Inputs | null = null;
  readonly #make: (of: Of) => Inputs;

  constructor(student: Inputs, of: Of, make: (of: Of) => Inputs) {
    this.student = student;
    this.of = of;
    this.#make = make;
  }

  get teacher(): Inputs {
    if (this.made || this.of === null) return this.made ?? this.student;
    const made = this.#make(this.of);
    const [owner] = Object.values(this.student);
    this.made = owner ? keepBeside(owner, made) : made;
    this.of = null;
    return this.made;
  }
}

/** Both sides changed alike, the teacher's when it is looked at; one object where they are one. */
export function mapSides(sides: Sides, change: (inputs: Inputs) => Inputs): Sides {
  const student = change(sides.student);
  return sides instanceof LateSides
    ? new LateSides(student, sides, ({ teacher }) => change(teacher))
    : { student, teacher: sides.teacher === sides.student ? student : change(sides.teacher) };
}
