/**
 * Unique texts that are spelled differently and that the database holds for equal, as many collations do: `'rex'` takes the value that the row of
 * `'Rex'` gives up. Only the database can tell, and it is asked only where two texts differ in nothing but what a collation may leave out.
 */
import type { Executor } from '../../database';
import type { EntityRecord, Place } from '../../entities';
import { variesInSpelling } from '../../loading';
import type { ColumnModel, EntityModel, EntityObject } from '../../metadata';
import { emptyState, planSelect, rowsWith } from '../../query';
import { bind } from '../../sql';
import type { ColumnType } from '../../types';
import type { FlushAction } from './action';
import type { PlanBuilder } from './plan-builder';
import {
  heldImage,
  heldValue,
  Holders,
  imageOf,
  uniquesOf,
  wantedImage,
  wantedValue,
  type Unique,
} from './unique-values';

/** A value that a row is to have, and texts like it that other rows give up in the same flush. */
interface Question {
  readonly place: Place;
  readonly unique: Unique;
  readonly values: readonly unknown[];
  readonly image: string;
  readonly held: readonly string[];
}

/** By place and unique columns: the image that a row is to have → the image of the row that has it. */
export type AlikeValues = Pick<Holders<string>, 'get'>;

export const NONE_ALIKE: AlikeValues = new Holders<string>();

/** What is to be asked of the database; in most flushes nothing. */
export function alikeQuestions(plan: PlanBuilder): Question[] {
  const givenUp = new Holders<Set<string>>();
  for (const action of [...plan.deletes.values(), ...plan.updates.values()]) noteHeld(givenUp, action);
  if (givenUp.size === 0) return [];
  const questions: Question[] = [];
  for (const action of [...plan.inserts.values(), ...plan.updates.values()]) {
    const { row } = action;
    const { place, model } = row.record;
    const written = action.kind === 'insert' ? model.columns : action.columns;
    for (const unique of textUniquesOf(model)) {
      if (!givenUp.any(place, unique) || !unique.some((column) => written.includes(column))) continue;
      const image = wantedImage(row, unique, written);
      const valueOf = (column: ColumnModel): unknown => wantedValue(row, column, written);
      const held = image === undefined ? undefined : givenUp.get(place, unique, folded(unique, valueOf)!);
      if (!held || held.has(image!)) continue;
      const own = action.kind === 'update' ? heldImage(row.record, unique) : undefined;
      const others = [...held].filter((one) => one !== own);
      if (others.length > 0)
        questions.push({ place, unique, values: unique.map(valueOf), image: image!, held: others });
    }
  }
  return questions;
}

function noteHeld(givenUp: Holders<Set<string>>, action: FlushAction<'update' | 'delete'>): void {
  const record = action.kind === 'update' ? action.row.record : action.record;
  const { place, model, snapshot } = record;
  for (const unique of textUniquesOf(model)) {
    if (action.kind === 'update' && !unique.some((column) => action.columns.includes(column))) continue;
    const image = heldImage(record, unique);
    if (image === undefined) continue;
    const fold = folded(unique, (column) => heldValue(snapshot, column))!;
    const held = givenUp.get(place, unique, fold);
    if (held) held.add(image);
    else givenUp.set(place, unique, { image: fold, holder: new Set([image]) });
  }
}

/** @param transaction the transaction on the database of a place, open or not */
export async function askAlike(
  questions: readonly Question[],
  transaction: (place: Place) => Executor,
): Promise<AlikeValues> {
  const alike = new Holders<string>();
  for (const { place, unique, values, image, held } of questions) {
    const { model, database } = place;
    const target = transaction(place);
    const conditions = [rowsWith(model, unique, [values])];
    const state = { ...emptyState(model, database), conditions, columns: unique, deleted: 'shown' as const };
    const { plan, values: parameters } = planSelect(state, target.dialect);
    const { rows } = await target.execute(bind(plan.statement, parameters), 'primary');
    for (const row of rows) {
      const read = imageOf(unique, (column) => {
        const raw = row[unique.indexOf(column)];
        return raw === null ? null : target.dialect.codec(column.type).fromDatabase(raw);
      });
      if (read !== undefined && held.includes(read)) alike.set(place, unique, { image, holder: read });
    }
  }
  return alike;
}

const textUniques = new WeakMap<EntityModel, readonly Unique[]>();

function textUniquesOf(model: EntityModel): readonly Unique[] {
  let found = textUniques.get(model);
  if (!found) {
    found = uniquesOf(model).filter((unique) => unique.some(({ type }) => variesInSpelling(type)));
    textUniques.set(model, found);
  }
  return found;
}

/** What a unique value has in common with all that a database may hold for equal to it; undefined where a part is missing. */
function folded(unique: Unique, valueOf: (column: ColumnModel) => unknown): string | undefined {
  return imageOf(unique, valueOf, foldIfText);
}

function foldIfText(type: ColumnType, image: string): string {
  return variesInSpelling(type) ? fold(image) : image;
}

const LIGATURES: Readonly<Record<string, string>> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
};
const KATAKANA = /[\u30a1-\u30f6]/g;
const TO_HIRAGANA = 0x60;

/**
 * Leaves out more than any collation does: case, accents, blanks, punctuation, the way in which a character is written, repetitions (`ß` is
 * `s` in one collation and `ss` in another).
 */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{C}\p{Z}\p{P}\p{S}]+/gu, '')
    .toUpperCase()
    .toLowerCase()
    .replace(/[æœøđðłþı]/g, (letter) => LIGATURES[letter]!)
    .replace(KATAKANA, (letter) => String.fromCharCode(letter.charCodeAt(0) - TO_HIRAGANA))
    .replace(/(.)\1+/gu, '$1');
}

/** Whether the row of an entity may be in the way of another one by a unique value. */
export function mayCollide({ model, snapshot }: EntityRecord, entity: EntityObject): boolean {
  return uniquesOf(model).some((unique) => {
    const held = folded(unique, (column) => heldValue(snapshot, column));
    return held !== undefined && held === folded(unique, (column) => column.read(entity));
  });
}
