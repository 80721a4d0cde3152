/** What a program does to values, references and entities between two flushes; each is done to the library and to the oracle alike. */
import { KNOWN } from '../known';
import type { Choice, Run } from './run';
import { hasNaturalKey, keyOf, referencesOf, valuesOf, type Kind } from './schema';
import type { Uid } from './oracle';

/** @returns false where there is nothing that it can be done to now */
export type Edit = (run: Run, choice: Choice) => boolean;

/** What the rows of a join entity say shows in the collections of the relation through it, and the other way round. */
export const JOIN_ENTITIES = 'join entities and links know of each other';

const anyKind = ({ oracle }: Run, choice: Choice, fits: (kind: Kind) => boolean = () => true): Kind | undefined =>
  choice.one(oracle.world.kinds.filter(fits));

const anyDatabase = ({ oracle }: Run, choice: Choice): string => choice.one(oracle.world.databases ?? ['default'])!;

/** References of a new entity; undefined where one that is required finds no target. */
function referencesFor(
  run: Run,
  choice: Choice,
  [kind, database]: [Kind, string],
): Record<string, Uid | null> | undefined {
  const references: Record<string, Uid | null> = {};
  for (const [property, { target, nullable, inverse }] of referencesOf(kind)) {
    let targets = run.usable(target, database);
    if (inverse && !inverse.many) {
      const taken = run.oracle.alive(kind.name).map((uid) => run.oracle.row(uid).references[property]);
      targets = targets.filter((uid) => !taken.includes(uid) && !run.oracle.byOwner.has(uid));
    }
    const chosen = choice.one<Uid | null>(nullable ? [null, ...targets] : targets);
    if (chosen === undefined) return undefined;
    references[property] = chosen;
  }
  return references;
}

const create: Edit = (run, choice) => {
  const kind = anyKind(run, choice, ({ through }) => !through || !KNOWN.has(JOIN_ENTITIES))!;
  const database = anyDatabase(run, choice);
  const references = referencesFor(run, choice, [kind, database]);
  if (!references) return false;
  if (kind.through) {
    const links = run.oracle.world.links.find(({ name }) => name === kind.through)!;
    const pair = [references[links.owner.reference!], references[links.target.reference!]].join('|');
    const all = [...run.oracle.memory.rows.values()].filter((row) => row.kind === kind.name);
    if (
      all.some(
        (row) => [row.references[links.owner.reference!], row.references[links.target.reference!]].join('|') === pair,
      )
    )
      return false;
  }
  run.create(kind, database, { references });
  return true;
};

/** The key of a deleted row, and those that referred to it, go over to a new one. */
const takeOverKey: Edit = (run, choice) => {
  const { oracle } = run;
  const kind = KNOWN.has('a row takes over the key of a deleted one') ? undefined : anyKind(run, choice, hasNaturalKey);
  const old = kind && choice.one(run.stored(kind.name));
  if (old === undefined) return false;
  const { values, database } = oracle.row(old);
  const key = Object.fromEntries(keyOf(kind!).map((part) => [part, values[part]!]));
  const deleteFirst = choice.flag();
  if (deleteFirst) run.delete(old);
  const heir = run.create(kind!, database, { values: key });
  for (const { child, property } of oracle.inversesOf(kind!.name)) {
    for (const uid of oracle.childrenOf(old, child.name, property)) {
      if (oracle.removed.has(uid) || oracle.loose.has(uid) || !choice.flag()) continue;
      run.setReference(uid, property, heir);
    }
  }
  if (!deleteFirst) run.delete(old);
  return true;
};

const setText: Edit = (run, choice) => {
  const uid = choice.one(run.usable());
  const property = uid && choice.one(valuesOf(run.oracle.kindOf(uid)).map(([name]) => name));
  return property ? run.setValue(uid, property, `${property}${String(run.oracle.fresh())}`) : false;
};

/** Kinds with a unique column. */
const contested = (kind: Kind): string[] =>
  valuesOf(kind)
    .filter(([, sort]) => sort !== 'text')
    .map(([name]) => name);

/** Two or three rows change values all round. */
const rotate: Edit = (run, choice) => {
  const kind = anyKind(run, choice, (each) => contested(each).length > 0);
  const mayRotate = (name: string) => !KNOWN.has('required unique values go round') || kind?.values?.[name] === 'slot';
  const property = kind && choice.one(contested(kind).filter(mayRotate));
  if (!property) return false;
  const uids = run.usable(kind.name, anyDatabase(run, choice)).slice(0, 2 + choice.number(2));
  if (uids.length < 2) return false;
  const values = uids.map((uid) => run.oracle.row(uid).values[property]!);
  uids.forEach((uid, i) => run.setValue(uid, property, values[(i + 1) % values.length]!));
  return true;
};

