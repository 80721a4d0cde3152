/** The library under test, with the entities by the oracle's names, and the comparison of both. */
import assert from 'node:assert/strict';
import { NotLoadedError, type Espalier, type Session } from '@espalier/core';
import type { Faults } from '../failing-connections';
import { endsOf, type Oracle, type Row, type State, type Uid } from './oracle';
import { hasNaturalKey, keyOf, referencesOf, snakeCase, valuesOf, type Kind, type Links } from './schema';

export type Entity = Record<string, unknown>;

export interface Group {
  readonly isLoaded: boolean;
  toArray(): object[];
  add(item: object): void;
  remove(item: object): void;
}

type KeyPart = string | number;

export class System {
  readonly entities = new Map<Uid, Entity>();
  /** Former objects of a row too: what left the session may still be referred to. */
  readonly #uids = new Map<object, Uid>();
  readonly keys = new Map<Uid, KeyPart[]>();

  constructor(
    readonly orm: Espalier,
    public session: Session,
    readonly faults: Faults,
    readonly oracle: Oracle,
  ) {}

  entity(uid: Uid): Entity {
    return this.entities.get(uid)!;
  }

  remember(uid: Uid, entity: object): void {
    this.entities.set(uid, entity as Entity);
    this.#uids.set(entity, uid);
  }

  /** An entity that is read in passing: others may go on referring to it when it has left the session. */
  meet({ name, key = ['id'] }: Kind, database: string, entity: object): void {
    const parts = key.map((property) => (entity as Entity)[property]);
    for (const [uid, row] of this.oracle.flushed.rows) {
      const own = this.keys.get(uid)!;
      if (row.kind === name && row.database === database && parts.every((part, i) => part === own[i]))
        this.#uids.set(entity, uid);
    }
  }

  uidOf(entity: unknown): Uid | null | undefined {
    return typeof entity === 'object' && entity !== null ? this.#uids.get(entity) : null;
  }

  /** undefined for an entity that no session knows: it has no collection yet. */
  group(uid: Uid, property: string): Group | undefined {
    return this.entities.get(uid)?.[property] as Group | undefined;
  }

  in(database: string): Session {
    return database === 'default' ? this.session : this.session.using(database);
  }

  // -- after a flush

  /** Learns the keys of new rows, and meets the entities of rows that a collection made. */
  async settle(): Promise<void> {
    const { rows } = this.oracle.flushed;
    for (const pass of [false, true]) {
      for (const [uid, row] of rows) {
        const kind = this.oracle.kind(row.kind);
        if ((kind.through !== undefined) !== pass) continue;
        if (!this.entities.has(uid)) {
          const criterion = Object.fromEntries(
            Object.entries(row.references).map(([property, target]) => [property, this.entity(target!)]),
          );
          const repository = this.in(row.database).repository<object>(kind.entity);
          this.remember(uid, await repository.get(criterion as never));
        }
        this.keys.set(uid, this.#keyOf(uid, row));
      }
    }
  }

  #keyOf(uid: Uid, row: Row): KeyPart[] {
    const kind = this.oracle.kind(row.kind);
    return keyOf(kind).flatMap((property) => {
      const target = row.references[property];
      if (target !== undefined) return this.keys.get(target!)!;
      const value = hasNaturalKey(kind) ? row.values[property] : this.entity(uid)[property];
      return [value as KeyPart];
    });
  }

  /** Rows and, as far as memory has to know, entities are what the oracle says. */
  async check({ clean = false } = {}): Promise<void> {
    assert.deepEqual(await this.#rows(), this.#expectedRows(this.oracle.flushed), 'rows');
    this.checkMemory({ settled: clean });
    if (clean) await this.#checkClean();
  }

  /** What a has-one relation was given shows in the child after the flush only; all else at once. */
  checkMemory({ settled = false } = {}): void {
    const { oracle } = this;
    for (const uid of oracle.alive()) if (this.entities.has(uid)) this.#checkEntity(uid, settled);
    // A join entity that a program made shows in the collections after the flush, like any reference.
    for (const links of oracle.world.links) if (settled || !oracle.through(links)) this.#checkLinks(links);
  }

  #label(uid: Uid, property?: string): string {
    return [`${this.oracle.row(uid).kind}${String(uid)}`, property].filter(Boolean).join('.');
  }

