/**
 * What the types do in an editor and what they cost, asked of the compiler itself: names and paths are completed where they are written,
 * and a large schema stays within its budget. What compiles and what does not is in test-types.
 */
import { dirname, join } from 'node:path';
import * as ts from 'typescript';

const FOLDER = join(__dirname, '../../test-types');

function compilerOptions(): ts.CompilerOptions {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const parsed = ts.getParsedCommandLineOfConfigFile(join(FOLDER, 'tsconfig.json'), {}, host);
  if (!parsed) throw new Error('the tsconfig.json of test-types cannot be read');
  return parsed.options;
}

describe('an editor completes', () => {
  const file = join(FOLDER, 'completed.ts');
  const prelude = `
    import { not, or, some, type QuerySet } from '../src/query';
    import type { Session } from '../src/session';
    import type { Author, Book } from './entities';
    declare const books: QuerySet<Book>;
    declare const author: Author;
    declare const book: Book;
    declare const session: Session;
  `;
  const options = compilerOptions();
  const documents = ts.createDocumentRegistry();
  let version = 0;
  let source = prelude;
  const service = ts.createLanguageService(
    {
      getScriptFileNames: () => [file],
      getScriptVersion: (name) => (name === file ? String(version) : '0'),
      getScriptSnapshot: (name) => {
        const text = name === file ? source : ts.sys.readFile(name);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => dirname(file),
      getCompilationSettings: () => options,
      getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
      fileExists: (name) => name === file || ts.sys.fileExists(name),
      readFile: (name) => ts.sys.readFile(name),
      directoryExists: (name) => ts.sys.directoryExists(name),
      getDirectories: (name) => ts.sys.getDirectories(name),
    },
    documents,
  );

  /** The names offered at the bar in a piece of code. */
  function offered(code: string): string[] {
    version += 1;
    source = prelude + code.replace('|', '');
    const completions = service.getCompletionsAtPosition(file, prelude.length + code.indexOf('|'), {});
    return (completions?.entries ?? []).map(({ name }) => name).sort();
  }

  const bookColumns = ['author', 'cover', 'editor', 'id', 'pages', 'price', 'publishedAt', 'status', 'title'];
  const authorColumns = ['active', 'age', 'bio', 'createdAt', 'id', 'mentor', 'meta', 'name', 'score'];
  const authorConditions = ['active', 'age', 'bio', 'books', 'createdAt', 'id', 'mentor', 'meta', 'name', 'score'];

  test.each([
    ['the properties of a condition', 'books.filter({ | })', [...bookColumns, 'tags'].sort()],
    ['the properties of a condition across a relation', 'books.filter({ author: { | } })', authorConditions],
    ['the properties of a condition on related rows', 'books.filter({ tags: some({ | }) })', ['books', 'id', 'name']],
    [
      'the properties in combined conditions',
      'books.filter(or({ title: "x" }, not({ author: { | } })))',
      authorConditions,
    ],
    ['the values of an enum', "books.filter({ status: '|' })", ['draft', 'published']],
    ['relations to include', "books.include('|')", ['author', 'editor', 'tags']],
    [
      'the next step of a path',
      "books.include('author.books.|')",
      ['author.books.author', 'author.books.editor', 'author.books.tags'],
    ],
    ['one more relation to include', "books.include('author').include('tags.|')", ['tags.books']],
    ['relations to load', "session.load(book, '|')", ['author', 'editor', 'tags']],
    [
      'relations to load of several',
      "session.load([author], 'books.|')",
      ['books.author', 'books.editor', 'books.tags'],
    ],
    ['columns to read', "books.only('|')", bookColumns],
    ['columns to leave out', "books.defer('|')", bookColumns],
    ['columns to read too', "books.undefer('|')", bookColumns],
    ['columns of a relation to read', "books.only('author.|')", authorColumns.map((name) => `author.${name}`)],
    [
      'columns of a relation to leave out, further on',
      "books.include('tags').defer('tags.books.author.|')",
      authorColumns.map((name) => `tags.books.author.${name}`),
    ],
    ['what a new entity needs', 'books.create({ | })', [...bookColumns, 'tags'].sort()],
    ['what an update may set', 'books.update({ | })', bookColumns.filter((name) => name !== 'id')],
    ['the key of a reference', 'book.author.|', ['id']],
  ])('%s', (_, code, names) => {
    expect(offered(code)).toEqual(names);
  });

  test('nothing where what is written before it does not compile, so that these cases ask about real code', () => {
    version += 1;
    source = prelude;
    const problems = service.getSemanticDiagnostics(file).map(({ messageText }) => messageText);
    expect(problems).toEqual([]);
  });

  test('sort keys, also along to-one relations and descending', () => {
    expect(offered("books.orderBy('|')")).toEqual(
      expect.arrayContaining(['title', '-title', 'author.name', '-author.name']),
    );
    expect(offered("books.orderBy('-author.mentor.|')")).toContain('-author.mentor.name');
  });
});

describe('a large schema', () => {
  test('stays within the budget of its types', () => {
    const options = { ...compilerOptions(), noEmit: true };
    const cost = (file: string) => {
      const program = ts.createProgram([join(FOLDER, file)], options);
      const problems = program.getSemanticDiagnostics(program.getSourceFile(join(FOLDER, file)));
      expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
      return { instantiations: program.getInstantiationCount(), types: program.getTypeCount() };
    };
    const entities = cost('large-schema.ts');
    const uses = cost('large-schema-uses.ts');
    // Measured with TypeScript 6.0.3 and half as much again. A conditional type too many doubles them more than once.
    expect(uses.instantiations - entities.instantiations).toBeLessThan(450_000);
    expect(uses.types - entities.types).toBeLessThan(75_000);
  });
});
