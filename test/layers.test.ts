import { builtinModules } from 'node:module';
import { describe, expect, it } from 'vitest';
import { findCycles, type Import, importGraph } from './support/imports.ts';
import { codeOf, type FileMap, lineOf, readFiles } from './support/source.ts';

/** From top to bottom; those of one floor are strangers. */
const FLOORS: readonly (readonly string[])[] = [
  ['index.ts', 'testing.ts', 'node.ts'],
  ['cli'],
  ['scenario'],
  ['card', 'me', 'network', 'transport'],
  ['trace'],
  ['profile'],
  ['ota'],
  ['cat', 'air'],
  ['apdu', 'ef'],
  ['tlv', 'crypto'],
  ['bytes'],
];

/** The same within card; those of one floor may know each other. */
const CARD_FLOORS: readonly (readonly string[])[] = [
  ['uicc.ts'],
  ['subscription', 'ota'],
  ['dispatch.ts'],
  ['command-table.ts', 'gsm'],
  ['commands'],
  [
    'access.ts',
    'active-application.ts',
    'command.ts',
    'fresh-challenge.ts',
    'open-ef.ts',
    'response.ts',
    'rules.ts',
    'session.ts',
    'suci.ts',
    'usim-keys.ts',
  ],
  ['store', 'aka', 'image.ts', 'profile-of.ts'],
  ['files'],
  ['memory.ts', 'refusal.ts', 'channel-capability.ts', 'sequence-numbers.ts', 'gsm/place.ts'],
];

/** These may know Node, files, sockets and clocks; all else runs anywhere, the same each time. */
const HOSTED: ReadonlySet<string> = new Set(['transport', 'cli', 'node.ts']);

/** Globals that are out of reach below the transports, and what to use in their place. */
const GLOBALS: Readonly<Record<string, string>> = {
  'Math.random': 'take the random octets as an argument',
  Date: 'take the time as an argument',
  performance: 'take the time as an argument',
  setTimeout: 'yield the waiting time to the caller',
  setInterval: 'yield the waiting time to the caller',
  setImmediate: 'return to the caller',
  process: 'take what you need as an argument',
  Buffer: 'use Uint8Array and src/bytes',
  console: 'return a finding, or report to an observer',
  fetch: 'return what to ask for; src/transport asks',
  crypto: 'use src/crypto, or take the random octets as an argument',
  require: 'use import',
  globalThis: 'take what you need as an argument',
  window: 'take what you need as an argument',
  __dirname: 'take the file as an argument',
  __filename: 'take the file as an argument',
};

const BUILTIN: ReadonlySet<string> = new Set(builtinModules);

/** The folder or file right under src that a path belongs to. */
function unitOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function floorOf(unit: string): number {
  return FLOORS.findIndex((floor) => floor.includes(unit));
}

function cardFloorOf(path: string): number {
  const [, , first = '', second] = path.split('/');
  const own = CARD_FLOORS.findIndex((floor) => floor.includes(`${first}/${second}`));
  return own < 0 ? CARD_FLOORS.findIndex((floor) => floor.includes(first)) : own;
}

/** Why a file of card may not import another of card, or `undefined`. */
function wrongDirectionInCard(from: string, to: string): string | undefined {
  for (const path of [from, to]) {
    if (cardFloorOf(path) < 0) return `${path} has no floor in test/layers.test.ts`;
  }
  if (cardFloorOf(to) >= cardFloorOf(from)) return undefined;
  return `${from} lies below ${to}; imports point down`;
}

/** Why a file may not import another, or `undefined`. */
function wrongDirection(from: string, to: string): string | undefined {
  if (from === to) return undefined;
  if (floorOf(to) < 0) return `${to} has no floor`;
  if (floorOf(to) < floorOf(from)) return `${from} lies below ${to}; imports point down`;
  if (floorOf(to) === floorOf(from)) return `${from} and ${to} are strangers on one floor`;
  if (HOSTED.has(to) && !HOSTED.has(from)) return `${to} needs Node, ${from} must run anywhere`;
  return undefined;
}

function checkImport(files: FileMap, { file, specifier, target }: Import): string | undefined {
  const unit = unitOf(file);
  if (specifier === undefined) return HOSTED.has(unit) ? undefined : 'its path must be a literal';
  if (target !== undefined) {
    if (!target.startsWith('src/')) return 'it leaves src';
    if (!files.has(target)) return `there is no ${target}`;
    if (unit === 'card' && unitOf(target) === 'card') return wrongDirectionInCard(file, target);
    return wrongDirection(unit, unitOf(target));
  }
  const isNode = specifier.startsWith('node:') || BUILTIN.has(specifier.split('/')[0]!);
  if (!isNode || HOSTED.has(unit)) return undefined;
  return 'only transport, cli and node.ts may use Node';
}

