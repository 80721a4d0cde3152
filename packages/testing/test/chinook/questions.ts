/** What is asked of Chinook: through querysets, and by hand-written SQL in snake case. */
import {
  every,
  gt,
  gte,
  icontains,
  inList,
  isNotNull,
  isNull,
  lt,
  none,
  not,
  or,
  some,
  startsWith,
  type Session,
} from '@espalier/core';
import { Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, Playlist, Track } from './entities';

export type Answer = readonly (readonly (string | number | null)[])[];

export interface Question {
  ask(session: Session): Promise<Answer>;
  /** How many statements it takes, however many rows there are. */
  readonly statements: number;
  readonly sql: string;
  /** Text has another order on each engine: rows are compared in any. */
  readonly unordered?: true;
}

/** Exact sums: cents are whole. */
const cents = (amount: string): number => Number(amount.replace('.', ''));
const sum = (amounts: readonly string[]): string =>
  (amounts.reduce((total, amount) => total + cents(amount), 0) / 100).toFixed(2);

function countBy<T>(items: Iterable<T>, keyOf: (item: T) => string): [string, number][] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const questions: Readonly<Record<string, Question>> = {
  'the ten customers with the highest revenue': {
    statements: 2,
    async ask(session) {
      const customers = await session.repository(Customer).include('invoices');
      return customers
        .map(({ customerId, invoices }) => [customerId, sum(invoices.map(({ total }) => total))] as const)
        .sort(([a, m], [b, n]) => cents(n) - cents(m) || a - b)
        .slice(0, 10);
    },
    sql: `select c.customer_id, sum(i.total) from customer c join invoice i on i.customer_id = c.customer_id
          group by c.customer_id order by sum(i.total) desc, c.customer_id limit 10`,
  },
  'the tracks of the playlist Grunge, by genre': {
    statements: 1,
    async ask(session) {
      const tracks = await session
        .repository(Track)
        .filter({ playlists: some({ name: 'Grunge' }) })
        .include('genre')
        .orderBy('genre.name', 'trackId');
      return tracks.map(({ genre, name }) => [genre?.name ?? null, name]);
    },
    sql: `select g.name as of_genre, t.name as of_track from track t join playlist_track pt on pt.track_id = t.track_id
          join playlist p on p.playlist_id = pt.playlist_id left join genre g on g.genre_id = t.genre_id
          where p.name = 'Grunge' order by g.name, t.track_id`,
  },
  'the chain of superiors of each employee': {
    statements: 1,
    async ask(session) {
      const employees = await session.repository(Employee).orderBy('employeeId');
      const boss = new Map(employees.map((employee) => [employee.employeeId, employee.reportsTo?.employeeId ?? null]));
      const above = (id: number | null): number | null => (id === null ? null : (boss.get(id) ?? null));
      return employees.map(({ employeeId }) => [employeeId, above(employeeId), above(above(employeeId))]);
    },
    sql: `select e.employee_id as id, e.reports_to as first_boss, b.reports_to as second_boss
          from employee e left join employee b on b.employee_id = e.reports_to order by e.employee_id`,
  },
  'albums of which no track was ever bought': {
    statements: 1,
    async ask(session) {
      const albums = await session
        .repository(Album)
        .filter({ tracks: none({ invoiceLines: some() }) })
        .orderBy('albumId');
      return albums.map(({ albumId, title }) => [albumId, title]);
    },
    sql: `select a.album_id, a.title from album a where not exists (select 1 from track t join invoice_line l on l.track_id = t.track_id
          where t.album_id = a.album_id) order by a.album_id`,
  },
  'artists without an album': {
    statements: 1,
    async ask(session) {
      return [[await session.repository(Artist).filter({ albums: none() }).count()]];
    },
    sql: `select count(*) from artist a where not exists (select 1 from album b where b.artist_id = a.artist_id)`,
  },
  'customers of each support employee, by country': {
    statements: 2,
    async ask(session) {
      const employees = await session
        .repository(Employee)
        .filter({ customers: some() })
        .include('customers')
        .orderBy('employeeId');
      return employees.flatMap(({ employeeId, customers }) =>
        countBy(customers, ({ country }) => country ?? '')
          .sort(([a], [b]) => byText(a, b))
          .map(([country, count]) => [employeeId, country, count]),
      );
    },
    sql: `select support_rep_id, country, count(*) from customer where support_rep_id is not null
          group by support_rep_id, country`,
    unordered: true,
  },
  'invoices of the first quarter of a year, the newest first': {
    statements: 1,
    async ask(session) {
      const from = new Date('2023-01-01T00:00:00Z');
      const to = new Date('2023-04-01T00:00:00Z');
      const invoices = await session
        .repository(Invoice)
        .filter({ invoiceDate: gte(from) }, { invoiceDate: lt(to) })
        .orderBy('-invoiceDate', 'invoiceId');
      return invoices.map(({ invoiceId, total }) => [invoiceId, total]);
    },
    sql: `select invoice_id, total from invoice where invoice_date >= '2023-01-01 00:00:00' and invoice_date < '2023-04-01 00:00:00'
          order by invoice_date desc, invoice_id`,
  },
  'tracks longer than an hour that cost less than two': {
    statements: 1,
    async ask(session) {
      const tracks = await session
        .repository(Track)
        .filter({ milliseconds: gt(3_600_000), unitPrice: lt('2.00') })
        .orderBy('-milliseconds')
        .only('name', 'unitPrice');
      return tracks.map(({ name, unitPrice }) => [name, unitPrice]);
    },
    sql: `select name, unit_price from track where milliseconds > 3600000 and unit_price < 2 order by milliseconds desc`,
  },
  'the genres that are bought most': {
    statements: 1,
    async ask(session) {
      const lines = await session.repository(InvoiceLine).include('track.genre');
      return countBy(lines, ({ track }) => track.genre?.name ?? '').slice(0, 5);
    },
    sql: `select g.name, count(*) from invoice_line l join track t on t.track_id = l.track_id join genre g on g.genre_id = t.genre_id
          group by g.name order by count(*) desc, g.name limit 5`,
  },
  'playlists with a track of Iron Maiden': {
    statements: 1,
    async ask(session) {
      const playlists = await session
        .repository(Playlist)
        .filter({ tracks: some({ album: { artist: { name: 'Iron Maiden' } } }) })
        .orderBy('playlistId');
      return playlists.map(({ playlistId, name }) => [playlistId, name]);
    },
    sql: `select p.playlist_id, p.name from playlist p where exists (select 1 from playlist_track pt
          join track t on t.track_id = pt.track_id join album a on a.album_id = t.album_id join artist r on r.artist_id = a.artist_id
          where pt.playlist_id = p.playlist_id and r.name = 'Iron Maiden') order by p.playlist_id`,
  },
  'artists with "the" in their name, whatever its case': {
    statements: 1,
    async ask(session) {
      const artists = await session
        .repository(Artist)
        .filter({ name: icontains('the ') })
        .orderBy('artistId');
      return artists.map(({ name }) => [name]);
    },
    sql: `select name from artist where lower(name) like '%the %' order by artist_id`,
  },
  'tracks of Jazz or Blues whose composer starts with M, page three': {
    statements: 1,
    async ask(session) {
      const tracks = await session
        .repository(Track)
        .filter({ genre: { name: inList(['Jazz', 'Blues']) }, composer: isNotNull() })
        .orderBy('name', 'trackId')
        .limit(5)
        .offset(10);
      return tracks.map(({ trackId }) => [trackId]);
    },
    sql: `select t.track_id from track t join genre g on g.genre_id = t.genre_id where g.name in ('Jazz', 'Blues')
          and t.composer is not null order by t.name, t.track_id limit 5 offset 10`,
  },
  'albums on which every track lasts more than five minutes': {
    statements: 1,
    async ask(session) {
      const albums = await session
        .repository(Album)
        .filter({ tracks: every({ milliseconds: gt(300_000) }) }, { tracks: some() })
        .orderBy('albumId');
      return albums.map(({ albumId }) => [albumId]);
    },
    sql: `select album_id from track group by album_id having min(milliseconds) > 300000 order by album_id`,
  },
  'customers without a company from the United States or Canada': {
    statements: 1,
    async ask(session) {
      const customers = await session
        .repository(Customer)
        .filter({ company: isNull() }, or({ country: 'USA' }, { country: 'Canada' }))
        .exclude({ state: 'CA' })
        .orderBy('customerId');
      return customers.map(({ firstName, lastName }) => [firstName, lastName]);
    },
    sql: `select first_name, last_name from customer where company is null and country in ('USA', 'Canada')
          and (state is null or state <> 'CA') order by customer_id`,
  },
  'genres that are not Rock, with the number of their tracks': {
    statements: 2,
    async ask(session) {
      const genres = await session
        .repository(Genre)
        .filter(not({ name: startsWith('Rock') }))
        .orderBy('genreId');
      const tracks = await session
        .repository(Track)
        .filter({ genre: inList(genres) })
        .only('trackId', 'genre');
      const counts = new Map<number, number>();
      for (const { genre } of tracks) counts.set(genre!.genreId, (counts.get(genre!.genreId) ?? 0) + 1);
      return genres.map(({ name, genreId }) => [name, counts.get(genreId) ?? 0]);
    },
    sql: `select g.name, count(*) from genre g join track t on t.genre_id = g.genre_id where g.name not like 'Rock%'
          group by g.genre_id, g.name order by g.genre_id`,
  },
  'the total of all invoices, streamed': {
    statements: 1,
    async ask(session) {
      const totals: string[] = [];
      for await (const { total } of session.repository(Invoice).iterate({ batch: 100 })) totals.push(total);
      return [[totals.length, sum(totals)]];
    },
    sql: `select count(*), sum(total) from invoice`,
  },
};
