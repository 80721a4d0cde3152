/** Which client is taken where the usual one cannot be loaded, and what is said of it. */
import { EspalierError } from '@espalier/core/driver';
import { chooseClient, type ClientLoaders } from '../src/choose-client';
import type { SqliteClient } from '../src/client';
import { complaintOf, loadClient } from '../src/load-client';

const remedies = { install: 'install it', rebuild: 'run npm rebuild' };

function client(): SqliteClient {
  return { open: () => Promise.reject(new Error('not opened here')) };
}

function missing(name: string): () => never {
  return () => {
    throw new EspalierError(`The SQLite client '${name}' has no binary.`);
  };
}

const loaders: ClientLoaders = { sqlite3: client, 'node:sqlite': client, 'better-sqlite3': client };

describe('without a choice', () => {
  let warnings: jest.SpyInstance;

  beforeEach(() => {
    warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  });

  afterEach(() => {
    warnings.mockRestore();
  });

  test('sqlite3 is taken, and nothing is said', () => {
    expect(chooseClient(undefined, loaders).name).toBe('sqlite3');
    expect(warnings).not.toHaveBeenCalled();
  });

  test('node:sqlite is next, which one warning in one line says', () => {
    const without = { ...loaders, sqlite3: missing('sqlite3') };
    expect(chooseClient(undefined, without).name).toBe('node:sqlite');
    expect(chooseClient(undefined, without).name).toBe('node:sqlite');
    expect(warnings.mock.calls).toEqual([
      [
        "'node:sqlite' talks to SQLite, and holds up the process while a statement runs. The SQLite client 'sqlite3' has no binary. " +
          "To keep 'node:sqlite', write { client: 'node:sqlite' }.",
        { type: 'EspalierWarning', code: 'ESPALIER_SQLITE_CLIENT' },
      ],
    ]);
  });

  test('better-sqlite3 is the last', () => {
    const only = { ...loaders, sqlite3: missing('sqlite3'), 'node:sqlite': missing('node:sqlite') };
    expect(chooseClient(undefined, only).name).toBe('better-sqlite3');
  });

  test('where none can be loaded, the error says why of each', () => {
    const none = {
      sqlite3: missing('sqlite3'),
      'node:sqlite': missing('node:sqlite'),
      'better-sqlite3': missing('better-sqlite3'),
    };
    expect(() => chooseClient(undefined, none)).toThrow(EspalierError);
    expect(() => chooseClient(undefined, none)).toThrow(
      expect.objectContaining({ code: 'CLIENT_PACKAGE_MISSING', audience: 'operator' }),
    );
    expect(() => chooseClient(undefined, none)).toThrow(
      "No client of SQLite can be loaded. The SQLite client 'sqlite3' has no binary. The SQLite client 'node:sqlite' has no binary. The SQLite client 'better-sqlite3' has no binary.",
    );
  });
});

test('a client that was asked for is not replaced', () => {
  expect(() => chooseClient('sqlite3', { ...loaders, sqlite3: missing('sqlite3') })).toThrow(
    "The SQLite client 'sqlite3' has no binary.",
  );
});

describe('a client that cannot be loaded', () => {
  test.each([
    ["Cannot find module 'sqlite3'\nRequire stack:\n- /app/x.js", 'is not installed: install it'],
    [
      'Could not locate the bindings file. Tried:\n → /app/build/node_sqlite3.node',
      'has no binary, because its install script has not run: run npm rebuild',
    ],
    [
      "/lib/libm.so.6: version `GLIBC_2.38' not found (required by node_sqlite3.node)",
      "cannot be loaded (/lib/libm.so.6: version `GLIBC_2.38' not found (required by node_sqlite3.node)): run npm rebuild",
    ],
    ["Cannot find module 'bindings'", "cannot be loaded (Cannot find module 'bindings'): run npm rebuild"],
  ])('%j', (message, complaint) => {
    expect(complaintOf('sqlite3', new Error(message), remedies)).toBe(complaint);
  });

  test('the error is whole, and keeps what was thrown', () => {
    const load = (): unknown => loadClient('no-such-client', remedies);
    expect(load).toThrow("The SQLite client 'no-such-client' is not installed: install it.");
    expect(load).toThrow(expect.objectContaining({ cause: expect.anything() as unknown }) as Error);
  });
});
