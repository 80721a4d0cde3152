/** Custom types: an application's conversion on top of a column type. */
import { arrayCodec } from './array';
import type { Codec, ColumnType, ValueConversion, ValueUse } from './column-type';

/**
 * A type whose values the application converts: `toDatabase` to a value of `base`, `fromDatabase` back. Neither is called with
 * null or undefined; `toDatabase` may give null for NULL.
 */
export function customColumnType(base: ColumnType, conversion: ValueConversion): ColumnType {
  const images = base.name === 'json' ? jsonImages(base, conversion) : plainImages(base, conversion);
  return Object.freeze<ColumnType>({
    name: base.name,
    options: base.options,
    custom: Object.freeze({ base, conversion }),
    immutable: false,
    refuse: (value, use) => refuseConverted(base, use, () => convert(conversion, value)),
    ...convertedCodec(base, conversion),
    ...images,
  });
}

/**
 * The codec of any column type on an engine that has codecs of its own for some: the conversion of a custom type and the elements of
 * an array are put around what `own` answers for the types below. `own` gives undefined where the type's neutral codec will do.
 */
export function resolveCodec(type: ColumnType, own: (builtIn: ColumnType) => Codec | undefined): Codec {
  const { custom, options, asRead } = type;
  if (asRead) return type;
  if (custom) return convertedCodec(resolveCodec(custom.base, own), custom.conversion);
  const chosen = own(type);
  if (chosen) return chosen;
  return type.name === 'array' && options.element ? arrayCodec(resolveCodec(options.element, own)) : type;
}

/** `resolveCodec` for one engine, each type resolved once. */
export function cachedCodecs(own: (builtIn: ColumnType) => Codec | undefined): (type: ColumnType) => Codec {
  const codecs = new WeakMap<ColumnType, Codec>();
  return (type) => {
    let codec = codecs.get(type);
    if (!codec) codecs.set(type, (codec = resolveCodec(type, own)));
    return codec;
  };
}

function convertedCodec(inner: Codec, conversion: ValueConversion): Codec {
  return {
    toDatabase(value) {
      const converted = convert(conversion, value);
      return converted === null ? null : inner.toDatabase(converted);
    },
    fromDatabase: (raw) => conversion.fromDatabase(inner.fromDatabase(raw)),
  };
}

function convert(conversion: ValueConversion, value: unknown): unknown {
  return conversion.toDatabase(value) ?? null;
}

function refuseConverted(base: ColumnType, use: ValueUse | undefined, converted: () => unknown): string | undefined {
  try {
    const value = converted();
    const refusal = value === null ? undefined : base.refuse(value, use);
    return refusal === undefined ? undefined : `must be convertible by its toDatabase, whose result ${refusal}`;
  } catch (error) {
    return `must be convertible, but its toDatabase failed: ${error instanceof Error ? error.message : 'what it threw is no Error'}`;
  }
}

type Images = Pick<ColumnType, 'snapshot' | 'equals' | 'fromSnapshot'>;

/** The image of what an object was converted to. */
class ConvertedImage {
  constructor(readonly image: unknown) {}
}

/** Primitives are their own image, so that a conversion with a different result each time (encryption) makes no changes appear. */
function plainImages(base: ColumnType, conversion: ValueConversion): Images {
  return {
    snapshot(value) {
      if (typeof value !== 'object' || value === null) return value;
      const converted = convert(conversion, value);
      return new ConvertedImage(converted === null ? null : base.snapshot(converted));
    },
    equals(value, snapshot) {
      if (!(snapshot instanceof ConvertedImage)) return Object.is(value, snapshot);
      try {
        const converted = convert(conversion, value);
        if (converted === null || snapshot.image === null) return converted === snapshot.image;
        return base.equals(converted, snapshot.image);
      } catch {
        return false;
      }
    },
    fromSnapshot(snapshot) {
      if (!(snapshot instanceof ConvertedImage)) return snapshot;
      return snapshot.image === null ? null : conversion.fromDatabase(base.fromSnapshot(snapshot.image));
    },
  };
}

/** Of JSON the image is a text in any case: the text that came from the database is one already. */
function jsonImages(base: ColumnType, conversion: ValueConversion): Images {
  return {
    snapshot: (value) => base.snapshot(convert(conversion, value)),
    equals(value, snapshot) {
      try {
        return base.equals(convert(conversion, value), snapshot);
      } catch {
        return false;
      }
    },
    fromSnapshot(snapshot) {
      const value = base.fromSnapshot(snapshot);
      return value === null ? null : conversion.fromDatabase(value);
    },
  };
}
