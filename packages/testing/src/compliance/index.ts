/** The compliance suite, all its cases by behaviour. */
import { assign } from './cases/assign';
import { assignment } from './cases/assignment';
import { blocks } from './cases/blocks';
import { callers } from './cases/callers';
import { cascades } from './cases/cascades';
import { newcomersThatGo } from './cases/newcomers-that-go';
import { namesakes } from './cases/namesakes';
import { collections } from './cases/collections';
import { columnsRead } from './cases/columns-read';
import { conditions } from './cases/conditions';
import { deletions } from './cases/deletions';
import { errors, errorsOfForeignTables } from './cases/errors';
import { errorsOfRelations } from './cases/errors-of-relations';
import { existingTables } from './cases/existing-tables';
import { flushOrder } from './cases/flush-order';
import { flushValues } from './cases/flush-values';
import { followedCascades, followedDefaults } from './cases/followed-deletes';
import { formerObjects } from './cases/former-objects';
import { manyRows, racesForManyRows } from './cases/get-or-create-many';
import { identity } from './cases/identity';
import { interleaving } from './cases/interleaving';
import { isolation } from './cases/isolation';
import { jsonCases } from './cases/json';
import { insensitiveKeys } from './cases/insensitive-keys';
import { insensitiveUniques } from './cases/insensitive-uniques';
import { keys } from './cases/keys';
import { leftAndReturned } from './cases/left-and-returned';
import { links } from './cases/links';
import { limits } from './cases/limits';
import { linkPrograms } from './cases/link-programs';
import { madeByCreate } from './cases/made-by-create';
import { markedPairPlaces } from './cases/marked-pair-places';
import { markedPairs } from './cases/marked-pairs';
import { marks } from './cases/marks';
import { memory } from './cases/memory';
import { names } from './cases/names';
import { outsideBlocks } from './cases/outside-blocks';
import { ownership } from './cases/ownership';
import { paddedKeys } from './cases/padded-keys';
import { processes } from './cases/processes';
import { querysetWrites } from './cases/queryset-writes';
import { querysets } from './cases/querysets';
import { races, racesAtLevels } from './cases/races';
import { refusals } from './cases/refusals';
import { relations } from './cases/relations';
import { relationNeighbours } from './cases/relation-neighbours';
import { retries } from './cases/retries';
import { roundTrips } from './cases/round-trips';
import { schema } from './cases/schema';
import { schemaCheck, schemaCheckOfEnums } from './cases/schema-check';
import { sharedColumns } from './cases/shared-columns';
import { sharedColumnsOfNewRows } from './cases/shared-columns-of-new-rows';
import { serialize } from './cases/serialize';
import { smallFlushes } from './cases/small-flushes';
import { throughChildren } from './cases/through-children';
import { throughEntities } from './cases/through-entities';
import { throughMoves } from './cases/through-moves';
import { toOne } from './cases/to-one';
import { replacedRows } from './cases/replaced-rows';
import { undone } from './cases/undone';
import { unitOfWork } from './cases/unit-of-work';
import { unreadReferences } from './cases/unread-references';
import { untrusted } from './cases/untrusted';
import { sharedNulls } from './cases/shared-nulls';
import { versionsSet } from './cases/versions-set';
import { whatGoesAlong } from './cases/what-goes-along';
import { declareCompliance, type CaseGroup, type ComplianceTarget, type TestFramework } from './suite';

export type { CaseGroup, ComplianceContext, ComplianceTarget, Requirements, TestFramework } from './suite';

const groups: readonly CaseGroup[] = [
  formerObjects,
  leftAndReturned,
  replacedRows,
  undone,
  identity,
  madeByCreate,
  sharedNulls,
  versionsSet,
  whatGoesAlong,
  keys,
  unitOfWork,
  unreadReferences,
  untrusted,
  ownership,
  relations,
  linkPrograms,
  assign,
  assignment,
  cascades,
  newcomersThatGo,
  namesakes,
  deletions,
  markedPairs,
  markedPairPlaces,
  marks,
  followedCascades,
  followedDefaults,
  smallFlushes,
  flushOrder,
  flushValues,
  memory,
  blocks,
  outsideBlocks,
  querysets,
  collections,
  columnsRead,
  conditions,
  toOne,
  querysetWrites,
  manyRows,
  refusals,
  errors,
  errorsOfRelations,
  callers,
  limits,
  names,
  links,
  interleaving,
  relationNeighbours,
  throughEntities,
  throughChildren,
  throughMoves,
  roundTrips,
  schema,
  schemaCheck,
  sharedColumns,
  sharedColumnsOfNewRows,
  existingTables,
  jsonCases,
  serialize,
  processes,
];

/** Declares the tests of the whole suite for one driver. */
export function compliance(framework: TestFramework, target: ComplianceTarget): void {
  const { isolationLevels, concurrency, nativeEnums } = target.requirements;
  const all = [
    ...groups,
    ...(target.insensitiveText ? [insensitiveKeys, insensitiveUniques] : []),
    ...(target.paddedText ? [paddedKeys] : []),
    ...(nativeEnums ? [schemaCheckOfEnums] : []),
    ...(concurrency ? [races, racesForManyRows, errorsOfForeignTables] : []),
    ...(isolationLevels && concurrency ? [isolation, racesAtLevels, retries] : []),
  ];
  const unknown = target.groups?.find((asked) => !all.some(({ name }) => name === asked));
  if (unknown !== undefined) throw new Error(`No group of cases for ${target.dialect} is called '${unknown}'.`);
  declareCompliance(
    framework,
    target,
    all.filter(({ name }) => target.groups?.includes(name) ?? true),
  );
}
