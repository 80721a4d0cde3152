/** Names that an engine would cut or refuse, and names that are made. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Check,
  Column,
  Entity,
  Espalier,
  Index,
  ManyToMany,
  MetadataError,
  PrimaryKey,
  Unique,
  type Many,
  type Ref,
} from '@espalier/core';
import type { CaseGroup } from '../suite';

const long = (name: string): string => `${name}_${'x'.repeat(64)}`;

@Entity({ table: long('table') })
@Index(['number'], { name: long('index') })
@Unique(['number'], { name: long('unique') })
@Check('number > 0', { name: long('check') })
class TooLong {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'integer' }) number!: number;
  @Column({ type: 'integer', name: long('column') }) other!: number;
  @Column({ type: 'enum', values: ['a', 'b'], native: true, enumName: long('enum') }) kind!: string;
  @ManyToMany(() => TooLong, { through: long('through') }) others!: Many<TooLong>;
}

/** The names that are given fit; those that are made of them would not. */
@Entity({ table: `tables_of_things_with_a_name_that_is_nearly_too_long_for_all` })
class JustFits {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'enum', values: ['a', 'b'], native: true }) first_kind!: string;
  @Column({ type: 'enum', values: ['b', 'c'], native: true }) first_kind_of_another_sort!: string;
  @Column({ type: 'enum', values: ['a', 'b'] }) checked!: string;
  @Column({ type: 'integer', unique: true }) number_of_the_thing_within_its_table!: number;
  @BelongsTo(() => JustFits, { nullable: true }) what_the_thing_was_made_of_long_ago!: Ref<JustFits> | null;
  @ManyToMany(() => JustFits) what_it_stands_beside!: Many<JustFits>;
}

export const names: CaseGroup = {
  name: 'names',
  cases: {
    'that are given and too long are refused at connect, all at once': async ({ config, dialect }) => {
      const connecting = Espalier.connect({ entities: [TooLong], databases: { default: config() } });
      if (dialect.startsWith('sqlite')) {
        await (await connecting).close();
        return;
      }
      await assert.rejects(connecting, (error) => {
        assert.ok(error instanceof MetadataError);
        const found = error.problems.map(({ message }) => /"(\w+?)_x+"/.exec(message)?.[1]);
        const enums = dialect === 'postgres' ? ['enum'] : [];
        assert.deepEqual(found.sort(), ['check', 'column', 'index', 'table', 'through', 'unique', ...enums].sort());
        return true;
      });
    },

    'that are made fit, and differ where what they are made of does': ({ withOrm }) =>
      withOrm([JustFits], async (orm) => {
        await orm.transaction(async (session) => {
          const one = session.create(JustFits, {
            first_kind: 'a',
            first_kind_of_another_sort: 'c',
            checked: 'b',
            number_of_the_thing_within_its_table: 1,
            what_the_thing_was_made_of_long_ago: null,
          });
          one.what_it_stands_beside.add(one);
        });
        const thing = await orm.session().repository(JustFits).include('what_it_stands_beside').one();
        assert.deepEqual([thing.first_kind, thing.first_kind_of_another_sort], ['a', 'c']);
        assert.equal(thing.what_it_stands_beside.length, 1);
      }),
  },
};
