/** What a program does along relations: to collections, has-one relations and links, from both ends. */
import { KNOWN } from '../known';
import { JOIN_ENTITIES, type Edit } from './edits';
import type { Uid } from './oracle';
import type { Choice, Run } from './run';
import { referencesOf, type End, type Inverse, type Kind, type Links } from './schema';

const BY_REFERENCE = 'taken out of a collection that its reference alone put it into';

interface Side {
  owner: Uid;
  child: Kind;
  property: string;
  inverse: Inverse;
}

/** An entity and one of its has-many or has-one relations. */
function anySide(run: Run, choice: Choice, many: boolean): Side | undefined {
  const sides = run
    .usable()
    .flatMap((owner) =>
      [...run.oracle.inversesOf(run.oracle.row(owner).kind)]
        .filter(({ inverse }) => inverse.many === many)
        .map((each): Side => ({ owner, ...each })),
    );
  // The entities of some worlds have many relations: the choice is of a relation first.
  return choice.one(sides);
}

const others = (run: Run, { owner, child }: Side): Uid[] =>
  run
    .usable(child.name, run.oracle.row(owner).database)
    .filter((uid) => uid !== owner && !run.oracle.kindOf(uid).through);

/** An entity made with `new`, for a relation to bring in: other references that it requires must find a target. */
function makeChild(run: Run, choice: Choice, { owner, child, property }: Side): Uid | undefined {
  const { database } = run.oracle.row(owner);
  const required = referencesOf(child).filter(([name, { nullable }]) => name !== property && !nullable);
  const targets = required.map(([name, { target }]) => [name, choice.one(run.usable(target, database))] as const);
  if (child.through || targets.some(([, target]) => target === undefined)) return undefined;
  const made = run.make(child, database);
  run.oracle.loose.add(made);
  run.say(`${run.name(made)} = new ${child.name}`);
  for (const [name, target] of targets) run.setReference(made, name, target!);
  return made;
}

/**
 * A child that had no home by its row, found one and lost it before a flush: whether that is an orphan is told differently by those who have
 * orphans, so no program asks.
 */
function losesClearly({ oracle }: Run, child: Uid, { owner, property, inverse }: Side): boolean {
  if (!inverse.orphanRemoval) return true;
  return oracle.loose.has(child) || oracle.flushed.rows.get(child)?.references[property] === owner;
}

const addChild: Edit = (run, choice) => {
  const side = anySide(run, choice, true);
  if (!side || !run.system.group(side.owner, side.inverse.property)) return false;
  const isNew = choice.number(3) === 2;
  const child = isNew ? makeChild(run, choice, side) : choice.one(others(run, side));
  return child === undefined ? false : add(run, side, child);
};

function add(run: Run, { owner, property, inverse }: Side, child: Uid): true {
  run.oracle.row(child).references[property] = owner;
  run.oracle.orphans.delete(child);
  run.system.group(owner, inverse.property)!.add(run.system.entity(child));
  return run.say(`${run.name(owner)}.${inverse.property}.add(${run.name(child)})`);
}

const removeChild: Edit = (run, choice) => {
  const side = anySide(run, choice, true);
  const group = side && run.system.group(side.owner, side.inverse.property);
  if (!group) return false;
  const { owner, property, inverse } = side;
  const child = choice.one(
    others(run, side).filter(
      (uid) =>
        run.oracle.row(uid).references[property] === owner &&
        losesClearly(run, uid, side) &&
        (!KNOWN.has(BY_REFERENCE) || run.oracle.flushed.rows.get(uid)?.references[property] === owner),
    ),
  );
  if (child === undefined) return false;
  run.oracle.row(child).references[property] = null;
  if (inverse.orphanRemoval) run.oracle.orphans.add(child);
  group.remove(run.system.entity(child));
  return run.say(`${run.name(owner)}.${inverse.property}.remove(${run.name(child)})`);
};

/** From one owner's relation with orphan removal to another's. */
const moveChild: Edit = (run, choice) => {
  const side = anySide(run, choice, true);
  if (!side) return false;
  const child = choice.one(
    others(run, side).filter((uid) => referencesOf(side.child).some(([name]) => run.oracle.row(uid).references[name])),
  );
  const to = choice.one(run.usable(run.oracle.row(side.owner).kind, run.oracle.row(side.owner).database));
  if (child === undefined || to === undefined || to === child) return false;
  const held = referencesOf(side.child).filter(([name]) => run.oracle.row(child).references[name]);
  const [property, { inverse }] = choice.one(held)!;
  const from = run.oracle.row(child).references[property]!;
  const before: Side = { owner: from, child: side.child, property, inverse: inverse! };
  // What it refers to may have been taken back before it had a row.
  if (!inverse?.many || !run.oracle.memory.rows.has(from) || !losesClearly(run, child, before)) return false;
  const group = run.system.group(from, inverse.property);
  if (!group || !run.system.group(to, side.inverse.property)) return false;
  run.oracle.row(child).references[property] = null;
  if (inverse.orphanRemoval) run.oracle.orphans.add(child);
  group.remove(run.system.entity(child));
  run.say(`${run.name(from)}.${inverse.property}.remove(${run.name(child)})`);
  return add(run, { ...side, owner: to }, child);
};

