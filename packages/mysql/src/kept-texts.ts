/**
 * Which texts of raw SQL stay prepared on a connection: those that were sent last. A text that comes again saves a round trip, and one that does
 * not is forgotten before it takes the place of what the application's querysets keep prepared.
 */

const MAX_TEXTS = 32;
/** The server keeps a prepared text in its memory, once for each connection. */
const MAX_LENGTH = 20_000;

export class KeptTexts {
  /** The one that was sent last is the last. */
  readonly #texts = new Set<string>();

  /** Notes that this text was sent. Returns a text that is to be forgotten instead, which may be this one. */
  add(text: string): string | undefined {
    if (text.length > MAX_LENGTH) return text;
    this.#texts.delete(text);
    this.#texts.add(text);
    if (this.#texts.size <= MAX_TEXTS) return undefined;
    const [oldest] = this.#texts;
    this.#texts.delete(oldest!);
    return oldest;
  }
}
