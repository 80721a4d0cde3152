import { declaredCollations } from '../src/declared-collations';

test('the collation of each column is read from the text of its table', () => {
  const sql = `create table "odd (name" (
    code text primary key collate nocase, -- not "collate binary", this
    [a, b] varchar(10, 2) default 'x collate rtrim' check ([a, b] <> 'y' collate binary),
    "NÜmb""er" numeric(10, 2) /* , c collate nocase */ not null collate "RTrim",
    plain,
    foreign key (code) references t (code)
  ) strict`;
  expect([...declaredCollations(sql)]).toEqual([
    ['code', 'NOCASE'],
    ['nÜmb"er', 'RTRIM'],
  ]);
});

test('a view and a virtual table have none', () => {
  expect(declaredCollations('create view v as select a, (b) from t order by a collate nocase').size).toBe(0);
  expect(declaredCollations('').size).toBe(0);
});
