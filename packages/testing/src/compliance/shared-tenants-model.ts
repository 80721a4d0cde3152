/** Rows of tenants whose keys the database makes, so that rows of a new tenant share a value that is to come. */
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  HasOne,
  KEY,
  ManyToMany,
  PrimaryKey,
  type Defaulted,
  type Many,
  type Ref,
} from '@espalier/core';

@Entity({ table: 'tenant_orgs' })
export class Org {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @HasMany(() => Task, 'org') tasks!: Many<Task>;
}

@Entity({ table: 'tenant_members' })
export class Member {
  declare readonly [KEY]?: 'org' | 'no';
  @PrimaryKey() @BelongsTo(() => Org, { column: 'org_id' }) org!: Ref<Org>;
  @PrimaryKey({ type: 'integer', generated: false }) no!: number;
  @HasMany(() => Task, 'member') tasks!: Many<Task>;
  @HasOne(() => Badge, 'member') badge!: Ref<Badge, 'member'> | null;
}

type MemberRef = Ref<Member, 'org' | 'no'>;

/** A reference owns the tenant. */
@Entity({ table: 'tenant_tasks' })
export class Task {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Org, { column: 'org_id' }) org!: Defaulted<Ref<Org>>;
  @BelongsTo(() => Member, { columns: ['org_id', 'member_no'] }) member!: MemberRef;
}

/** The same where nothing is required. */
@Entity({ table: 'tenant_memos' })
export class Memo {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Org, { column: 'org_id', nullable: true }) org!: Ref<Org> | null;
  @BelongsTo(() => Member, { columns: ['org_id', 'member_no'], nullable: true }) member!: MemberRef | null;
}

/** A plain column owns the tenant. */
@Entity({ table: 'tenant_tickets' })
export class Ticket {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'integer', name: 'org_id', nullable: true }) orgId!: number | null;
  @BelongsTo(() => Org, { column: 'org_id', nullable: true }) org!: Ref<Org> | null;
  @BelongsTo(() => Member, { columns: ['org_id', 'member_no'], nullable: true }) member!: MemberRef | null;
}

/** A reference that owns the tenant is part of the key. */
@Entity({ table: 'tenant_notes' })
export class Note {
  declare readonly [KEY]?: 'org' | 'no';
  @PrimaryKey() @BelongsTo(() => Org, { column: 'org_id' }) org!: Defaulted<Ref<Org>>;
  @PrimaryKey({ type: 'integer', generated: false }) no!: number;
  @BelongsTo(() => Member, { columns: ['org_id', 'member_no'] }) member!: MemberRef;
}

/** Its key is two references. */
@Entity({ table: 'tenant_reviews' })
export class Review {
  declare readonly [KEY]?: 'author' | 'reader';
  @PrimaryKey() @BelongsTo(() => Member, { columns: ['org_id', 'author_no'] }) author!: MemberRef;
  @PrimaryKey() @BelongsTo(() => Member, { columns: ['org_id', 'reader_no'] }) reader!: MemberRef;
}

/** Its key is the reference to its owner, and the tenant stands beside. */
@Entity({ table: 'tenant_badges' })
export class Badge {
  declare readonly [KEY]?: 'member';
  @PrimaryKey() @BelongsTo(() => Member, { columns: ['org_id', 'member_no'] }) member!: MemberRef;
  @BelongsTo(() => Org, { column: 'org_id' }) org!: Defaulted<Ref<Org>>;
}

/** A project and its posts refer to each other. */
@Entity({ table: 'tenant_projects' })
export class Project {
  declare readonly [KEY]?: 'org' | 'no';
  @PrimaryKey() @BelongsTo(() => Org, { column: 'org_id' }) org!: Defaulted<Ref<Org>>;
  @PrimaryKey({ type: 'integer', generated: false }) no!: number;
  @BelongsTo(() => Post, { columns: ['org_id', 'latest_no'], nullable: true }) latest!: Ref<Post, 'org' | 'no'> | null;
  @ManyToMany(() => Member, {
    through: 'tenant_project_members',
    from: ['org_id', 'project_no'],
    to: ['org_id', 'member_no'],
  })
  members!: Many<Member>;
}

@Entity({ table: 'tenant_posts' })
export class Post {
  declare readonly [KEY]?: 'org' | 'no';
  @PrimaryKey() @BelongsTo(() => Org, { column: 'org_id' }) org!: Defaulted<Ref<Org>>;
  @PrimaryKey({ type: 'integer', generated: false }) no!: number;
  @BelongsTo(() => Project, { columns: ['org_id', 'project_no'], nullable: true })
  project!: Ref<Project, 'org' | 'no'> | null;
}

/** Rows of one class that refer to each other, with a plain tenant beside that is no generated key. */
@Entity({ table: 'tenant_steps' })
export class Step {
  declare readonly [KEY]?: 'tenantId' | 'no';
  @PrimaryKey({ type: 'integer', generated: false }) tenantId!: Defaulted<number>;
  @PrimaryKey({ type: 'integer', generated: false }) no!: number;
  @BelongsTo(() => Step, { columns: ['tenant_id', 'next_no'], nullable: true })
  next!: Ref<Step, 'tenantId' | 'no'> | null;
  @BelongsTo(() => Org, { column: 'tenant_id', nullable: false }) org!: Defaulted<Ref<Org>>;
}

/** A tenant that requires one of its own rows. */
@Entity({ table: 'tenant_shops' })
export class Shop {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Sale) first!: Ref<Sale>;
}

@Entity({ table: 'tenant_clerks' })
export class Clerk {
  declare readonly [KEY]?: 'shop' | 'no';
  @PrimaryKey() @BelongsTo(() => Shop, { column: 'shop_id' }) shop!: Ref<Shop>;
  @PrimaryKey({ type: 'integer', generated: false }) no!: number;
}

@Entity({ table: 'tenant_sales' })
export class Sale {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'integer', name: 'shop_id', nullable: true }) shopId!: number | null;
  @BelongsTo(() => Shop, { column: 'shop_id', nullable: true }) shop!: Ref<Shop> | null;
  @BelongsTo(() => Clerk, { columns: ['shop_id', 'clerk_no'], nullable: true })
  clerk!: Ref<Clerk, 'shop' | 'no'> | null;
}

export const everyTenant = [
  ...[Org, Member, Task, Memo, Ticket, Note, Review, Badge],
  ...[Project, Post, Step, Shop, Clerk, Sale],
];
