/** A tracker of issues: every kind of relation, soft-deleted rows at both ends, a bigint key, hidden and deferred columns. */
import {
  BelongsTo,
  Column,
  Entity,
  Espalier,
  HasMany,
  HasOne,
  ManyToMany,
  PrimaryKey,
  SoftDelete,
  type Many,
  type Ref,
} from '@espalier/core';
import { sqlite } from '@espalier/sqlite';

@Entity()
@SoftDelete()
export class Team {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @Column({ type: 'text', deferred: true }) charter!: string;
  @HasMany(() => Member, 'team', { orderBy: 'id' }) members!: Many<Member>;
  deletedAt!: Date | null;
}

@Entity()
export class Member {
  @PrimaryKey({ type: 'bigint' }) id!: bigint;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @Column({ type: 'varchar', length: 60, hidden: true }) email!: string;
  @BelongsTo(() => Team, { nullable: true }) team!: Ref<Team> | null;
  @HasMany(() => Issue, 'reporter', { orderBy: 'id' }) issues!: Many<Issue>;
  @HasOne(() => Badge, 'member') badge!: Ref<Badge> | null;
}

@Entity()
@SoftDelete()
export class Badge {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) color!: string;
  @BelongsTo(() => Member, { unique: true }) member!: Ref<Member>;
  deletedAt!: Date | null;
}

@Entity()
@SoftDelete()
export class Issue {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) title!: string;
  @Column({ type: 'text', deferred: true }) body!: string;
  @Column({ type: 'json' }) meta!: { points: number };
  @BelongsTo(() => Member) reporter!: Ref<Member>;
  @BelongsTo(() => Issue, { nullable: true }) parent!: Ref<Issue> | null;
  @HasMany(() => Issue, 'parent', { orderBy: '-id' }) children!: Many<Issue>;
  @ManyToMany(() => Label, { orderBy: 'id' }) labels!: Many<Label>;
  deletedAt!: Date | null;
}

@Entity()
@SoftDelete()
export class Label {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @ManyToMany(() => Issue, 'labels', { orderBy: 'id' }) issues!: Many<Issue>;
  deletedAt!: Date | null;
}

export const tracker = [Team, Member, Badge, Issue, Label];

export const SECRET = 'ann@example.org';

/** Two teams, four members, eight issues, three labels; one of each kind is soft-deleted. */
export async function openTracker(): Promise<Espalier> {
  const orm = await Espalier.connect({ entities: tracker, databases: { default: sqlite(':memory:') } });
  await orm.schema.create();
  await orm.transaction(async (session) => {
    const [core, gone] = ['core', 'gone'].map((name) => session.create(Team, { name, charter: `of ${name}` }));
    const members = [1n, 2n, 3n, 4n].map((id) => {
      const team = [core!, gone!, null][Number(id) % 3]!;
      return session.create(Member, { id, name: `member ${String(id)}`, email: SECRET, team });
    });
    const badges = members
      .slice(0, 3)
      .map((member, i) => session.create(Badge, { color: `color ${String(i)}`, member }));
    const labels = ['bug', 'idea', 'old'].map((name) => session.create(Label, { name }));
    const issues: Issue[] = [];
    for (let i = 0; i < 8; i++) {
      const issue = session.create(Issue, {
        title: `issue ${String(i)}`,
        body: `body ${String(i)}`,
        meta: { points: i },
        reporter: members[i % 4]!,
        parent: i > 2 ? issues[Math.floor(i / 2)]! : null,
      });
      issue.labels.add(...labels.filter((_, at) => (i + at) % 3 !== 0));
      issues.push(issue);
    }
    await session.flush();
    session.delete(gone!, badges[1]!, labels[2]!, issues[4]!);
  });
  return orm;
}
