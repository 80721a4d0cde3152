/** Signals and time-outs: which methods take them, and that they change nothing of what comes out. */
import { expectTypeOf } from 'expect-type';
import type { Espalier, QuerySet, Session, SignalLike } from '../src';
import type { Author } from './entities';

declare const orm: Espalier;
declare const session: Session;
declare const authors: QuerySet<Author>;
declare const signal: AbortSignal;

expectTypeOf(signal).toExtend<SignalLike>();
expectTypeOf(authors.signal(signal)).toEqualTypeOf<QuerySet<Author>>();
expectTypeOf(authors.only('name').timeout(500)).toEqualTypeOf(authors.only('name'));
expectTypeOf(session.repository<Author>({} as never).signal(signal)).toEqualTypeOf<QuerySet<Author>>();
expectTypeOf(authors.timeout(500).count()).resolves.toBeNumber();

const rows = orm.sql({ timeout: 500, signal })<{ n: number }>`select 1 as n`;
expectTypeOf(rows).resolves.toEqualTypeOf<{ n: number }[]>();
expectTypeOf(session.sql({ signal })`select 1`).resolves.toEqualTypeOf<Record<string, unknown>[]>();

export const uses = () => [
  orm.transaction(async () => 1, { signal, timeout: 500, retries: 3 }),
  session.begin({ isolation: 'serializable', signal, timeout: 500 }),
  orm.close({ timeout: 500 }),
  // @ts-expect-error a controller is no signal
  authors.signal(new AbortController()),
  // @ts-expect-error milliseconds are a number
  authors.timeout('500'),
  // @ts-expect-error an unknown bound
  orm.sql({ deadline: 500 }),
  // @ts-expect-error a text is no template
  orm.sql('select 1'),
  // @ts-expect-error a nested block has no bounds of its own
  session.transaction(async () => 1, { signal }),
];
