/**
 * The names that a user of a package can meet: what its index.d.ts exports, and whatever the declarations of that mention in turn, through
 * signatures, members, heritage and type arguments.
 */
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

/**
 * @param given paths of an index.d.ts each, or of an index.ts, whose declarations are then made in memory
 * @returns for each name reached: `name`, `file` (within the package's dist or src, without suffix), `room` (its first folder or, where it is in none,
 *   the file; or else the package that it comes from, whose own names are not followed) and `via`, the name that first mentioned it; undefined for
 *   what is exported
 */
export function publicNames(...given) {
  const entries = given.map((entry) => resolve(entry));
  const isBuilt = entries.every((entry) => entry.endsWith('.d.ts'));
  const program = isBuilt ? ts.createProgram(entries, OPTIONS) : declarationsOf(entries);
  const checker = program.getTypeChecker();
  const sources = program.getRootFileNames().map((name) => program.getSourceFile(name));
  const owner = ownerOf(sources[0].fileName);
  const found = new Map();
  const queue = [];

  function reach(symbol, via) {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const declarations = (target.declarations ?? []).filter((declaration) => isNamed(declaration));
    if (found.has(target) || declarations.length === 0) return;
    const [file] = declarations.map((declaration) => declaration.getSourceFile());
    if (program.isSourceFileDefaultLibrary(file)) return;
    const place = placeOf(file.fileName, owner);
    found.set(target, { name: target.name, ...place, via });
    // What another package is made of is that package's matter.
    if (place.file) queue.push([declarations, target.name]);
  }

  function walk(node, via) {
    if (ts.isIdentifier(node)) {
      const symbol = checker.getSymbolAtLocation(node);
      if (symbol) reach(symbol, via);
    }
    ts.forEachChild(node, (child) => walk(child, via));
  }

  for (const source of sources) {
    for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(source))) reach(exported, undefined);
  }
  for (const [declarations, name] of queue) for (const declaration of declarations) walk(declaration, name);
  return [...found.values()].sort((a, b) => compare(a.room, b.room) || compare(a.name, b.name));
}

const compare = (a, b) => (a < b ? -1 : Number(a > b));

const OPTIONS = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  types: ['node'],
  skipLibCheck: true,
};

/** The program of the declarations of sources: they say what inference gives away, and nothing of bodies and private members. */
function declarationsOf(entries) {
  const texts = new Map();
  const options = { ...OPTIONS, declaration: true, emitDeclarationOnly: true, noCheck: true, strict: true };
  ts.createProgram(entries, options).emit(undefined, (name, text) => texts.set(name, text));
  const host = ts.createCompilerHost(OPTIONS);
  const { getSourceFile, fileExists, readFile } = host;
  // Sources are not seen, so that imports find the declarations in their places.
  const isSource = (name) => texts.has(name.replace(/\.ts$/, '.d.ts'));
  host.fileExists = (name) => texts.has(name) || (!isSource(name) && fileExists(name));
  host.readFile = (name) => texts.get(name) ?? readFile(name);
  host.getSourceFile = (name, version, ...rest) =>
    texts.has(name)
      ? ts.createSourceFile(name, texts.get(name), version, true)
      : getSourceFile.call(host, name, version, ...rest);
  return ts.createProgram(
    entries.map((entry) => entry.replace(/\.ts$/, '.d.ts')),
    OPTIONS,
    host,
  );
}

/** Whether it is a declaration that has a name of its own in its module, and no member, parameter or type parameter. */
function isNamed(declaration) {
  if (ts.isVariableDeclaration(declaration)) return ts.isSourceFile(declaration.parent.parent.parent);
  return (
    ts.isClassDeclaration(declaration) ||
    ts.isInterfaceDeclaration(declaration) ||
    ts.isTypeAliasDeclaration(declaration) ||
    ts.isFunctionDeclaration(declaration) ||
    ts.isEnumDeclaration(declaration)
  );
}

/** The package.json of a file's package. */
const ownerOf = (fileName) => ts.findConfigFile(dirname(fileName), ts.sys.fileExists, 'package.json');

function placeOf(fileName, owner) {
  const itsOwner = ownerOf(fileName);
  if (itsOwner !== owner) return { room: JSON.parse(ts.sys.readFile(itsOwner)).name };
  const [, ...parts] = relative(dirname(owner), fileName).split(sep);
  const file = parts.join('/').replace(/(\.d)?\.ts$/, '');
  return { room: file.split('/')[0], file };
}

export const entryOf = (folder) => join(folder, 'dist/index.d.ts');