/** Each row takes the value of the next one, a new or deleted row begins or ends the chain. */
const chain: Edit = (run, choice) => {
  const kind = anyKind(run, choice, (each) => contested(each).length > 0);
  const property = kind && choice.one(contested(kind));
  if (!property) return false;
  const database = anyDatabase(run, choice);
  const uids = run.usable(kind.name, database).filter((uid) => !run.oracle.loose.has(uid));
  if (uids.length === 0) return false;
  const values = uids.map((uid) => run.oracle.row(uid).values[property]!);
  const endsByDeletion = uids.length > 1 && choice.flag() && !KNOWN.has('a deletion frees a unique value');
  const assign = (i: number) => {
    if (i < uids.length - 1) run.setValue(uids[i]!, property, values[i + 1]!);
    else if (endsByDeletion) run.delete(uids[i]!);
    else run.setValue(uids[i]!, property, `${property}${String(run.oracle.fresh())}`);
  };
  const order = uids.map((_, i) => i);
  for (const i of choice.flag() ? order.reverse() : order) assign(i);
  const [freed] = values;
  if (choice.flag() && typeof freed === 'string' && !KNOWN.has('a new row takes the first value of a chain'))
    run.create(kind, database, { values: { [property]: freed } });
  return true;
};

/** A child that no session knows but through its parent stays that parent's: by its reference alone it would have no owner. */
const mayRefer = (run: Run): Uid[] =>
  run.usable().filter((uid) => !run.oracle.kindOf(uid).through && !run.oracle.loose.has(uid));

const setReference: Edit = (run, choice) => {
  const uid = choice.one(mayRefer(run));
  const found = uid && choice.one(referencesOf(run.oracle.kindOf(uid)));
  if (!found) return false;
  const [property, reference] = found;
  const isOne = reference.inverse?.many === false;
  if (isOne && run.oracle.byOwner.has(uid)) return false;
  const targets = run.targetsOf(uid, reference).filter((each) => !isOne || !run.oracle.byOwner.has(each));
  const target = choice.one<Uid | null>(reference.nullable ? [null, ...targets] : targets);
  return target === undefined ? false : run.setReference(uid, property, target);
};

/** A reference to an entity that was not added. */
const referToMade: Edit = (run, choice) => {
  const uid = choice.one(mayRefer(run));
  const found = uid && choice.one(referencesOf(run.oracle.kindOf(uid)));
  if (!found) return false;
  const [property, { target, inverse }] = found;
  if (inverse?.many === false && run.oracle.byOwner.has(uid)) return false;
  const kind = run.oracle.kind(target);
  if (referencesOf(kind).some(([, { nullable }]) => !nullable)) return false;
  const made = run.make(kind, run.oracle.row(uid).database);
  run.oracle.loose.add(made);
  run.say(`${run.name(made)} = new ${kind.name}`);
  return run.setReference(uid, property, made);
};

const deleteStored: Edit = (run, choice) => {
  const { oracle } = run;
  const ownsOrphans = (uid: Uid) =>
    [...oracle.inversesOf(oracle.row(uid).kind)].some(({ inverse }) => inverse.orphanRemoval && !inverse.cascadeDelete);
  const holdsNew = (uid: Uid) =>
    [...oracle.loose].some((each) => Object.values(oracle.row(each).references).includes(uid));
  const uid = choice.one(
    run
      .stored()
      .filter((each) => !KNOWN.has('a new child goes along with its parent') || !holdsNew(each))
      .filter((each) => !KNOWN.has('orphanRemoval goes along a delete') || !ownsOrphans(each)),
  );
  if (uid === undefined) return false;
  return run.delete(uid, run.oracle.kindOf(uid).softDelete ? choice.flag() : false);
};

/** A new entity is taken back; what refers to it is given another home at the flush. */
const deleteNew: Edit = (run, choice) => {
  const { oracle } = run;
  const uid = choice.one(run.usable().filter((each) => !oracle.isStored(each) && !oracle.loose.has(each)));
  return uid === undefined ? false : run.delete(uid);
};

/** What is deleted and not flushed comes back; so does an orphan, where it may stand alone. */
const addAgain: Edit = (run, choice) => {
  const { oracle, system } = run;
  const mayStandAlone = (uid: Uid) => referencesOf(oracle.kindOf(uid)).every(([, { nullable }]) => nullable);
  const gone = [...oracle.removed.keys(), ...[...oracle.orphans].filter(mayStandAlone)];
  const uid = choice.one(gone.filter((each) => system.entities.has(each)));
  if (uid === undefined) return false;
  oracle.keep(uid);
  oracle.orphans.delete(uid);
  return run.add(uid);
};

export const EDITS: readonly Edit[] = [
  create,
  create,
  takeOverKey,
  setText,
  rotate,
  chain,
  setReference,
  setReference,
  referToMade,
  deleteStored,
  deleteNew,
  addAgain,
];
