/** What the text of a statement tells. */
import { changesRows, firstWord, givesRows, isQuery } from '../src/sql-kind';

describe('the first word', () => {
  it.each([
    ['select 1', 'select'],
    ['  \n\tSELECT 1', 'select'],
    ['/* a | b.ts:f:1 */ update t', 'update'],
    ['-- note\n/* more */ -- and more\ninsert', 'insert'],
    ['', ''],
    ['(select 1)', ''],
    ['/* never closed', ''],
  ])('of %j is %j', (sql, word) => {
    expect(firstWord(sql)).toBe(word);
  });
});

describe('a statement', () => {
  it.each<[string, { query: boolean; changes: boolean; rows: boolean }]>([
    ['select 1', { query: true, changes: false, rows: true }],
    ['with a as (select 1) select * from a', { query: true, changes: false, rows: true }],
    ["with a as (select 'delete from b') select * from a", { query: true, changes: false, rows: true }],
    ['with a as (select 1) insert into b select * from a', { query: false, changes: true, rows: false }],
    ['pragma foreign_keys', { query: true, changes: false, rows: true }],
    ['insert into t values (1)', { query: false, changes: true, rows: false }],
    ['insert into t values (1) returning id', { query: false, changes: true, rows: true }],
    ["update t set a = 'returning', `returning` = 1 -- returning", { query: false, changes: true, rows: false }],
    ['create table t (id integer)', { query: false, changes: false, rows: false }],
  ])('%s', (sql, expected) => {
    expect({ query: isQuery(sql), changes: changesRows(sql), rows: givesRows(sql) }).toEqual(expected);
  });
});
