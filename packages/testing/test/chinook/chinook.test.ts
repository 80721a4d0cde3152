/** A real database on three engines: questions whose answers must be those of hand-written SQL, and one unit of work. */
import { existsSync } from 'node:fs';
import { Espalier } from '@espalier/core';
import {
  freshDatabase,
  recordStatements,
  testDatabases,
  type AvailableDatabase,
  type FreshDatabase,
} from '@espalier/testing';
import {
  Album,
  Artist,
  chinook,
  Customer,
  Employee,
  Genre,
  Invoice,
  InvoiceLine,
  MediaType,
  pascalCaseNames,
  Playlist,
  snakeCaseNames,
  Track,
} from './entities';
import { CHINOOK, ENGINES, load, type BareClient } from './load';
import { questions } from './questions';

/** Words of the hand-written SQL that are names of tables and columns. */
const NAMES =
  /\b(album|artist|customer|employee|genre|invoice|invoice_line|media_type|playlist|playlist_track|track|[a-z_]+_id|title|name|composer|milliseconds|bytes|unit_price|quantity|total|invoice_date|billing_country|first_name|last_name|company|city|state|country|email|reports_to)\b/g;
const camel = (snake: string): string => snake.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Numbers come as numbers from one driver and as texts from another. */
const normal = (rows: readonly (readonly unknown[])[]): unknown[][] =>
  rows.map((row) =>
    row.map((value) => {
      const text = typeof value === 'number' ? String(value) : (value as string | null);
      return text !== null && /^-?\d+(\.\d+)?$/.test(text) ? Number(text).toFixed(2) : text;
    }),
  );

const inAnyOrder = (rows: unknown[][]): string[] => rows.map((row) => JSON.stringify(row)).sort();

const servers = testDatabases().filter((database): database is AvailableDatabase => database.url !== undefined);

