/** A bounded cache by shape: the least recently used goes first. */
export class ShapeCache<V> {
  readonly #entries = new Map<string, V>();

  constructor(private readonly capacity: number) {}

  get(shape: string, make: () => V): V {
    const present = this.#entries.get(shape);
    if (present !== undefined) {
      // A full cache keeps its entries in order of use; one with room to spare need not.
      if (this.#entries.size >= this.capacity) {
        this.#entries.delete(shape);
        this.#entries.set(shape, present);
      }
      return present;
    }
    const made = make();
    if (this.#entries.size >= this.capacity) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
    this.#entries.set(shape, made);
    return made;
  }
}
