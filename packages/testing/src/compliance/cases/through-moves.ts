/** Entities that are rows of a join table and become other pairs: by their own references, or because an end is replaced by another one of its key. */
import assert from 'node:assert/strict';
import {
  BelongsTo,
  Column,
  Entity,
  HasMany,
  ManyToMany,
  PrimaryKey,
  Unique,
  type Defaulted,
  type Loaded,
  type Many,
  type Ref,
  type Session,
} from '@espalier/core';
import type { CaseGroup, ComplianceContext } from '../suite';

@Entity({ table: 'move_students' })
class Student {
  @PrimaryKey({ type: 'varchar', length: 20 }) code!: Defaulted<string>;
  @Column({ type: 'varchar', length: 20, default: 'old' }) name!: Defaulted<string>;
  @ManyToMany(() => Course, { through: () => Place, from: 'student', to: 'course' }) courses!: Many<Course>;
}
@Entity({ table: 'move_courses' })
class Course {
  @PrimaryKey({ type: 'varchar', length: 20 }) code!: Defaulted<string>;
  @Column({ type: 'varchar', length: 20, default: 'old' }) name!: Defaulted<string>;
  @Column({ type: 'varchar', length: 20, unique: true, nullable: true }) title!: string | null;
  @ManyToMany(() => Student, 'courses') students!: Many<Student>;
  @HasMany(() => Place, 'course') places!: Many<Place>;
}
@Entity({ table: 'move_places' })
@Unique(['student', 'course'])
class Place {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Student) student!: Ref<Student, 'code'>;
  @BelongsTo(() => Course) course!: Ref<Course, 'code'>;
  @Column({ type: 'integer', default: 0 }) rank!: Defaulted<number>;
  @HasMany(() => Grade, 'place', { cascade: ['persist', 'delete'] }) grades!: Many<Grade>;
}
@Entity({ table: 'move_grades' })
class Grade {
  @PrimaryKey({ type: 'integer' }) id!: number;
  @BelongsTo(() => Place) place!: Ref<Place>;
}

interface Scene {
  readonly session: Session;
  readonly students: Record<'a' | 'b', Loaded<Student, 'courses'>>;
  readonly courses: Record<'x' | 'y' | 'z', Loaded<Course, 'students'>>;
  /** That of a in x. */
  readonly place: Place;
  /** Commits, and says which pairs the database has; what the session shows is to be the same. */
  pairs(): Promise<string[]>;
}

/** Student a is in course x, b in x and y; the others are alone. Grades are given for all places. */
const scene =
  (isLoaded: boolean, work: (scene: Scene) => Promise<void>) =>
  ({ withOrm }: ComplianceContext): Promise<void> =>
    withOrm([Student, Course, Place, Grade], async (orm) => {
      await orm.transaction((session) => {
        const [a, b] = ['a', 'b'].map((code) => session.create(Student, { code }));
        const [x, y] = ['x', 'y', 'z'].map((code) => session.create(Course, { code, title: code }));
        const all = [
          [a, x],
          [b, x],
          [b, y],
        ] as const;
        for (const [student, course] of all)
          session.create(Grade, { place: session.create(Place, { student: student!, course: course! }) });
        return Promise.resolve();
      });
      await using session = orm.session();
      const place = await session.repository(Place).include('student', 'course').get({ student: 'a', course: 'x' });
      let students: object[] = await session.repository(Student).orderBy('code');
      let courses: object[] = await session.repository(Course).orderBy('code');
      if (isLoaded) {
        students = await session.repository(Student).include('courses').orderBy('code');
        courses = await session.repository(Course).include('students', 'places').orderBy('code');
      }
      const [a, b] = students as Scene['students']['a'][];
      const [x, y, z] = courses as Scene['courses']['x'][];
      const pairs = async (): Promise<string[]> => {
        await session.commit();
        assert.deepEqual(session.changes(), []);
        assert.equal(await session.flush(), 0);
        await using other = orm.session();
        const found = await other.repository(Place).all();
        const named = found.map(({ student, course }) => student.code + course.code).sort();
        const own = await session.repository(Student).include('courses').all();
        const shown = own.flatMap((student) => student.courses.map(({ code }) => student.code + code));
        assert.deepEqual(shown.sort(), named);
        const inverse = await session.repository(Course).include('students').all();
        const seen = inverse.flatMap((course) => course.students.map(({ code }) => code + course.code));
        assert.deepEqual(seen.sort(), named);
        return named;
      };
      await work({ session, students: { a: a!, b: b! }, courses: { x: x!, y: y!, z: z! }, place, pairs });
    });

