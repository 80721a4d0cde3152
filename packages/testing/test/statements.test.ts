/** The record of statements. */
import type { Espalier } from '@espalier/core';
import { recordStatements, type StatementEvent, type StatementSource } from '@espalier/testing';

/** Tells its listeners what a test tells it. */
class Source implements StatementSource {
  readonly listeners = new Set<(event: StatementEvent) => void>();

  on(_event: 'query', listener: (event: StatementEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(sql: string, error?: Error): void {
    for (const listener of this.listeners) {
      listener({ database: 'default', sql, parameters: [7], durationMs: 0.5, rowCount: 1, error });
    }
  }
}

describe('recordStatements', () => {
  it('counts statements and keeps their texts, from when it was called', () => {
    const source = new Source();
    source.tell('select 0');
    const statements = recordStatements(source);
    source.tell('select 1');
    source.tell('select 2');
    expect(statements.count).toBe(2);
    expect(statements.texts).toEqual(['select 1', 'select 2']);
  });

  it('keeps all that is told of a statement, failures among them', () => {
    const source = new Source();
    const statements = recordStatements(source);
    const error = new Error('refused');
    source.tell('insert', error);
    expect(statements.events).toEqual([
      { database: 'default', sql: 'insert', parameters: [7], durationMs: 0.5, rowCount: 1, error },
    ]);
  });

  it('forgets on clear, and goes on', () => {
    const source = new Source();
    const statements = recordStatements(source);
    source.tell('select 1');
    statements.clear();
    expect(statements.count).toBe(0);
    source.tell('select 2');
    expect(statements.texts).toEqual(['select 2']);
  });

  it('stops listening, and keeps what it has', () => {
    const source = new Source();
    const statements = recordStatements(source);
    source.tell('select 1');
    statements.stop();
    source.tell('select 2');
    expect(statements.texts).toEqual(['select 1']);
    expect(source.listeners.size).toBe(0);
  });

  it('stops at the end of a block that it is declared in with using', () => {
    const source = new Source();
    {
      using statements = recordStatements(source);
      source.tell('select 1');
      expect(statements.count).toBe(1);
    }
    expect(source.listeners.size).toBe(0);
  });

  it('takes an Espalier', () => {
    const record: (orm: Espalier) => { readonly count: number } = recordStatements;
    expect(record).toBe(recordStatements);
  });
});