if (!existsSync(CHINOOK)) {
  describe.skip(`Chinook: its scripts are not there; set ESPALIER_CHINOOK to their folder`, () => test.todo('answers'));
} else {
  describe.each(servers)('Chinook on $dialect', (server) => {
    const engine = ENGINES[server.dialect];
    let database: FreshDatabase;
    let orm: Espalier;
    let bare: BareClient;

    const spelled = (sql: string): string =>
      engine.naming === snakeCaseNames ? sql : sql.replace(NAMES, (word) => pascalCaseNames.column(camel(word)));
    const answer = async (sql: string): Promise<unknown[][]> => normal(await bare.query(spelled(sql)));

    beforeAll(async () => {
      database = await freshDatabase(server);
      bare = await engine.connect(database.url);
      await load(engine, bare);
      orm = await Espalier.connect({
        entities: chinook,
        databases: { default: engine.config(database.url) },
        naming: engine.naming,
      });
    });

    afterAll(async () => {
      await orm.close();
      await bare.close();
      await database.drop();
    });

    test('what the mapping says of them otherwise is found, and nothing else', async () => {
      const found = await orm.schema.check();
      const lengths = [
        ...['Artist.name', 'Customer.city', 'Customer.company', 'Customer.country', 'Customer.state', 'Employee.city'],
        ...['Employee.country', 'Employee.email', 'Employee.title', 'Genre.name', 'Invoice.billingCity'],
        ...['Invoice.billingCountry', 'MediaType.name', 'Playlist.name'],
      ];
      // The script for PostgreSQL says `timestamp`, which keeps microseconds; that for MySQL says `datetime`, which keeps none.
      const seconds =
        server.dialect === 'postgres' ? ['Employee.birthDate', 'Employee.hireDate', 'Invoice.invoiceDate'] : [];
      expect(found.map(({ kind, entity, property }) => `${kind} ${entity}.${String(property)}`).sort()).toEqual(
        [...lengths.map((place) => `length ${place}`), ...seconds.map((place) => `seconds ${place}`)].sort(),
      );
      for (const { kind, mapped, message } of found) {
        if (kind === 'length') expect(mapped).toBe('varchar(220)');
        expect(message).toContain(mapped);
      }
    });

    test.each(Object.entries(questions))('%s', async (_, { ask, sql, statements: expected, unordered }) => {
      await using session = orm.session();
      using statements = recordStatements(orm);
      const found = normal(await ask(session));
      expect(statements.count).toBe(expected);
      const given = await answer(sql);
      expect(unordered ? inAnyOrder(found) : found).toEqual(unordered ? inAnyOrder(given) : given);
      expect(found.length).toBeGreaterThan(0);
    });

    test('all of it can be read, and then there is nothing to write', async () => {
      await using session = orm.session();
      let rows = 0;
      for (const entity of chinook) rows += (await session.repository<object>(entity).all()).length;
      await session.repository(Playlist).include('tracks');
      expect(rows).toBeGreaterThan(6_000);
      expect(session.changes()).toEqual([]);
      using statements = recordStatements(orm);
      expect(await session.flush()).toBe(0);
      expect(statements.count).toBe(0);
    });

    test('one unit of work edits, adds, moves and deletes, and commits', async () => {
      const [before] = await answer('select count(*), sum(total) from invoice');
      let customerId = 0;
      let removed: number[] = [];
      await orm.transaction(async (session) => {
        const invoice = await session.repository(Invoice).include('lines').get(1);
        invoice.lines.at(0)!.quantity = 3;
        const extra = await session.repository(Track).get(100);
        invoice.lines.add(Object.assign(new InvoiceLine(), { track: extra, unitPrice: '0.99', quantity: 1 }));
        invoice.total = '4.96';

        const boss = await session.repository(Employee).get(2);
        const supportRep = session.create(Employee, {
          firstName: 'Ada',
          lastName: 'New',
          reportsTo: boss,
          title: 'Support',
        });
        const customer = session.create(Customer, {
          firstName: 'Grace',
          lastName: 'New',
          email: 'grace@example.com',
          supportRep,
        });

        const grunge = await session.repository(Playlist).include('tracks').get({ name: 'Grunge' });
        const onTheGo = await session.repository(Playlist).include('tracks').get({ name: 'On-The-Go 1' });
        for (const track of grunge.tracks.toArray().slice(0, 5)) {
          grunge.tracks.remove(track);
          onTheGo.tracks.add(track);
        }

        const album = await session
          .repository(Album)
          .include('tracks.invoiceLines')
          .filter({ artist: { name: 'AC/DC' } })
          .first();
        removed = album!.tracks.map(({ trackId }) => trackId);
        for (const track of album!.tracks) session.delete(...track.invoiceLines, track);
        session.delete(album!);
        await session.flush();
        customerId = customer.customerId;
      });
      expect(
        await answer('select quantity, unit_price from invoice_line where invoice_id = 1 order by invoice_line_id'),
      ).toEqual([
        ['3.00', '0.99'],
        ['1.00', '0.99'],
        ['1.00', '0.99'],
      ]);
      expect(
        await answer(`select c.first_name, e.last_name, e.reports_to from customer c join employee e on e.employee_id = c.support_rep_id
        where c.customer_id = ${String(customerId)}`),
      ).toEqual([['Grace', 'New', '2.00']]);
      expect(
        await answer(`select p.name, count(*) from playlist p join playlist_track pt on pt.playlist_id = p.playlist_id
        where p.name in ('Grunge', 'On-The-Go 1') group by p.name order by p.name`),
      ).toEqual([
        ['Grunge', '10.00'],
        ['On-The-Go 1', '6.00'],
      ]);
      const list = removed.join(', ');
      expect(removed.length).toBeGreaterThan(0);
      for (const table of ['track', 'invoice_line', 'playlist_track']) {
        expect(await answer(`select count(*) from ${table} where track_id in (${list})`)).toEqual([['0.00']]);
      }
      const [after] = await answer('select count(*), sum(total) from invoice');
      expect(after![0]).toBe(before![0]);
      expect(after![1]).not.toBe(before![1]);
    });
  });
}

test('every table of Chinook has its entity', () => {
  expect(new Set([Artist, Album, Genre, MediaType, Track, Playlist, Employee, Customer, Invoice, InvoiceLine])).toEqual(
    new Set(chinook),
  );
});
