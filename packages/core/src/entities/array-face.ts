/** What a loaded collection shares with a readonly array: its methods, `[i]`, `length`, and that functions for arrays take it. */

/** Of arrays; those that change an array in place have no meaning for the rows of a relation. */
const METHODS = Object.getOwnPropertyNames(Array.prototype).filter(
  (name) =>
    !/^(?:constructor|length|toString|toLocaleString|(?:push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin))$/.test(
      name,
    ),
);

const WITH_CALLBACK: ReadonlySet<string> = new Set([
  ...['every', 'filter', 'find', 'findIndex', 'findLast', 'findLastIndex', 'flatMap', 'forEach', 'map', 'some'],
]);
const REDUCING: ReadonlySet<string> = new Set(['reduce', 'reduceRight']);

type Callback = (this: unknown, ...given: unknown[]) => unknown;
type Method = (...given: unknown[]) => unknown;

const INDEX = /^(?:0|[1-9]\d{0,9})$/;

function isIndex(name: string | symbol): name is string {
  return typeof name === 'string' && INDEX.test(name);
}

/** Asked for what is not found on the way: for the items by their index. No object of its own a collection, which would slow all of its methods. */
const indices = new Proxy<object>(
  {},
  {
    get(target, name, receiver): unknown {
      return isIndex(name)
        ? (receiver as ArrayFace<unknown>).loaded(`[${name}]`)[Number(name)]
        : Reflect.get(target, name, receiver);
    },
    // Without the receiver: who asks for an index has looked at the length (`concat`, and what works on anything like an array).
    has: (target, name) => isIndex(name) || Reflect.has(target, name),
  },
);

// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- what the class has beside its own: its methods are defined below, all of one form
export interface ArrayFace<T> extends ReadonlyArray<T> {}

// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- see above
export abstract class ArrayFace<T> {
  /** The items, which are not to be changed. @throws NotLoadedError naming the use where they are not known */
  abstract loaded(use: string): readonly T[];

  /** The error for arguments that a method does not take. */
  abstract refusal(use: string, wanted: string, given: unknown): Error;

  get length(): number {
    return this.loaded('length').length;
  }

  [Symbol.iterator](): ArrayIterator<T> {
    return this.loaded('iterating')[Symbol.iterator]();
  }

  toArray(): T[] {
    return [...this.loaded('toArray()')];
  }
}

Object.defineProperty(ArrayFace.prototype, Symbol.isConcatSpreadable, { value: true });
for (const name of METHODS) {
  Object.defineProperty(ArrayFace.prototype, name, { value: methodOf(name), writable: true, configurable: true });
}
Object.setPrototypeOf(ArrayFace.prototype, indices);

/** Callbacks are given the collection where an array gives itself. */
function methodOf(name: string): Method {
  const use = `${name}()`;
  const own = (Array.prototype as unknown as Record<string, Method>)[name]!;
  if (WITH_CALLBACK.has(name)) {
    return function (this: ArrayFace<unknown>, callback, thisArg) {
      if (typeof callback !== 'function') throw this.refusal(use, 'a function', callback);
      const call = (item: unknown, index: unknown): unknown => (callback as Callback).call(thisArg, item, index, this);
      return own.call(this.loaded(use), call);
    };
  }
  if (REDUCING.has(name)) {
    return function (this: ArrayFace<unknown>, callback, ...initial) {
      if (typeof callback !== 'function') throw this.refusal(use, 'a function', callback);
      const call = (sum: unknown, item: unknown, index: unknown): unknown =>
        (callback as Callback)(sum, item, index, this);
      return own.call(this.loaded(use), call, ...initial);
    };
  }
  return function (this: ArrayFace<unknown>, ...given) {
    const unlike = given.find((one) => !isArgumentOf(name, one));
    if (unlike !== undefined) throw this.refusal(use, 'what the method of arrays takes', unlike);
    return own.apply(this.loaded(use), given);
  };
}

/** Methods that are given items, or a comparison; those of others are places in the array, a depth, or a text between items. */
const TAKE_ITEMS: ReadonlySet<string> = new Set(['concat', 'includes', 'indexOf', 'lastIndexOf', 'toSpliced', 'with']);

function isArgumentOf(name: string, given: unknown): boolean {
  if (given === undefined || TAKE_ITEMS.has(name)) return true;
  if (name === 'toSorted') return typeof given === 'function';
  return name === 'join' ? typeof given === 'string' : typeof given === 'number';
}
