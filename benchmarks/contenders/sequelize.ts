/** Sequelize: models, `bulkCreate`, `findAll` with includes. On SQLite it runs on sqlite3. */
import {
  DataTypes,
  Model,
  Op,
  Sequelize,
  type BelongsToManySetAssociationsMixin,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type NonAttribute,
} from 'sequelize';
import {
  MAX_CONNECTIONS,
  type AuthorRecord,
  type AuthorWithBooks,
  type BookRecord,
  type Connect,
  type Contender,
  type DatabaseName,
  type Meta,
  type NewAuthor,
  type Page,
  type TagRecord,
} from '../src/contender';

class Author extends Model<InferAttributes<Author>, InferCreationAttributes<Author>> implements AuthorWithBooks {
  declare id: CreationOptional<number>;
  declare email: string;
  declare name: string;
  declare age: number;
  declare active: boolean;
  declare bio: string | null;
  declare createdAt: Date;
  declare meta: Meta;
  declare books: NonAttribute<Book[]>;
}

class Book extends Model<InferAttributes<Book>, InferCreationAttributes<Book>> implements BookRecord {
  declare id: CreationOptional<number>;
  declare title: string;
  declare price: string;
  declare pages: number;
  declare publishedAt: Date;
  declare tags: NonAttribute<Tag[]>;
  declare setTags: BelongsToManySetAssociationsMixin<Tag, number>;
}

class Tag extends Model<InferAttributes<Tag>, InferCreationAttributes<Tag>> implements TagRecord {
  declare id: CreationOptional<number>;
  declare name: string;
}

function defineModels(sequelize: Sequelize, database: DatabaseName): void {
  const settings = { sequelize, underscored: true, timestamps: false, freezeTableName: true };
  const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
  Author.init(
    {
      id,
      email: { type: DataTypes.TEXT, allowNull: false, unique: true },
      name: { type: DataTypes.TEXT, allowNull: false },
      age: { type: DataTypes.INTEGER, allowNull: false },
      active: { type: DataTypes.BOOLEAN, allowNull: false },
      bio: DataTypes.TEXT,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      meta: { type: database === 'postgres' ? DataTypes.JSONB : DataTypes.JSON, allowNull: false },
    },
    { ...settings, tableName: 'author' },
  );
  Book.init(
    {
      id,
      title: { type: DataTypes.TEXT, allowNull: false },
      price: { type: DataTypes.DECIMAL(10, 2), allowNull: false },
      pages: { type: DataTypes.INTEGER, allowNull: false },
      publishedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { ...settings, tableName: 'book' },
  );
  Tag.init({ id, name: { type: DataTypes.TEXT, allowNull: false } }, { ...settings, tableName: 'tag' });
  Author.hasMany(Book, { as: 'books', foreignKey: { name: 'authorId', field: 'author_id' } });
  Book.belongsTo(Author, { as: 'author', foreignKey: { name: 'authorId', field: 'author_id' } });
  const through = sequelize.define(
    'BookTag',
    { bookId: { type: DataTypes.INTEGER, primaryKey: true }, tagId: { type: DataTypes.INTEGER, primaryKey: true } },
    { underscored: true, timestamps: false, tableName: 'book_tag' },
  );
  Book.belongsToMany(Tag, { as: 'tags', through, foreignKey: 'bookId', otherKey: 'tagId' });
}

export const connectPostgres: Connect = async (url) => {
  const sequelize = new Sequelize(url, { logging: false, pool: { max: MAX_CONNECTIONS } });
  defineModels(sequelize, 'postgres');
  await sequelize.authenticate();
  return new SequelizeContender(sequelize);
};

export const connectSqlite: Connect = async (storage) => {
  const sequelize = new Sequelize({ dialect: 'sqlite', storage, logging: false });
  defineModels(sequelize, 'sqlite');
  await sequelize.authenticate();
  return new SequelizeContender(sequelize);
};

class SequelizeContender implements Contender {
  constructor(private readonly sequelize: Sequelize) {}

  async insertAuthors(rows: readonly NewAuthor[]): Promise<Author[]> {
    return this.sequelize.transaction((transaction) =>
      Author.bulkCreate([...rows], { returning: ['id'], transaction }),
    );
  }

  async loadAuthors(): Promise<Author[]> {
    return Author.findAll();
  }

  async findAuthor(id: number): Promise<Author | null> {
    return Author.findByPk(id);
  }

  /** The books by a query of their own: one join of all three levels is slower. */
  async loadLibrary(): Promise<AuthorWithBooks[]> {
    const tags = { model: Tag, as: 'tags', through: { attributes: [] } };
    return Author.findAll({ include: [{ model: Book, as: 'books', separate: true, include: [tags] }] });
  }

  async ageAuthors(chosen: (author: AuthorRecord) => boolean): Promise<Author[]> {
    return this.sequelize.transaction(async (transaction) => {
      const changed = (await Author.findAll({ transaction })).filter(chosen);
      for (const author of changed) {
        author.age += 1;
        await author.save({ transaction });
      }
      return changed;
    });
  }

  async pageOfAuthors({ minimumAge, offset, limit }: Page): Promise<Author[]> {
    return Author.findAll({
      where: { active: true, age: { [Op.gte]: minimumAge } },
      order: [['id', 'ASC']],
      offset,
      limit,
    });
  }

  async close(): Promise<void> {
    await this.sequelize.close();
  }
}
