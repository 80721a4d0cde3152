/**
 * Fifty entities of fourteen columns, each related to six others, most of them both ways: a large schema, to see what the types cost.
 */
import type { Defaulted, Many, Ref } from '../src/query';

abstract class Base {
  id!: number;
  name!: string;
  code!: string;
  amount!: string;
  quantity!: number;
  active!: Defaulted<boolean>;
  note!: string | null;
  state!: 'open' | 'closed' | 'archived';
  meta!: { labels: string[] };
  createdAt!: Date;
  updatedAt!: Date;
  deletedAt!: Date | null;
}

export class E0 extends Base {
  first0!: number;
  second0!: string | null;
  next!: Ref<E1>;
  near!: Ref<E3> | null;
  far!: Ref<E5> | null;
  previous!: Many<E49>;
  groups!: Many<E1>;
  members!: Many<E2>;
}

export class E1 extends Base {
  first1!: number;
  second1!: string | null;
  next!: Ref<E2>;
  near!: Ref<E10> | null;
  far!: Ref<E18> | null;
  previous!: Many<E0>;
  groups!: Many<E4>;
  members!: Many<E13>;
}

export class E2 extends Base {
  first2!: number;
  second2!: string | null;
  next!: Ref<E3>;
  near!: Ref<E17> | null;
  far!: Ref<E31> | null;
  previous!: Many<E1>;
  groups!: Many<E7>;
  members!: Many<E24>;
}

export class E3 extends Base {
  first3!: number;
  second3!: string | null;
  next!: Ref<E4>;
  near!: Ref<E24> | null;
  far!: Ref<E44> | null;
  previous!: Many<E2>;
  groups!: Many<E10>;
  members!: Many<E35>;
}

export class E4 extends Base {
  first4!: number;
  second4!: string | null;
  next!: Ref<E5>;
  near!: Ref<E31> | null;
  far!: Ref<E7> | null;
  previous!: Many<E3>;
  groups!: Many<E13>;
  members!: Many<E46>;
}

export class E5 extends Base {
  first5!: number;
  second5!: string | null;
  next!: Ref<E6>;
  near!: Ref<E38> | null;
  far!: Ref<E20> | null;
  previous!: Many<E4>;
  groups!: Many<E16>;
  members!: Many<E7>;
}

export class E6 extends Base {
  first6!: number;
  second6!: string | null;
  next!: Ref<E7>;
  near!: Ref<E45> | null;
  far!: Ref<E33> | null;
  previous!: Many<E5>;
  groups!: Many<E19>;
  members!: Many<E18>;
}

export class E7 extends Base {
  first7!: number;
  second7!: string | null;
  next!: Ref<E8>;
  near!: Ref<E2> | null;
  far!: Ref<E46> | null;
  previous!: Many<E6>;
  groups!: Many<E22>;
  members!: Many<E29>;
}

export class E8 extends Base {
  first8!: number;
  second8!: string | null;
  next!: Ref<E9>;
  near!: Ref<E9> | null;
  far!: Ref<E9> | null;
  previous!: Many<E7>;
  groups!: Many<E25>;
  members!: Many<E40>;
}

export class E9 extends Base {
  first9!: number;
  second9!: string | null;
  next!: Ref<E10>;
  near!: Ref<E16> | null;
  far!: Ref<E22> | null;
  previous!: Many<E8>;
  groups!: Many<E28>;
  members!: Many<E1>;
}

export class E10 extends Base {
  first10!: number;
  second10!: string | null;
  next!: Ref<E11>;
  near!: Ref<E23> | null;
  far!: Ref<E35> | null;
  previous!: Many<E9>;
  groups!: Many<E31>;
  members!: Many<E12>;
}

export class E11 extends Base {
  first11!: number;
  second11!: string | null;
  next!: Ref<E12>;
  near!: Ref<E30> | null;
  far!: Ref<E48> | null;
  previous!: Many<E10>;
  groups!: Many<E34>;
  members!: Many<E23>;
}

export class E12 extends Base {
  first12!: number;
  second12!: string | null;
  next!: Ref<E13>;
  near!: Ref<E37> | null;
  far!: Ref<E11> | null;
  previous!: Many<E11>;
  groups!: Many<E37>;
  members!: Many<E34>;
}

export class E13 extends Base {
  first13!: number;
  second13!: string | null;
  next!: Ref<E14>;
  near!: Ref<E44> | null;
  far!: Ref<E24> | null;
  previous!: Many<E12>;
  groups!: Many<E40>;
  members!: Many<E45>;
}

export class E14 extends Base {
  first14!: number;
  second14!: string | null;
  next!: Ref<E15>;
  near!: Ref<E1> | null;
  far!: Ref<E37> | null;
  previous!: Many<E13>;
  groups!: Many<E43>;
  members!: Many<E6>;
}

