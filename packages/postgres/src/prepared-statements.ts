/** Which texts one connection has prepared under a name, how many at the most, and which are to be forgotten. */
import { createHash } from 'node:crypto';
import type { StatementUse } from './protocol';

/** Each costs the server some kilobytes of a plan, and this connection the entry here. */
const MAX_STATEMENTS = 256;

const UNNAMED: StatementUse = { name: '', parse: true, close: [] };

interface Entry {
  readonly name: string;
  parsed: boolean;
}

export class PreparedStatements {
  /** By text, the one used longest ago first. */
  readonly #entries = new Map<string, Entry>();
  #toClose: string[] = [];

  constructor(
    private readonly enabled: boolean,
    private readonly max = MAX_STATEMENTS,
  ) {}

  /** How to send `text` now. Tell `parsed` after the answer: what failed is parsed again the next time. */
  use(text: string, reusable: boolean): StatementUse {
    if (!this.enabled || !reusable) return UNNAMED;
    let entry = this.#entries.get(text);
    if (entry) this.#entries.delete(text);
    else entry = { name: statementName(text), parsed: false };
    this.#entries.set(text, entry);
    if (entry.parsed) return { name: entry.name, parse: false, close: [] };
    this.#evict();
    // A name whose parsing failed may exist or not: closing one that does not exist is no error.
    const close = [...this.#toClose, entry.name];
    this.#toClose = [];
    return { name: entry.name, parse: true, close };
  }

  parsed(text: string): void {
    const entry = this.#entries.get(text);
    if (entry) entry.parsed = true;
  }

  /** The server has forgotten all of them (`discard all`, another server behind a pooler). */
  clear(): void {
    this.#entries.clear();
    this.#toClose = [];
  }

  #evict(): void {
    for (const [text, entry] of this.#entries) {
      if (this.#entries.size <= this.max) return;
      this.#entries.delete(text);
      this.#toClose.push(entry.name);
    }
  }
}

/**
 * One text has one name on all connections. Should a pooler hand the server connection of another client to this one,
 * a name can so never stand for another text.
 */
function statementName(text: string): string {
  return `espalier_${createHash('sha256').update(text).digest('base64url').slice(0, 32)}`;
}
