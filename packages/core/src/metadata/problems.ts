/** Mistakes in annotations, collected, so that one error tells all of them at once. */
import { MetadataError, type MetadataProblem } from '../errors';

export class Problems {
  readonly #found = new Map<string, MetadataProblem>();

  /** `message` ends the sentence that the names of entity and property begin. The same mistake is told once. */
  add(entity: string, property: string | undefined, message: string): void {
    const subject = property === undefined ? entity : `${entity}.${property}`;
    const whole = `${subject}: ${message}`;
    if (!this.#found.has(whole)) this.#found.set(whole, { entity, property, message: whole });
  }

  /** @throws MetadataError where there are any */
  throwAny(): void {
    const problems = [...this.#found.values()];
    const [first] = problems;
    if (!first) return;
    const lines = problems.map(({ message }) => `- ${message}`);
    const count = problems.length === 1 ? 'One mistake' : `${String(problems.length)} mistakes`;
    throw new MetadataError(`${count} in the annotations of entities:\n${lines.join('\n')}`, Object.freeze(problems), {
      entity: first.entity,
      property: first.property,
    });
  }
}
