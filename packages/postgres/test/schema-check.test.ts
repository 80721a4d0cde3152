/** What schema.check tells of types that PostgreSQL alone has trouble with. */
import { Column, Entity, Espalier, PrimaryKey } from '@espalier/core';
import { freshDatabase, testDatabases, type AvailableDatabase } from '@espalier/testing';
import { postgres } from '@espalier/postgres';
import { onPostgres } from './open-driver';

@Entity({ table: 'checked_items' })
class Addressed {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: { sqlType: 'uuid' } }) named!: string;
  @Column({ type: 'text' }) unnamed!: string;
}

onPostgres('schema.check', () => {
  test('tells of a type that several rows are not inserted into, where it is not named', async () => {
    const [server] = testDatabases().filter(
      (each): each is AvailableDatabase => each.dialect === 'postgres' && each.url !== undefined,
    );
    const database = await freshDatabase(server!);
    const orm = await Espalier.connect({ entities: [Addressed], databases: { default: postgres(database.url) } });
    try {
      await orm.sql`create table checked_items (id integer primary key, named uuid not null, unnamed uuid not null)`;
      const found = await orm.schema.check();
      expect(found.map(({ kind, property }) => [kind, property])).toEqual([['type', 'unnamed']]);
      expect(found[0]!.message).toMatch(/mapped as text, there is uuid: .*{ type: { sqlType: 'uuid' } }/);
    } finally {
      await orm.close();
      await database.drop();
    }
  });
});