export class E15 extends Base {
  first15!: number;
  second15!: string | null;
  next!: Ref<E16>;
  near!: Ref<E8> | null;
  far!: Ref<E0> | null;
  previous!: Many<E14>;
  groups!: Many<E46>;
  members!: Many<E17>;
}

export class E16 extends Base {
  first16!: number;
  second16!: string | null;
  next!: Ref<E17>;
  near!: Ref<E15> | null;
  far!: Ref<E13> | null;
  previous!: Many<E15>;
  groups!: Many<E49>;
  members!: Many<E28>;
}

export class E17 extends Base {
  first17!: number;
  second17!: string | null;
  next!: Ref<E18>;
  near!: Ref<E22> | null;
  far!: Ref<E26> | null;
  previous!: Many<E16>;
  groups!: Many<E2>;
  members!: Many<E39>;
}

export class E18 extends Base {
  first18!: number;
  second18!: string | null;
  next!: Ref<E19>;
  near!: Ref<E29> | null;
  far!: Ref<E39> | null;
  previous!: Many<E17>;
  groups!: Many<E5>;
  members!: Many<E0>;
}

export class E19 extends Base {
  first19!: number;
  second19!: string | null;
  next!: Ref<E20>;
  near!: Ref<E36> | null;
  far!: Ref<E2> | null;
  previous!: Many<E18>;
  groups!: Many<E8>;
  members!: Many<E11>;
}

export class E20 extends Base {
  first20!: number;
  second20!: string | null;
  next!: Ref<E21>;
  near!: Ref<E43> | null;
  far!: Ref<E15> | null;
  previous!: Many<E19>;
  groups!: Many<E11>;
  members!: Many<E22>;
}

export class E21 extends Base {
  first21!: number;
  second21!: string | null;
  next!: Ref<E22>;
  near!: Ref<E0> | null;
  far!: Ref<E28> | null;
  previous!: Many<E20>;
  groups!: Many<E14>;
  members!: Many<E33>;
}

export class E22 extends Base {
  first22!: number;
  second22!: string | null;
  next!: Ref<E23>;
  near!: Ref<E7> | null;
  far!: Ref<E41> | null;
  previous!: Many<E21>;
  groups!: Many<E17>;
  members!: Many<E44>;
}

export class E23 extends Base {
  first23!: number;
  second23!: string | null;
  next!: Ref<E24>;
  near!: Ref<E14> | null;
  far!: Ref<E4> | null;
  previous!: Many<E22>;
  groups!: Many<E20>;
  members!: Many<E5>;
}

export class E24 extends Base {
  first24!: number;
  second24!: string | null;
  next!: Ref<E25>;
  near!: Ref<E21> | null;
  far!: Ref<E17> | null;
  previous!: Many<E23>;
  groups!: Many<E23>;
  members!: Many<E16>;
}

export class E25 extends Base {
  first25!: number;
  second25!: string | null;
  next!: Ref<E26>;
  near!: Ref<E28> | null;
  far!: Ref<E30> | null;
  previous!: Many<E24>;
  groups!: Many<E26>;
  members!: Many<E27>;
}

export class E26 extends Base {
  first26!: number;
  second26!: string | null;
  next!: Ref<E27>;
  near!: Ref<E35> | null;
  far!: Ref<E43> | null;
  previous!: Many<E25>;
  groups!: Many<E29>;
  members!: Many<E38>;
}

export class E27 extends Base {
  first27!: number;
  second27!: string | null;
  next!: Ref<E28>;
  near!: Ref<E42> | null;
  far!: Ref<E6> | null;
  previous!: Many<E26>;
  groups!: Many<E32>;
  members!: Many<E49>;
}

export class E28 extends Base {
  first28!: number;
  second28!: string | null;
  next!: Ref<E29>;
  near!: Ref<E49> | null;
  far!: Ref<E19> | null;
  previous!: Many<E27>;
  groups!: Many<E35>;
  members!: Many<E10>;
}

export class E29 extends Base {
  first29!: number;
  second29!: string | null;
  next!: Ref<E30>;
  near!: Ref<E6> | null;
  far!: Ref<E32> | null;
  previous!: Many<E28>;
  groups!: Many<E38>;
  members!: Many<E21>;
}

export class E30 extends Base {
  first30!: number;
  second30!: string | null;
  next!: Ref<E31>;
  near!: Ref<E13> | null;
  far!: Ref<E45> | null;
  previous!: Many<E29>;
  groups!: Many<E41>;
  members!: Many<E32>;
}

export class E31 extends Base {
  first31!: number;
  second31!: string | null;
  next!: Ref<E32>;
  near!: Ref<E20> | null;
  far!: Ref<E8> | null;
  previous!: Many<E30>;
  groups!: Many<E44>;
  members!: Many<E43>;
}

export class E32 extends Base {
  first32!: number;
  second32!: string | null;
  next!: Ref<E33>;
  near!: Ref<E27> | null;
  far!: Ref<E21> | null;
  previous!: Many<E31>;
  groups!: Many<E47>;
  members!: Many<E4>;
}