/** Tells whether a name is a property, a method, or something that the file itself declares. */
function isOwnName(code: string, name: string, at: number): boolean {
  const declaration = `\\b(?:const|let|function\\*?|class|interface|type)\\s+${name}\\b`;
  if (new RegExp(declaration, 'u').test(code)) return true;
  const after = code.slice(at + name.length);
  if (/^\??\s*:/u.test(after)) return true;
  if (!/^(?:<[^(]*>)?\(/u.test(after)) return false;
  let depth = 0;
  let end = after.indexOf('(');
  do {
    if (after[end] === '(') depth += 1;
    if (after[end] === ')') depth -= 1;
    end += 1;
  } while (depth > 0 && end < after.length);
  return /^\s*[:{]/u.test(after.slice(end)); // A body or a return type: it is a method.
}

function checkGlobals(file: string, source: string): string[] {
  if (HOSTED.has(unitOf(file))) return [];
  const code = codeOf(source);
  return Object.entries(GLOBALS).flatMap(([name, instead]) => {
    const notBehind = '(?<!(?<!\\.\\.)\\.|[\\w$#])'; // A dot, but not the three of a spread.
    const use = new RegExp(`${notBehind}${name.replace('.', '\\.')}(?![\\w$])`, 'gu');
    return [...code.matchAll(use)]
      .filter((hit) => !isOwnName(code, name, hit.index))
      .map((hit) => `${file}:${lineOf(source, hit.index)} uses ${name}: ${instead}`);
  });
}

/** Checks a tree of sources; each line names the file, what it does and the rule. */
function checkLayers(files: FileMap): string[] {
  const graph = importGraph(files);
  const homeless = [...graph.keys()].filter((path) => floorOf(unitOf(path)) < 0);
  const imports = [...graph.values()].flat().flatMap((one) => {
    const problem = checkImport(files, one);
    const what = one.specifier === undefined ? 'a computed path' : `'${one.specifier}'`;
    return problem === undefined ? [] : [`${one.file}:${one.line} imports ${what}: ${problem}`];
  });
  return [
    ...homeless.map((path) => `${path}: ${unitOf(path)} has no floor in test/layers.test.ts`),
    ...imports,
    ...[...files].flatMap(([path, text]) => (path.endsWith('.ts') ? checkGlobals(path, text) : [])),
    ...findCycles(graph).map((cycle) => `${cycle.join(' > ')}: files import in a circle`),
  ];
}

describe('layers of src', () => {
  it('are kept: imports point down, equals are strangers, no host below the transports', () => {
    const files = readFiles((path) => path.startsWith('src/'));
    expect(files.size).toBeGreaterThan(20);
    expect(checkLayers(files)).toEqual([]);
  });
});

describe('the layer check', () => {
  const tree = (files: Record<string, string>): FileMap =>
    new Map(Object.entries({ 'src/bytes/hex.ts': 'export const a = 1;', ...files }));

  it.each<[string, Record<string, string>, string]>([
    [
      'an import that points up',
      { 'src/tlv/ber.ts': "\nimport { c } from '../card/uicc.ts';", 'src/card/uicc.ts': '' },
      "src/tlv/ber.ts:2 imports '../card/uicc.ts': tlv lies below card; imports point down",
    ],
    [
      'an import of a type that points up',
      { 'src/tlv/ber.ts': "import type {\n  C,\n} from '../ef/usim.ts';", 'src/ef/usim.ts': '' },
      "src/tlv/ber.ts:1 imports '../ef/usim.ts': tlv lies below ef; imports point down",
    ],
    [
      'an export from above',
      { 'src/tlv/ber.ts': "export * from '../ef/usim.ts';", 'src/ef/usim.ts': '' },
      "src/tlv/ber.ts:1 imports '../ef/usim.ts': tlv lies below ef; imports point down",
    ],
    [
      'an import for its side effect that points up',
      { 'src/tlv/ber.ts': "import '../ef/usim.ts';", 'src/ef/usim.ts': '' },
      "src/tlv/ber.ts:1 imports '../ef/usim.ts': tlv lies below ef; imports point down",
    ],
    [
      'an import in a type that points up',
      { 'src/tlv/ber.ts': "type A = import('../ef/usim.ts').A;", 'src/ef/usim.ts': '' },
      "src/tlv/ber.ts:1 imports '../ef/usim.ts': tlv lies below ef; imports point down",
    ],
    [
      'an import between equals',
      { 'src/me/run.ts': "import { c } from '../card/uicc.ts';", 'src/card/uicc.ts': '' },
      "src/me/run.ts:1 imports '../card/uicc.ts': me and card are strangers on one floor",
    ],
    [
      'an import that points up within card',
      { 'src/card/files/a.ts': "import '../uicc.ts';", 'src/card/uicc.ts': '' },
      "src/card/files/a.ts:1 imports '../uicc.ts': " +
        'src/card/files/a.ts lies below src/card/uicc.ts; imports point down',
    ],
    [
      'an import from a folder by the one file of it that lies lower',
      { 'src/card/gsm/place.ts': "import './view.ts';", 'src/card/gsm/view.ts': '' },
      "src/card/gsm/place.ts:1 imports './view.ts': " +
        'src/card/gsm/place.ts lies below src/card/gsm/view.ts; imports point down',
    ],
    [
      'a file of card that has no floor',
      { 'src/card/uicc.ts': "import './x.ts';", 'src/card/x.ts': '' },
      "src/card/uicc.ts:1 imports './x.ts': src/card/x.ts has no floor in test/layers.test.ts",
    ],
    [
      'an import of a transport by what must run anywhere',
      { 'src/index.ts': "export { v } from './transport/v.ts';", 'src/transport/v.ts': '' },
      "src/index.ts:1 imports './transport/v.ts': transport needs Node, index.ts must run anywhere",
    ],
    [
      'an import from Node in card',
      { 'src/card/uicc.ts': "import { readFileSync } from 'node:fs';" },
      "src/card/uicc.ts:1 imports 'node:fs': only transport, cli and node.ts may use Node",
    ],
    [
      'an import from Node without its prefix',
      { 'src/card/uicc.ts': "import { readFile } from 'fs/promises';" },
      "src/card/uicc.ts:1 imports 'fs/promises': only transport, cli and node.ts may use Node",
    ],
    [
      'an import of a file that is not there',
      { 'src/card/uicc.ts': "import { x } from './x.ts';" },
      "src/card/uicc.ts:1 imports './x.ts': there is no src/card/x.ts",
    ],
    [
      'an import from outside of src',
      { 'src/card/uicc.ts': "import { x } from '../../test/support/x.ts';" },
      "src/card/uicc.ts:1 imports '../../test/support/x.ts': it leaves src",
    ],
    [
      'an import whose path is computed',
      { 'src/card/uicc.ts': 'await import(name);' },
      'src/card/uicc.ts:1 imports a computed path: its path must be a literal',
    ],
    [
      'a folder that has no floor',
      { 'src/util/x.ts': '' },
      'src/util/x.ts: util has no floor in test/layers.test.ts',
    ],
    [
      'files that import each other',
      { 'src/ef/a.ts': "import './b.ts';", 'src/ef/b.ts': "import type { A } from './a.ts';" },
      'src/ef/a.ts > src/ef/b.ts > src/ef/a.ts: files import in a circle',
    ],
    [
      'a clock',
      { 'src/network/auc.ts': '\n// now\nconst now = Date.now();' },
      'src/network/auc.ts:3 uses Date: take the time as an argument',
    ],
    [
      'a random number in a template',
      { 'src/card/uicc.ts': `const s = \`\${'}'}\${Math.random()}\`;` },
      'src/card/uicc.ts:1 uses Math.random: take the random octets as an argument',
    ],
    [
      'a global that is spread',
      { 'src/card/uicc.ts': 'const all = { ...process };' },
      'src/card/uicc.ts:1 uses process: take what you need as an argument',
    ],
    [
      'a global that is called',
      { 'src/me/run.ts': 'const page = await fetch(address);' },
      'src/me/run.ts:1 uses fetch: return what to ask for; src/transport asks',
    ],
  ])('refuses %s', (_what, files, problem) => {
    expect(checkLayers(tree(files))).toEqual([problem]);
  });

  it.each<[string, Record<string, string>]>([
    ['an import that points down', { 'src/card/uicc.ts': "import { a } from '../bytes/hex.ts';" }],
    ['an import in its own folder', { 'src/bytes/b.ts': "import { a } from './hex.ts';" }],
    [
      'Node in a transport',
      { 'src/transport/v.ts': "import 'node:net'; setTimeout(f, Date.now());" },
    ],
    ['words in comments', { 'src/card/uicc.ts': '// Date\n/* process.env\n * Buffer */' }],
    ['words in strings', { 'src/card/uicc.ts': 'const s = ["Date", \'fetch()\', `console`];' }],
    ['words in expressions', { 'src/card/uicc.ts': 'const r = /import "node:fs"|Buffer/u;' }],
    ['a method of such a name', { 'src/card/uicc.ts': 'class A {\n  fetch(a: B): C {\n  }\n}' }],
    ['a call of such a method', { 'src/card/uicc.ts': 'applet.process(command);' }],
    ['a call of a private one', { 'src/card/uicc.ts': 'this.#fetch(command);' }],
    ['a private field', { 'src/card/uicc.ts': 'class A {\n  readonly #process = 1;\n}' }],
    ['a property of such a name', { 'src/card/uicc.ts': "const NEXT = { fetch: 'fetched' };" }],
    ['an own function', { 'src/card/uicc.ts': 'function fetch(): void {}\nfetch();' }],
    ['an import within a string', { 'src/card/uicc.ts': 'const s = "import \'../me/x.ts\'";' }],
  ])('accepts %s', (_what, files) => {
    expect(checkLayers(tree(files))).toEqual([]);
  });
});
