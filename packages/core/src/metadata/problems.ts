/** Mistakes in annotations, collected, so that one error tells all of them at once. */
import { MetadataError, type MetadataProblem } from '../errors';

export class Problems {
  readonly #found: MetadataProblem[] = [];

  add(entity: string, property: string | undefined, message: string): void {
    const subject = property === undefined ? entity : `${entity}.${property}`;
    this.#found.push({ entity, property, message: `${subject}: ${message}` });
  }

  get any(): boolean {
    return this.#found.length > 0;
  }

  /** @throws MetadataError where there are any */
  throwAny(): void {
    if (!this.any) return;
    const [first] = this.#found as [MetadataProblem];
    const lines = this.#found.map(({ message }) => `- ${message}`);
    const count = this.#found.length === 1 ? 'One mistake' : `${String(this.#found.length)} mistakes`;
    throw new MetadataError(`${count} in the annotations of entities:\n${lines.join('\n')}`, this.#found, {
      entity: first.entity,
      property: first.property,
    });
  }
}
