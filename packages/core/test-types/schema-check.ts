/** What `orm.schema.check` gives: a list of readonly data. */
import { expectTypeOf } from 'expect-type';
import type { Espalier, SchemaFinding, SchemaFindingKind } from '../src';

declare const orm: Espalier;
declare const finding: SchemaFinding;

expectTypeOf(orm.schema.check({ database: 'default', entities: [] })).resolves.toEqualTypeOf<SchemaFinding[]>();
expectTypeOf(finding.kind).toEqualTypeOf<SchemaFindingKind>();
expectTypeOf(finding.property).toEqualTypeOf<string | undefined>();

export const uses = () => [
  // @ts-expect-error entities are classes
  orm.schema.check({ entities: ['Artist'] }),
  // @ts-expect-error a kind that there is not
  finding.kind === 'colour',
];

export function writes(): void {
  // @ts-expect-error findings are readonly
  finding.message = '';
}
