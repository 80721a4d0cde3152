/**
 * The documentation is true: every `ts` snippet of README.md and docs/ is compiled with a full type check against the sources, and run.
 * What a snippet prints must be what its comments `// → …` say. A snippet that names a server is run on a throwaway one, and only
 * type-checked where there is none. A fence `ts fragment` is no program: its syntax alone is checked.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { format } from 'node:util';
import * as mysqlPackage from '@espalier/mysql';
import * as postgresPackage from '@espalier/postgres';
import { freshDatabase, testDatabases, type FreshDatabase, type TestDialect } from '@espalier/testing';
import * as ts from 'typescript';

const ROOT = resolve(__dirname, '../../..');
const NOT_CHECKED = join(ROOT, 'docs', 'decisions');
const FENCE = /^```ts( fragment)?[ \t]*\n(.*?)^```[ \t]*$/gms;
const SERVER_PACKAGE = /from '@espalier\/(postgres|mysql)'/g;

interface Snippet {
  /** File, heading and number in it. */
  readonly title: string;
  /** Where the compiler finds it: beside the packages, in no file. */
  readonly path: string;
  /** A module whose default export runs it; the lines keep their numbers in the snippet. */
  readonly source: string;
  readonly fragment: boolean;
  readonly expected: readonly string[];
  readonly servers: readonly TestDialect[];
}

function markdownFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => join(folder, entry.name) !== NOT_CHECKED)
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return markdownFiles(path);
      return entry.name.endsWith('.md') ? [path] : [];
    });
}

function snippetsOf(file: string): Snippet[] {
  const text = readFileSync(file, 'utf8');
  const name = relative(ROOT, file).split(sep).join('/');
  const counts = new Map<string, number>();
  return [...text.matchAll(FENCE)].map((match) => {
    const heading = [...text.slice(0, match.index).matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? '';
    const count = (counts.get(heading) ?? 0) + 1;
    counts.set(heading, count);
    const title = `${name}: ${heading}${count > 1 ? ` (${String(count)})` : ''}`;
    const code = match[2]!;
    const fragment = match[1] !== undefined;
    return {
      title,
      path: join(ROOT, 'packages', 'testing', 'test', `${title.replace(/[^a-zA-Z0-9]+/g, '-')}.snippet.ts`),
      source: fragment ? code : asModule(code),
      fragment,
      expected: [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, said]) => said!.trim()),
      servers: [...code.matchAll(SERVER_PACKAGE)].map(([, engine]) => (engine === 'postgres' ? 'postgres' : 'mariadb')),
    };
  });
}

/** Imports stay at the top; what follows becomes a function, so that it may await in CommonJS. */
function asModule(code: string): string {
  const parsed = ts.createSourceFile('snippet.ts', code, ts.ScriptTarget.ES2022, true);
  const end = parsed.statements.filter(ts.isImportDeclaration).at(-1)?.end ?? 0;
  return `${code.slice(0, end)} export default async function (): Promise<void> {${code.slice(end)}\n}\n`;
}

const snippets = [join(ROOT, 'README.md'), ...markdownFiles(join(ROOT, 'docs'))].flatMap(snippetsOf);

/** All snippets in one program: the sources of the packages are read once. */
function makeProgram(): ts.Program {
  const sources = new Map(snippets.filter(({ fragment }) => !fragment).map(({ path, source }) => [path, source]));
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.test.json'), (path) => ts.sys.readFile(path));
  const parsed = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  const options = { ...parsed.options, noEmit: false, sourceMap: false, inlineSources: false };
  const host = ts.createCompilerHost(options);
  const read = host.readFile.bind(host);
  const exists = host.fileExists.bind(host);
  const open = host.getSourceFile.bind(host);
  host.readFile = (path) => sources.get(resolve(path)) ?? read(path);
  host.fileExists = (path) => sources.has(resolve(path)) || exists(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const source = sources.get(resolve(path));
    return source === undefined
      ? open(path, languageVersion, ...rest)
      : ts.createSourceFile(path, source, languageVersion, true);
  };
  return ts.createProgram([...sources.keys()], options, host);
}