export class E33 extends Base {
  first33!: number;
  second33!: string | null;
  next!: Ref<E34>;
  near!: Ref<E34> | null;
  far!: Ref<E34> | null;
  previous!: Many<E32>;
  groups!: Many<E0>;
  members!: Many<E15>;
}

export class E34 extends Base {
  first34!: number;
  second34!: string | null;
  next!: Ref<E35>;
  near!: Ref<E41> | null;
  far!: Ref<E47> | null;
  previous!: Many<E33>;
  groups!: Many<E3>;
  members!: Many<E26>;
}

export class E35 extends Base {
  first35!: number;
  second35!: string | null;
  next!: Ref<E36>;
  near!: Ref<E48> | null;
  far!: Ref<E10> | null;
  previous!: Many<E34>;
  groups!: Many<E6>;
  members!: Many<E37>;
}

export class E36 extends Base {
  first36!: number;
  second36!: string | null;
  next!: Ref<E37>;
  near!: Ref<E5> | null;
  far!: Ref<E23> | null;
  previous!: Many<E35>;
  groups!: Many<E9>;
  members!: Many<E48>;
}

export class E37 extends Base {
  first37!: number;
  second37!: string | null;
  next!: Ref<E38>;
  near!: Ref<E12> | null;
  far!: Ref<E36> | null;
  previous!: Many<E36>;
  groups!: Many<E12>;
  members!: Many<E9>;
}

export class E38 extends Base {
  first38!: number;
  second38!: string | null;
  next!: Ref<E39>;
  near!: Ref<E19> | null;
  far!: Ref<E49> | null;
  previous!: Many<E37>;
  groups!: Many<E15>;
  members!: Many<E20>;
}

export class E39 extends Base {
  first39!: number;
  second39!: string | null;
  next!: Ref<E40>;
  near!: Ref<E26> | null;
  far!: Ref<E12> | null;
  previous!: Many<E38>;
  groups!: Many<E18>;
  members!: Many<E31>;
}

export class E40 extends Base {
  first40!: number;
  second40!: string | null;
  next!: Ref<E41>;
  near!: Ref<E33> | null;
  far!: Ref<E25> | null;
  previous!: Many<E39>;
  groups!: Many<E21>;
  members!: Many<E42>;
}

export class E41 extends Base {
  first41!: number;
  second41!: string | null;
  next!: Ref<E42>;
  near!: Ref<E40> | null;
  far!: Ref<E38> | null;
  previous!: Many<E40>;
  groups!: Many<E24>;
  members!: Many<E3>;
}

export class E42 extends Base {
  first42!: number;
  second42!: string | null;
  next!: Ref<E43>;
  near!: Ref<E47> | null;
  far!: Ref<E1> | null;
  previous!: Many<E41>;
  groups!: Many<E27>;
  members!: Many<E14>;
}

export class E43 extends Base {
  first43!: number;
  second43!: string | null;
  next!: Ref<E44>;
  near!: Ref<E4> | null;
  far!: Ref<E14> | null;
  previous!: Many<E42>;
  groups!: Many<E30>;
  members!: Many<E25>;
}

export class E44 extends Base {
  first44!: number;
  second44!: string | null;
  next!: Ref<E45>;
  near!: Ref<E11> | null;
  far!: Ref<E27> | null;
  previous!: Many<E43>;
  groups!: Many<E33>;
  members!: Many<E36>;
}

export class E45 extends Base {
  first45!: number;
  second45!: string | null;
  next!: Ref<E46>;
  near!: Ref<E18> | null;
  far!: Ref<E40> | null;
  previous!: Many<E44>;
  groups!: Many<E36>;
  members!: Many<E47>;
}

export class E46 extends Base {
  first46!: number;
  second46!: string | null;
  next!: Ref<E47>;
  near!: Ref<E25> | null;
  far!: Ref<E3> | null;
  previous!: Many<E45>;
  groups!: Many<E39>;
  members!: Many<E8>;
}

export class E47 extends Base {
  first47!: number;
  second47!: string | null;
  next!: Ref<E48>;
  near!: Ref<E32> | null;
  far!: Ref<E16> | null;
  previous!: Many<E46>;
  groups!: Many<E42>;
  members!: Many<E19>;
}

export class E48 extends Base {
  first48!: number;
  second48!: string | null;
  next!: Ref<E49>;
  near!: Ref<E39> | null;
  far!: Ref<E29> | null;
  previous!: Many<E47>;
  groups!: Many<E45>;
  members!: Many<E30>;
}

export class E49 extends Base {
  first49!: number;
  second49!: string | null;
  next!: Ref<E0>;
  near!: Ref<E46> | null;
  far!: Ref<E42> | null;
  previous!: Many<E48>;
  groups!: Many<E48>;
  members!: Many<E41>;
}
