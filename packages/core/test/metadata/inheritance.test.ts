/** Mapped superclasses: bases without `@Entity` give their annotations to those that extend them. */
import {
  BelongsTo,
  Check,
  Column,
  Entity,
  HasMany,
  Index,
  PrimaryKey,
  SoftDelete,
  Timestamps,
  Version,
} from '../../src/metadata';
import { columnOf, complaintsOf, modelOf, relationOf } from './models-of';

@Timestamps()
@Index('name')
@Check('length(name) > 0')
abstract class Base {
  @PrimaryKey() id!: number;
  @Column() name!: string;
  @Version() version!: number;
  createdAt!: Date;
  updatedAt!: Date;
}

/** Has nothing of its own between those that have. */
abstract class Middle extends Base {}

@SoftDelete()
abstract class Owned extends Middle {
  @BelongsTo(() => User) owner!: unknown;
}

@Entity()
class User extends Base {
  @HasMany(() => File, 'owner') files!: unknown;
}

@Entity()
class File extends Owned {
  @Column() size!: number;
  @Column({ length: 80 }) override name = '';
}

const file = modelOf(File, User);

test('columns of bases come first, the key before all', () => {
  expect(file.columns.map(({ name }) => name)).toEqual([
    'id',
    'name',
    'version',
    'owner_id',
    'size',
    'created_at',
    'updated_at',
    'deleted_at',
  ]);
});

test('a subclass declares a property anew', () => {
  expect(columnOf(file, 'name').type).toMatchObject({ name: 'varchar', options: { length: 80 } });
  expect(columnOf(modelOf(User, File), 'name').type.name).toBe('text');
});

test('a property that is declared anew loses what the base said of it', () => {
  abstract class Named {
    @Column({ nullable: true, unique: true, type: 'text' }) name!: string | null;
  }
  @Entity()
  class Person extends Named {
    @PrimaryKey() override name = '';
  }
  const person = modelOf(Person);
  expect(person.keyProperties).toEqual(['name']);
  expect(columnOf(person, 'name')).toMatchObject({ nullable: false, unique: false });
});

test('decorators of the class are inherited, each with names for its table', () => {
  expect([file.createdAt?.name, file.softDelete?.name, file.version?.name]).toEqual([
    'created_at',
    'deleted_at',
    'version',
  ]);
  expect(file.indexes.map(({ name }) => name)).toEqual(['ix_files_name']);
  expect(file.checks.map(({ name }) => name)).toEqual(['ck_files_length_name_0']);
  expect(modelOf(User, File).softDelete).toBeUndefined();
});

test('relations of a base belong to the class that extends it', () => {
  expect(relationOf(file, 'owner', 'belongsTo').owner).toBe(file);
  expect(relationOf(file, 'owner', 'belongsTo').inverse?.property).toBe('files');
});

test('each subclass has columns of its own', () => {
  const user = relationOf(file, 'owner', 'belongsTo').target;
  expect(columnOf(user, 'id')).not.toBe(columnOf(file, 'id'));
});

test('a base is no entity, and cannot be listed or referred to', () => {
  @Entity()
  class Note {
    @PrimaryKey() id!: number;
    @BelongsTo(() => Owned) owner!: unknown;
  }
  expect(complaintsOf(Note, Owned)).toEqual([
    "Owned: is listed in 'entities' without being one: write @Entity() above the class.",
    expect.stringMatching(/Note\.owner: relates to Owned, which is no entity here/),
  ]);
});

test('an entity cannot extend another entity', () => {
  @Entity()
  class Animal {
    @PrimaryKey() id!: number;
  }
  @Entity()
  class Dog extends Animal {}
  expect(complaintsOf(Animal, Dog)).toEqual([
    'Dog: extends Animal, which is an entity itself: put what both share into an abstract class without @Entity(), and extend that.',
  ]);
});
