/** Decorators on what they cannot describe. */
import { Column, Entity, PrimaryKey } from '../../src/metadata';
import { complaintsOf } from './models-of';

const symbol = Symbol('secret');

test('legacy decorators on static fields, methods, accessors and symbols are told of, all at once', () => {
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
    @Column() static count: number;
    @Column() [symbol]!: string;
    @Column() get text() {
      return String(this.id);
    }
    @Column() read() {
      return this.text;
    }
  }
  expect(complaintsOf(Note).sort()).toEqual([
    'Note.Symbol(secret): @Column describes a field of each entity that has a name, and this one has a symbol: give it a name.',
    "Note.count: @Column describes a field of each entity, and this field is static: remove 'static'.",
    'Note.read: @Column describes a field of each entity, and this is a method or accessor: declare a field instead.',
    'Note.text: @Column describes a field of each entity, and this is a method or accessor: declare a field instead.',
  ]);
});
