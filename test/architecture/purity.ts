import { posix } from 'node:path';
import ts from 'typescript';
import { isTest, type Sources } from './sources.ts';

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2023.d.ts'],
  types: [],
  allowImportingTsExtensions: true,
  noEmit: true,
};

/**
 * Every use of a clock, a source of chance or I/O in core, as `file:line: name`. The compiler says so: with
 * the language's own library alone, what a platform gives (process, fetch, setTimeout, console …) is a name
 * that does not exist. What the language itself has of that kind is looked for by name.
 */
export function impureUses(sources: Sources): string[] {
  const core = new Map([...sources].filter(([path]) => path.startsWith('src/core/') && !isTest(path)));
  const program = ts.createProgram([...core.keys()], options, hostOf(core));
  const complaints = [...core.keys()].flatMap((path) => {
    const file = program.getSourceFile(path) as ts.SourceFile;
    const unknown = program
      .getSemanticDiagnostics(file)
      .filter(({ messageText }) => isUnknownName(ts.flattenDiagnosticMessageText(messageText, ' ')))
      .map(({ start = 0, length = 0 }) => ({ at: start, name: file.text.slice(start, start + length) }));
    return [...unknown, ...impureLanguage(file)].map(({ at, name }) => {
      const { line } = file.getLineAndCharacterOfPosition(at);
      return `${path}:${line + 1}: ${name}`;
    });
  });
  return [...new Set(complaints)];
}

function isUnknownName(message: string): boolean {
  return message.startsWith('Cannot find name') || message.startsWith('No value exists in scope');
}

/** Date other than pure conversions, Math.random, and the global object, through which all else could be had. */
function impureLanguage(file: ts.SourceFile): { at: number; name: string }[] {
  const found: { at: number; name: string }[] = [];
  const visit = (node: ts.Node): void => {
    const name = ts.isPropertyAccessExpression(node) || ts.isNewExpression(node) ? node.getText(file) : '';
    const isClock = /^Date\.now$/.test(name) || /^new Date(\(\))?$/.test(name);
    const isGlobal = ts.isIdentifier(node) && ['globalThis', 'eval', 'Function'].includes(node.text);
    const isDateCall = ts.isCallExpression(node) && node.expression.getText(file) === 'Date';
    const isDynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    if (isClock || isGlobal || isDateCall || isDynamic || name === 'Math.random')
      found.push({ at: node.getStart(file), name: name || node.getText(file) });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** A compiler that sees the given files and the language's library, nothing else of this machine. */
function hostOf(sources: Sources): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const readDisk = host.getSourceFile.bind(host);
  return {
    ...host,
    fileExists: (path) => sources.has(path),
    readFile: (path) => sources.get(path),
    getSourceFile: (path, languageVersion) => {
      const text = sources.get(path);
      return text === undefined
        ? readDisk(path, languageVersion)
        : ts.createSourceFile(path, text, languageVersion, true);
    },
    resolveModuleNameLiterals: (literals, importer) =>
      literals.map(({ text }) => {
        const path = posix.join(posix.dirname(importer), text);
        const known = text.startsWith('.') && sources.has(path);
        return {
          resolvedModule: known ? { resolvedFileName: path, extension: '.ts' } : undefined,
        };
      }),
  };
}