function complaints(diagnostics: readonly ts.Diagnostic[]): string[] {
  return diagnostics.map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `line ${String(line)} of the snippet: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

function syntaxErrors({ source }: Snippet): string[] {
  const { diagnostics = [] } = ts.transpileModule(source, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, experimentalDecorators: true },
  });
  return complaints(diagnostics);
}

/** A fresh database in place of each server that a snippet names; undefined where one is not to be had. */
async function replaceServers({ servers }: Snippet): Promise<Map<TestDialect, FreshDatabase> | undefined> {
  const replaced = new Map<TestDialect, FreshDatabase>();
  const available = testDatabases();
  const found = servers.map((dialect) => available.find((database) => database.dialect === dialect));
  for (const database of found) {
    if (database?.url === undefined) return undefined;
  }
  for (const database of found) {
    if (database?.url !== undefined) replaced.set(database.dialect, await freshDatabase(database));
  }
  return replaced;
}

/** `require` as snippets see it: the sources of the packages, and drivers that go to the replaced servers. */
function requireFor(replaced: ReadonlyMap<TestDialect, FreshDatabase>): (name: string) => unknown {
  const here = <O extends { primary: string }>(options: string | O, dialect: TestDialect): string | O => {
    const { url } = replaced.get(dialect)!;
    return typeof options === 'string' ? url : { ...options, primary: url };
  };
  return (name) => {
    if (name === '@espalier/postgres') {
      const postgres: typeof postgresPackage.postgres = (given, more) =>
        postgresPackage.postgres(here(given, 'postgres'), more);
      return { ...postgresPackage, postgres };
    }
    if (name === '@espalier/mysql') {
      const mysql: typeof mysqlPackage.mysql = (given, more) => mysqlPackage.mysql(here(given, 'mariadb'), more);
      return { ...mysqlPackage, mysql };
    }
    return jest.requireActual<object>(name);
  };
}

/** @returns the lines that it printed */
async function run(javascript: string, replaced: ReadonlyMap<TestDialect, FreshDatabase>): Promise<string[]> {
  const printed: string[] = [];
  const print = (...values: unknown[]): void => {
    printed.push(...format(...values).split('\n'));
  };
  const snippetModule: { exports: { default?: () => Promise<void> } } = { exports: {} };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the snippet is the program under test
  const load = new Function('require', 'exports', 'module', 'console', javascript) as (...args: unknown[]) => void;
  load(requireFor(replaced), snippetModule.exports, snippetModule, { log: print, error: print });
  await snippetModule.exports.default!();
  return printed.map((line) => line.trim());
}

describe('the documentation', () => {
  const home = process.cwd();
  let program: ts.Program;
  let folder: string;

  beforeAll(() => {
    program = makeProgram();
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'espalier-docs-'));
    process.chdir(folder);
  });

  afterEach(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
  });

  test('has snippets in the README and in the guide', () => {
    const files = new Set(snippets.map(({ title }) => title.split(':')[0]));
    expect([...files]).toEqual(expect.arrayContaining(['README.md', 'docs/guide/sessions.md']));
  });

  test.each(snippets.map((snippet) => [snippet.title, snippet] as const))(
    '%s',
    async (_title, snippet) => {
      if (snippet.fragment) {
        expect(syntaxErrors(snippet)).toEqual([]);
        return;
      }
      const file = program.getSourceFile(snippet.path);
      expect(complaints(ts.getPreEmitDiagnostics(program, file))).toEqual([]);
      let javascript = '';
      program.emit(file, (path, text) => {
        if (path.endsWith('.js')) javascript = text;
      });
      const replaced = await replaceServers(snippet);
      if (!replaced) return;
      try {
        expect(await run(javascript, replaced)).toEqual(snippet.expected);
      } finally {
        for (const database of replaced.values()) await database.drop();
      }
    },
    120_000,
  );
});
