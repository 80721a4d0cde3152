/** One film and one label, linked from both ends: whatever the program, the last step on the pair counts. */
import assert from 'node:assert/strict';
import { Column, Entity, ManyToMany, PrimaryKey, type Many, type Session } from '@espalier/core';
import { declareEveryProgram, type World } from './every-program';

@Entity()
class Film {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 20 }) title!: string;
  @ManyToMany(() => Label, { through: 'film_labels' }) labels!: Many<Label>;
}

@Entity()
class Label {
  @PrimaryKey({ type: 'integer', generated: false }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @ManyToMany(() => Film, 'labels') films!: Many<Film>;
}

const STEPS = ['film.labels.add', 'film.labels.remove', 'label.films.add', 'label.films.remove', 'flush'] as const;
type Step = (typeof STEPS)[number];

/** How an entity comes into the session: by its row, its collection loaded or not; created in it; made with `new`, for the other to bring in. */
type Origin = 'loaded' | 'not loaded' | 'created' | 'made';

interface Setup {
  film: Origin;
  label: Origin;
  linked: boolean;
}

const STORED: readonly Origin[] = ['loaded', 'not loaded'];
const isStored = (origin: Origin): boolean => STORED.includes(origin);

interface Readable {
  isLoaded: boolean;
  toArray(): object[];
}

/** A collection that the entity has; a new one has none before a session knows it. */
const held = (entity: object, property: string): Readable | undefined =>
  (entity as Record<string, Readable | undefined>)[property];

class Pair implements World<Step> {
  #isFilmKnown: boolean;
  #isLabelKnown: boolean;

  constructor(
    readonly film: Film,
    readonly label: Label,
    readonly setup: Setup,
    public linked = setup.linked,
  ) {
    this.#isFilmKnown = setup.film !== 'made';
    this.#isLabelKnown = setup.label !== 'made';
  }

  apply(step: Step): boolean {
    const { film, label } = this;
    const [owner, item] = step.startsWith('film') ? [film, label] : [label, film];
    const collection = held(owner, owner === film ? 'labels' : 'films') as unknown as Many<object> | undefined;
    if (!collection) return false;
    if (step.endsWith('add')) collection.add(item);
    else collection.remove(item);
    this.linked = step.endsWith('add');
    return true;
  }

  /** What nothing holds when it is written is not saved. */
  isWritable(): boolean {
    return true;
  }

  settle(): void {
    if (this.linked) this.#isFilmKnown = this.#isLabelKnown = true;
  }

  check(): void {
    for (const [entity, property, other] of [
      [this.film, 'labels', this.label],
      [this.label, 'films', this.film],
    ] as const) {
      const collection = held(entity, property);
      if (!collection?.isLoaded) continue;
      assert.deepEqual(collection.toArray().length, this.linked ? 1 : 0, `${property} in memory`);
      if (this.linked) assert.ok(collection.toArray()[0] === other, `item of ${property}`);
    }
  }

  async checkRows(session: Session): Promise<void> {
    const films = await session.repository(Film).filter({ id: this.film.id }).include('labels');
    const labels = await session.repository(Label).filter({ id: this.label.id }).include('films');
    assert.equal(films.length, this.#isFilmKnown ? 1 : 0, 'rows of the film');
    assert.equal(labels.length, this.#isLabelKnown ? 1 : 0, 'rows of the label');
    const expected = this.linked ? 1 : 0;
    const [row] = await session.sql`select count(*) as n from film_labels where film_id = ${this.film.id}`;
    assert.equal(Number(row!.n), expected, 'rows of the pair');
    assert.equal(films[0]?.labels.length ?? 0, expected, 'labels as read');
    assert.equal(labels[0]?.films.length ?? 0, expected, 'films as read');
  }
}

async function prepare(session: Session, setup: Setup, n: number): Promise<World<Step>> {
  const data = { film: { id: n, title: `film ${n}` }, label: { id: n, name: `label ${n}` } };
  if (isStored(setup.film)) await session.sql`insert into films (id, title) values (${n}, ${data.film.title})`;
  if (isStored(setup.label)) await session.sql`insert into labels (id, name) values (${n}, ${data.label.name})`;
  if (setup.linked) await session.sql`insert into film_labels (film_id, label_id) values (${n}, ${n})`;
  await session.commit();
  const films = session.repository(Film);
  const labels = session.repository(Label);
  const film: Film = isStored(setup.film)
    ? await films.get(n)
    : setup.film === 'created'
      ? session.create(Film, data.film)
      : Object.assign(new Film(), data.film);
  const label: Label = isStored(setup.label)
    ? await labels.get(n)
    : setup.label === 'created'
      ? session.create(Label, data.label)
      : Object.assign(new Label(), data.label);
  if (setup.film === 'loaded') await session.load(film, 'labels');
  if (setup.label === 'loaded') await session.load(label, 'films');
  return new Pair(film, label, setup);
}

const origins: readonly Origin[] = ['loaded', 'not loaded', 'created', 'made'];
const setups = origins
  .flatMap((film) => origins.flatMap((label) => [true, false].map((linked): Setup => ({ film, label, linked }))))
  .filter(({ film, label, linked }) => !linked || (isStored(film) && isStored(label)))
  .filter(({ film, label }) => film !== 'made' || label !== 'made');

const subject = { entities: [Film, Label], steps: STEPS, prepare };

declareEveryProgram({
  ...subject,
  name: 'a many-to-many pair with rows, from both ends',
  longest: 4,
  setups: setups.filter(({ film, label }) => isStored(film) && isStored(label)),
});

declareEveryProgram({
  ...subject,
  name: 'a many-to-many pair with a new entity, from both ends',
  longest: 3,
  setups: setups.filter(({ film, label }) => !isStored(film) || !isStored(label)),
});
