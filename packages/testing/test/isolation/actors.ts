/** Who runs the steps of a transaction: the bare driver, or a session, by entities or by querysets. */
import { gte, type Espalier, type Session } from '@espalier/core';
import type { BareClient } from '../../src/servers/bare-client';
import { Cell, type Level } from './entities';
import type { Step } from './scenarios';

export interface Actor {
  begin(level: Level): Promise<void>;
  /** @returns what was read */
  run(step: Step): Promise<number | undefined>;
  abort(): Promise<void>;
  close(): Promise<void>;
}

export function bareActor(client: BareClient, dialect: string): Actor {
  return {
    begin: async (level) => {
      if (dialect === 'postgres') await client.query(`begin isolation level ${level}`);
      else {
        await client.query(`set transaction isolation level ${level}`);
        await client.query('begin');
      }
    },
    run: async (step) => {
      switch (step.does) {
        case 'read':
          return Number((await client.query(`select value from cells where id = ${step.id}`))[0]!.value);
        case 'search':
          return (await client.query('select id from cells where value >= 30')).length;
        case 'write':
          await client.query(`update cells set value = ${step.value} where id = ${step.id}`);
          return undefined;
        case 'insert':
          await client.query(`insert into cells (id, value) values (${step.id}, ${step.value})`);
          return undefined;
        case 'commit':
        case 'abort':
          await client.query(step.does === 'commit' ? 'commit' : 'rollback');
          return undefined;
      }
    },
    abort: async () => {
      await client.query('rollback');
    },
    close: () => client.end(),
  };
}

export type Style = 'entities' | 'querysets';

export function sessionActor(orm: Espalier, style: Style): Actor {
  const session: Session = orm.session();
  const cells = session.repository(Cell);
  /** The row as it is now: an entity that is known would not be overwritten. */
  const fresh = async (id: number): Promise<Cell> => {
    session.clear();
    return cells.get(id);
  };
  return {
    begin: (isolation) => session.begin({ isolation }),
    run: async (step) => {
      switch (step.does) {
        case 'read':
          return (await fresh(step.id)).value;
        case 'search':
          return (await cells.filter({ value: gte(30) })).length;
        case 'write':
          if (style === 'querysets') await cells.filter({ id: step.id }).update({ value: step.value });
          else {
            (await fresh(step.id)).value = step.value;
            await session.flush();
          }
          return undefined;
        case 'insert':
          await cells.insertMany([{ id: step.id, value: step.value }]);
          return undefined;
        case 'commit':
          await session.commit();
          return undefined;
        case 'abort':
          await session.rollback();
          return undefined;
      }
    },
    abort: () => session.rollback(),
    close: () => session.close(),
  };
}