/** Gives a has-one relation a child, or none: the one it had lets go, the one before loses it. */
const assignOne: Edit = (run, choice) => {
  const { oracle, system } = run;
  const side = anySide(run, choice, false);
  if (!side || oracle.loose.has(side.owner)) return false;
  const { owner, property, inverse } = side;
  const which = choice.number(4);
  const child = which === 0 ? null : which === 1 ? makeChild(run, choice, side) : choice.one(others(run, side));
  if (child === undefined) return false;
  const losing = oracle.alive(side.child.name).filter((uid) => oracle.row(uid).references[property] === owner);
  if (losing.includes(child!) && KNOWN.has('a has-one is given what it has')) return false;
  if (losing.some((uid) => uid !== child && !losesClearly(run, uid, side))) return false;
  const told = [owner, ...losing, ...(child === null ? [] : [child, oracle.row(child).references[property]])];
  if (told.some((uid) => typeof uid === 'number' && oracle.byReference.has(uid))) return false;
  for (const uid of told) if (typeof uid === 'number') oracle.byOwner.add(uid);
  for (const uid of losing) {
    if (uid === child) continue;
    oracle.row(uid).references[property] = null;
    if (inverse.orphanRemoval) oracle.orphans.add(uid);
  }
  // One that is deleted and comes back belongs to the owner no more.
  for (const uid of oracle.removed.keys()) {
    const { kind, references } = oracle.row(uid);
    if (kind === side.child.name && references[property] === owner && uid !== child) references[property] = null;
  }
  if (child !== null) {
    oracle.row(child).references[property] = owner;
    oracle.orphans.delete(child);
  }
  system.entity(owner)[inverse.property] = child === null ? null : system.entity(child);
  return run.say(`${run.name(owner)}.${inverse.property} = ${run.name(child)}`);
};

function anyEnd(run: Run, choice: Choice): { links: Links; end: End; other: End } | undefined {
  return choice.one(
    run.oracle.world.links
      .filter(({ owner }) => !owner.reference || !KNOWN.has(JOIN_ENTITIES))
      .flatMap((links) =>
        [
          { links, end: links.owner, other: links.target },
          { links, end: links.target, other: links.owner },
        ].filter(({ end }) => end.property !== undefined),
      ),
  );
}

const pairOf = (links: Links, end: End, [uid, item]: [Uid, Uid]): [Uid, Uid] =>
  end === links.owner ? [uid, item] : [item, uid];

const addLink: Edit = (run, choice) => {
  const found = anyEnd(run, choice);
  const uid = found && choice.one(run.usable(found.end.kind));
  if (uid === undefined || !run.system.group(uid, found!.end.property!)) return false;
  const { links, end, other } = found!;
  const { database } = run.oracle.row(uid);
  const kind = run.oracle.kind(other.kind);
  const mayBeNew = !KNOWN.has('a new entity comes in through a link');
  let item = choice.one(run.usable(other.kind, database).filter((each) => mayBeNew || !run.oracle.loose.has(each)));
  if (choice.number(4) === 3 && mayBeNew && referencesOf(kind).every(([, { nullable }]) => nullable)) {
    item = run.make(kind, database);
    run.oracle.loose.add(item);
    run.say(`${run.name(item)} = new ${kind.name}`);
  }
  if (item === undefined) return false;
  run.oracle.link(links, pairOf(links, end, [uid, item]));
  run.system.group(uid, end.property!)!.add(run.system.entity(item));
  return run.say(`${run.name(uid)}.${end.property!}.add(${run.name(item)})`);
};

/** Of a pair that is there, or, now and then, of one that is not. */
const removeLink: Edit = (run, choice) => {
  const found = anyEnd(run, choice);
  if (!found) return false;
  const { links, end, other } = found;
  const usable = new Set(run.usable());
  const there = [...run.oracle.pairsOf(links)]
    .map((pair) => pair.split('|').map(Number) as [Uid, Uid])
    .map((ends): [Uid, Uid] => (end === links.owner ? ends : [ends[1], ends[0]]))
    .filter((ends) => ends.every((uid) => usable.has(uid)))
    .filter((ends) => !run.oracle.isEntityToCome(links, pairOf(links, end, ends)));
  const loneUid = choice.one(run.usable(end.kind));
  const database = loneUid === undefined ? undefined : run.oracle.row(loneUid).database;
  const loneItem = choice.one(run.usable(other.kind, database));
  const anywhere = loneUid !== undefined && loneItem !== undefined ? ([loneUid, loneItem] as [Uid, Uid]) : undefined;
  const chosen = choice.number(5) === 4 ? anywhere : choice.one(there);
  if (chosen && run.oracle.isEntityToCome(links, pairOf(links, end, chosen))) return false;
  const group = chosen && run.system.group(chosen[0], end.property!);
  if (!group) return false;
  run.oracle.unlink(links, pairOf(links, end, chosen));
  group.remove(run.system.entity(chosen[1]));
  return run.say(`${run.name(chosen[0])}.${end.property!}.remove(${run.name(chosen[1])})`);
};

export const RELATION_EDITS: readonly Edit[] = [
  addChild,
  addChild,
  removeChild,
  moveChild,
  assignOne,
  assignOne,
  addLink,
  addLink,
  removeLink,
];
