/** A map of bounded size that lets go of what was not used for longest. */
export class LruCache<V> {
  readonly #entries = new Map<string, V>();

  constructor(
    private readonly capacity: number,
    private readonly release: (value: V) => void,
  ) {}

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    const value = this.#entries.get(key);
    // While there is room the order does not matter.
    if (value !== undefined && this.#entries.size >= this.capacity) {
      // A Map keeps the order of insertion: the last one is the youngest.
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  set(key: string, value: V): void {
    this.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.capacity) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.delete(oldest.value);
  }

  delete(key: string): void {
    const value = this.#entries.get(key);
    if (value === undefined) return;
    this.#entries.delete(key);
    this.release(value);
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }
}