const cases: CaseGroup['cases'] = {};
for (const isLoaded of [true, false]) {
  const how = isLoaded ? 'loaded' : 'not loaded';
  Object.assign(cases, {
    [`collections of both ends follow an entity that becomes another pair (${how})`]: scene(
      isLoaded,
      async ({ students: { a, b }, courses: { y, z }, place, session, pairs }) => {
        place.course = y;
        assert.deepEqual(await pairs(), ['ay', 'bx', 'by']);
        place.student = b;
        place.course = z;
        assert.deepEqual(await pairs(), ['bx', 'by', 'bz']);
        place.student = a;
        await session.rollback();
        b.courses.set([]);
        assert.deepEqual(await pairs(), []);
      },
    ),

    [`collections of the ends follow a move that is rolled back (${how})`]: scene(
      isLoaded,
      async ({ courses: { y }, place, session, pairs }) => {
        const block = session.transaction(async (inner) => {
          place.course = y;
          await inner.flush();
          throw new Error('undone');
        });
        await assert.rejects(block, { message: 'undone' });
        await session.refresh(place);
        assert.deepEqual(await pairs(), ['ax', 'bx', 'by']);
      },
    ),

    [`a pair that is added after its entity became another one has a row again (${how})`]: scene(
      isLoaded,
      async ({ students: { a }, courses: { x, y }, place, pairs }) => {
        place.course = y;
        a.courses.add(x);
        assert.deepEqual(await pairs(), ['ax', 'ay', 'bx', 'by']);
      },
    ),

    [`a pair that an entity becomes is one row with the link that is asked for (${how})`]: scene(
      isLoaded,
      async ({ students: { a }, courses: { y }, place, pairs }) => {
        place.course = y;
        y.students.add(a);
        assert.deepEqual(await pairs(), ['ay', 'bx', 'by']);
        assert.equal(place.rank, 0);
      },
    ),

    [`a pair that is taken out while its entity becomes another one is that other one (${how})`]: scene(
      isLoaded,
      async ({ students: { a }, courses: { x, y }, place, pairs }) => {
        a.courses.remove(x);
        place.course = y;
        assert.deepEqual(await pairs(), ['ay', 'bx', 'by']);
        place.rank = 5;
        assert.deepEqual(await pairs(), ['ay', 'bx', 'by']);
      },
    ),

    [`entities that change their pairs are followed both (${how})`]: scene(
      isLoaded,
      async ({ session, students: { a, b }, courses: { y, z }, place, pairs }) => {
        const other = await session.repository(Place).get({ student: b, course: y });
        place.course = y;
        other.course = z;
        a.courses.add(z);
        assert.deepEqual(await pairs(), ['ay', 'az', 'bx', 'bz']);
      },
    ),

    [`an entity that is given to a new end, which waits for another one to go, leaves the old end before that goes (${how})`]:
      scene(isLoaded, async ({ session, courses: { x, z }, place, pairs }) => {
        session.delete(x, z);
        const fresh = session.create(Course, { code: 'new', title: 'z' });
        place.course = fresh;
        assert.deepEqual(await pairs(), ['anew', 'by']);
        place.rank = 3;
        assert.deepEqual(await pairs(), ['anew', 'by']);
      }),

    [`entities that are given to the new one of a key keep their rows, and the others go (${how})`]: scene(
      isLoaded,
      async ({ session, courses: { x }, place, pairs }) => {
        const fresh = session.create(Course, { code: 'x', name: 'new', title: null });
        place.course = fresh;
        session.delete(x);
        assert.deepEqual(await pairs(), ['ax', 'by']);
        place.rank = 3;
        assert.deepEqual(await pairs(), ['ax', 'by']);
        assert.equal(await session.repository(Grade).count(), 2);
        assert.equal((await session.repository(Course).get('x')).name, 'new');
        assert.deepEqual([...(await session.load(fresh, 'places')).places], [place]);
      },
    ),

    [`a new one of a key that comes by the reference alone, at the owner of the relation, takes over its pairs (${how})`]:
      scene(isLoaded, async ({ session, students: { b }, courses: { z }, pairs }) => {
        const places = await session.repository(Place).filter({ student: b });
        const fresh = Object.assign(new Student(), { code: 'b', name: 'new' });
        places[0]!.student = fresh;
        session.delete(b);
        assert.deepEqual((await pairs()).length, 2);
        places[0]!.course = z;
        assert.deepEqual(await pairs(), ['ax', 'bz']);
        assert.equal((await session.repository(Student).get('b')).name, 'new');
      }),
  });
}

export const throughMoves: CaseGroup = { name: 'through entities that move', cases };
