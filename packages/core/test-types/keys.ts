/**
 * Keys and locks that a class declares for types: KEY and VERSION.
 */
import { expectTypeOf } from 'expect-type';
import {
  eq,
  gt,
  inList,
  type CreateData,
  type KeyNames,
  type PrimaryKeyValue,
  type QuerySet,
  type UpdateData,
} from '../src/query';
import { Code, type Box, type Release, type ReleaseNote, type Shelf, type Ticket } from './entities';

declare const releases: QuerySet<Release>;
declare const notes: QuerySet<ReleaseNote>;
declare const note: ReleaseNote;

expectTypeOf<KeyNames<Release>>().toEqualTypeOf<'oldId'>();
expectTypeOf<KeyNames<ReleaseNote>>().toEqualTypeOf<'release' | 'position'>();
expectTypeOf<KeyNames<Ticket>>().toEqualTypeOf<'id'>();

// The value of the key, and nothing else.
releases.get(5);
releases.find({ oldId: 5 });
// @ts-expect-error the column called id is no key
releases.get('text');
// @ts-expect-error nor is it where the key is asked for
releases.find({ id: 'text' });
notes.find({ release: 5, position: 1 });
// @ts-expect-error a part of the key is missing
notes.find({ release: 5 });
// @ts-expect-error the key has two parts
notes.get(5);

// A reference shows its key.
expectTypeOf(note.release.oldId).toExtend<number>();
// @ts-expect-error not the key
note.release.id;
notes.filter({ release: 5 });
// @ts-expect-error the key is a number
notes.filter({ release: 'text' });
expectTypeOf<5>().toExtend<PrimaryKeyValue<Release>>();

// Keys and locks are not set by an update; columns that have their names are.
releases.update({ id: 'x', version: 3 });
// @ts-expect-error the key stays
releases.update({ oldId: 3 });
notes.update({ text: 'x' });
// @ts-expect-error the lock counts by itself
notes.update({ revision: 3 });
// @ts-expect-error a part of the key stays
notes.update({ position: 3 });
expectTypeOf<keyof UpdateData<Release>>().toEqualTypeOf<'id' | 'version'>();

// Only what fills itself is left out of a new entity.
releases.create({ id: 'x', version: 1 });
// @ts-expect-error a column called id is asked for
releases.create({ version: 1 });
// @ts-expect-error so is one called version
releases.create({ id: 'x' });
notes.create({ release: 5, position: 1, text: 'x' });
expectTypeOf<CreateData<ReleaseNote>['revision']>().toEqualTypeOf<number | undefined>();

async function parts(): Promise<void> {
  const release = await releases.only('version').get(5);
  expectTypeOf(release.oldId).toExtend<number>();
  // What was read in part is the entity that a new one refers to.
  notes.create({ release, position: 1, text: 'x' });
  // @ts-expect-error a note is no release
  notes.create({ release: await notes.only('text').first(), position: 1, text: 'x' });
}

declare const shelves: QuerySet<Shelf>;
declare const boxes: QuerySet<Box>;

// A key of an own type is named by its value wherever a key is.
const code = new Code('a');
shelves.get(code);
shelves.find({ id: code });
shelves.filter({ id: code });
shelves.filter({ id: inList([code]) });
boxes.filter({ shelf: code });
boxes.filter({ shelf: eq(code), spare: inList([code, null]) });
boxes.filter({ spare: null });
boxes.filter({ shelf: { id: code, width: gt(3) } });
boxes.create({ label: { text: 'x' }, shelf: code });
boxes.update({ shelf: code, spare: null });
boxes.filter({ shelf: code }).getOrCreate({ shelf: code }, { label: { text: 'x' } });
// @ts-expect-error not what the key holds
shelves.get('a');
// @ts-expect-error not what the key holds
shelves.filter({ id: 'a' });
// @ts-expect-error not what the key holds
boxes.filter({ shelf: 5 });
// @ts-expect-error not nullable
boxes.filter({ shelf: null });
// @ts-expect-error objects that are no keys are not compared
boxes.filter({ label: { text: 'x' } });