  #checkEntity(uid: Uid, settled: boolean): void {
    const { oracle } = this;
    const row = oracle.row(uid);
    const kind = oracle.kind(row.kind);
    const entity = this.entity(uid);
    for (const [property] of valuesOf(kind)) {
      ifLoaded(() => assert.equal(entity[property], row.values[property], this.#label(uid, property)));
    }
    for (const [property, { inverse }] of referencesOf(kind)) {
      if (inverse?.many === false && !settled) continue;
      const target = row.references[property] ?? null;
      if (target !== null && !this.entities.has(target)) continue;
      ifLoaded(() => assert.equal(this.uidOf(entity[property] ?? null), target, this.#label(uid, property)));
    }
  }

  /** The items of a collection, without what is deleted and not flushed yet. */
  #items(uid: Uid, property: string): (Uid | null | undefined)[] | undefined {
    const group = this.group(uid, property);
    if (!group?.isLoaded) return undefined;
    const alive = new Set(this.oracle.alive());
    return group
      .toArray()
      .map((item) => this.uidOf(item))
      .filter((item) => typeof item !== 'number' || alive.has(item))
      .sort();
  }

  #checkLinks(links: Links): void {
    const alive = new Set(this.oracle.alive());
    const pairs = [...this.oracle.pairsOf(links)].map(endsOf).filter((ends) => ends.every((uid) => alive.has(uid)));
    for (const [end, at, other] of [
      [links.owner, 0, 1],
      [links.target, 1, 0],
    ] as const) {
      if (!end.property) continue;
      for (const uid of this.oracle.alive(end.kind)) {
        const items = this.#items(uid, end.property);
        const expected = pairs.filter((ends) => ends[at] === uid).map((ends) => ends[other]);
        if (items) assert.deepEqual(items, expected.sort(), this.#label(uid, end.property));
      }
    }
  }

  async #checkClean(): Promise<void> {
    const { oracle } = this;
    assert.deepEqual(this.session.changes(), [], 'nothing is pending');
    for (const [uid, row] of oracle.memory.rows) {
      const kind = oracle.kind(row.kind);
      const entity = this.entity(uid);
      const found = await this.in(row.database)
        .repository<object>(kind.entity)
        .find(this.keyValue(uid) as never);
      assert.ok(found === entity, `${this.#label(uid)} is the entity of its row`);
      assert.equal(this.session.isDirty(entity), false, `${this.#label(uid)} is dirty`);
      for (const { child, property, inverse } of oracle.inversesOf(row.kind)) {
        const expected = oracle.childrenOf(uid, child.name, property).sort();
        if (inverse.many) {
          const items = this.#items(uid, inverse.property);
          if (items) assert.deepEqual(items, expected, this.#label(uid, inverse.property));
        } else if (!row.marked) {
          ifLoaded(() =>
            assert.equal(this.uidOf(entity[inverse.property]), expected[0] ?? null, this.#label(uid, inverse.property)),
          );
        }
      }
    }
  }

  /** What `find` and `get` take. */
  keyValue(uid: Uid): unknown {
    const { kind: name, references } = this.oracle.flushed.rows.get(uid)!;
    const properties = keyOf(this.oracle.kind(name));
    if (properties.length === 1) return this.keys.get(uid)![0];
    const parts = this.keys.get(uid)!;
    return Object.fromEntries(
      properties.map((property, i) => [
        property,
        references[property] === undefined ? parts[i] : this.entity(references[property]!),
      ]),
    );
  }

  // -- rows

  async #rows(): Promise<string[]> {
    const lines: string[] = [];
    for (const database of this.oracle.world.databases ?? ['default']) {
      const session = this.in(database);
      for (const kind of this.oracle.world.kinds) {
        for (const row of await session.sql(literal(`select * from ${kind.table}`))) {
          lines.push(
            JSON.stringify([database, kind.name, ...this.#columnsOf(kind).map((column) => text(row[column]))]),
          );
        }
      }
      for (const links of this.oracle.world.links) {
        if (this.oracle.through(links)) continue;
        const columns = [...links.owner.columns, ...links.target.columns];
        for (const row of await session.sql(literal(`select * from ${links.table}`)))
          lines.push(JSON.stringify([database, links.name, ...columns.map((column) => text(row[column]))]));
      }
    }
    return lines.sort();
  }

  #columnsOf(kind: Kind): string[] {
    const referenced = referencesOf(kind).flatMap(([property, { target }]) =>
      keyOf(this.oracle.kind(target)).map((part) => `${snakeCase(property)}_${part}`),
    );
    const own = keyOf(kind).filter((property) => !(property in (kind.references ?? {})));
    const values = valuesOf(kind).map(([property]) => snakeCase(property));
    return [...own, ...values, ...referenced, ...(kind.softDelete ? ['deleted_at'] : [])];
  }

  #expectedRows({ rows, pairs }: State): string[] {
    const lines = [...rows].map(([uid, row]) => {
      const kind = this.oracle.kind(row.kind);
      const isReference = (property: string) => property in (kind.references ?? {});
      const own = keyOf(kind).some(isReference) ? [] : this.keys.get(uid)!;
      const values = valuesOf(kind).map(([property]) => row.values[property]);
      const referenced = referencesOf(kind).flatMap(([property, { target }]) => {
        const uidOfTarget = row.references[property] ?? null;
        return uidOfTarget === null ? keyOf(this.oracle.kind(target)).map(() => null) : this.keys.get(uidOfTarget)!;
      });
      return [row.database, row.kind, ...own, ...values, ...referenced, ...(kind.softDelete ? [row.marked] : [])];
    });
    for (const [name, all] of pairs) {
      for (const pair of all) {
        const ends = endsOf(pair);
        lines.push([rows.get(ends[0])!.database, name, ...ends.flatMap((uid) => this.keys.get(uid)!)]);
      }
    }
    return lines.map(([database, name, ...values]) => JSON.stringify([database, name, ...values.map(text)])).sort();
  }
}

/** Keys, marks and null alike on all engines. */
function text(value: unknown): string | null {
  if (value === null || value === undefined || value === false) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return /^\d{4}-\d\d-\d\d/.test(String(value)) ? 'marked' : String(value);
  return 'marked';
}

/** Statements with names of tables: a template without values. */
export function literal(sql: string): TemplateStringsArray {
  return Object.assign([sql], { raw: [sql] });
}

function ifLoaded(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof NotLoadedError)) throw error;
  }
}
