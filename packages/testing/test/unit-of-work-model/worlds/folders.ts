/** Folders: cascades of deletion along all kinds of relations, trees, what the database does by itself, and children with two homes. */
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  HasOne,
  ManyToMany,
  PrimaryKey,
  type Many,
  type Ref,
} from '@espalier/core';
import type { World } from './schema';

const ALONG = ['persist', 'delete'] as const;

@Entity()
class Folder {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @BelongsTo(() => Folder, { nullable: true }) parent!: Ref<Folder> | null;
  @HasMany(() => Folder, 'parent') folders!: Many<Folder>;
  @HasMany(() => Doc, 'folder', { cascade: [...ALONG] }) docs!: Many<Doc>;
  @HasOne(() => Lock, 'folder', { cascade: [...ALONG] }) lock!: Ref<Lock> | null;
  @ManyToMany(() => Stamp, { through: 'folder_stamps', cascade: [...ALONG] }) stamps!: Many<Stamp>;
  @HasMany(() => Piece, 'engine', { orphanRemoval: true }) pieces!: Many<Piece>;
  @HasMany(() => Piece, 'battery', { orphanRemoval: true }) cells!: Many<Piece>;
}

@Entity()
class Doc {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @BelongsTo(() => Folder, { nullable: true }) folder!: Ref<Folder> | null;
  @HasMany(() => Remark, 'doc', { cascade: [...ALONG] }) remarks!: Many<Remark>;
}

@Entity()
class Remark {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @BelongsTo(() => Doc) doc!: Ref<Doc>;
  @BelongsTo(() => Folder, { nullable: true, onDelete: 'set null' }) about!: Ref<Folder> | null;
}

@Entity()
class Lock {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @BelongsTo(() => Folder, { nullable: true, unique: true }) folder!: Ref<Folder> | null;
}

@Entity()
class Stamp {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @ManyToMany(() => Folder, 'stamps') folders!: Many<Folder>;
}

@Entity()
class Piece {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @BelongsTo(() => Folder, { nullable: true }) engine!: Ref<Folder> | null;
  @BelongsTo(() => Folder, { nullable: true }) battery!: Ref<Folder> | null;
}

export const folders: World = {
  name: 'folders',
  kinds: [
    {
      name: 'folder',
      entity: Folder,
      table: 'folders',
      values: { name: 'text' },
      references: { parent: { target: 'folder', nullable: true, inverse: { property: 'folders', many: true } } },
    },
    {
      name: 'doc',
      entity: Doc,
      table: 'docs',
      values: { name: 'text' },
      references: {
        folder: { target: 'folder', nullable: true, inverse: { property: 'docs', many: true, cascadeDelete: true } },
      },
    },
    {
      name: 'remark',
      entity: Remark,
      table: 'remarks',
      values: { name: 'text' },
      references: {
        doc: { target: 'doc', inverse: { property: 'remarks', many: true, cascadeDelete: true } },
        about: { target: 'folder', nullable: true, onDelete: 'set null' },
      },
    },
    {
      name: 'lock',
      entity: Lock,
      table: 'locks',
      values: { name: 'text' },
      references: {
        folder: { target: 'folder', nullable: true, inverse: { property: 'lock', many: false, cascadeDelete: true } },
      },
    },
    { name: 'stamp', entity: Stamp, table: 'stamps', values: { name: 'text' } },
    {
      name: 'piece',
      entity: Piece,
      table: 'pieces',
      values: { name: 'text' },
      references: {
        engine: { target: 'folder', nullable: true, inverse: { property: 'pieces', many: true, orphanRemoval: true } },
        battery: { target: 'folder', nullable: true, inverse: { property: 'cells', many: true, orphanRemoval: true } },
      },
    },
  ],
  links: [
    {
      name: 'stamps',
      table: 'folder_stamps',
      owner: { kind: 'folder', property: 'stamps', columns: ['folder_id'] },
      target: { kind: 'stamp', property: 'folders', columns: ['stamp_id'] },
      cascadeDelete: true,
    },
  ],
};
