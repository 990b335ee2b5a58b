/**
 * `vuicc profile show`: a card profile as a person reads it.
 *
 * Keys, PINs and contents that hold keys are not shown.
 *
 * @see docs/profile.md, "Show"
 * @module
 */

import type { Command } from 'commander';
import { toHex } from '../bytes/hex.ts';
import { keyName } from '../ef/key-references.ts';
import {
  type ContentView,
  contentViews,
  type KnownFile,
  knownFile,
} from '../profile/content-view.ts';
import { contentsOf, type Places, placesOf } from '../profile/known-files.ts';
import {
  type AppletProfile,
  type CardProfile,
  type DirectoryProfile,
  type FileProfile,
  hasRecords,
} from '../profile/profile.ts';
import { rightsLine, rightsOfDirectory, rightsOfFile } from '../profile/rights.ts';
import { leafOf, type ProfileTree, parentPath, plainPath, profileTree } from '../profile/tree.ts';
import { json, line, readProfile, UsageError } from './output.ts';
import { structureText, treeLines, viewText } from './profile-tree.ts';

interface ShowOptions {
  readonly file?: string;
  readonly json?: true;
}

const HELP = `
Each EF with its structure, who may read and update it, and what is in it: decoded where vuicc knows
the EF, else in hex. Of records the used ones are counted, and the first three are shown. Contents
that hold keys are told to be there, and never shown; nor are PINs, K, OPc and OTA keys.

--file shows one EF in full, or the tree below a directory: by path, by name or by FID.

Examples:
  $ vuicc profile show
  $ vuicc profile show --file EF_IMSI
  $ vuicc profile show --file MF/ADF.USIM/DF.5GS
  $ vuicc profile show my-card.json --file 6F07 --json
`;

const lower = (hex: string): string => hex.toLowerCase();

/** A decoded value as JSON has it: octets in hex. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value, (_, inner: unknown) =>
    inner instanceof Uint8Array ? toHex(inner) : inner,
  );
  return text === undefined ? null : JSON.parse(text);
}

function viewJson(view: ContentView): unknown {
  return view.kind === 'value' ? { ...view, value: plain(view.value) } : view;
}

/** Finds the parts of one profile. */
interface Source {
  readonly profile: CardProfile;
  readonly tree: ProfileTree;
  readonly places: Places;
}

function sourceOf(profile: CardProfile): Source {
  return { profile, tree: profileTree(profile), places: placesOf(profile) };
}

function knownOf({ places }: Source, file: FileProfile): KnownFile {
  return knownFile(places.get(parentPath(file.path) ?? '') ?? '', file);
}

type Rules = Pick<DirectoryProfile | FileProfile, 'arr' | 'rules'>;

function rulesJson({ arr, rules }: Rules): Readonly<Record<string, unknown>> {
  if (rules === undefined) return { arr: typeof arr === 'string' ? lower(arr) : arr };
  const forms = Object.entries(rules).map(([form, octets]) => [form, lower(octets)]);
  return { rules: Object.fromEntries(forms) };
}

/** What is told of an EF in JSON. */
function fileJson(source: Source, file: FileProfile): Readonly<Record<string, unknown>> {
  const { path, fid, sfi, type, lifeCycle } = file;
  const known = knownOf(source, file);
  const views = contentViews(file, known).map(viewJson);
  const shape = hasRecords(file)
    ? { recLen: file.recLen, recCount: file.recCount, records: views }
    : { size: file.size, content: views[0] };
  return {
    ...{ path, fid: lower(fid), ef: known.ef?.name ?? null, sfi, ...rulesJson(file), type },
    ...(lifeCycle && { lifeCycle }),
    rights: rightsOfFile(source.profile, source.tree, file).rights,
    ...shape,
  };
}

function appletJson(applet: AppletProfile): AppletProfile {
  const { tar, minimumSecurity, accessDomain } = applet;
  return {
    ...applet,
    tar: lower(tar),
    minimumSecurity: lower(minimumSecurity),
    accessDomain: lower(accessDomain),
  };
}

function directoryJson({ profile, tree }: Source, directory: DirectoryProfile): unknown {
  const { path, fid, aid, pins } = directory;
  const ofApplication = aid === undefined ? {} : { aid: lower(aid) };
  const { rights } = rightsOfDirectory(profile, tree, directory);
  const own = { path, fid: lower(fid), ...ofApplication, ...rulesJson(directory), rights };
  return { ...own, pins: pins.map(lower) };
}

/** All but keys, PINs and what holds keys, with hex in lower case. */
function profileJson(source: Source): Readonly<Record<string, unknown>> {
  const { profile } = source;
  return {
    name: profile.name,
    iccid: profile.iccid,
    imsi: profile.imsi,
    atr: lower(profile.atr),
    protocol: profile.protocol,
    pins: profile.pins.map(({ reference, retries, enabled }) => ({
      reference: lower(reference),
      retries,
      enabled,
    })),
    keyTable: {
      active: profile.keyTable.active,
      entries: profile.keyTable.entries.map(({ algorithm, keySets }) => ({
        algorithm,
        keySets: keySets.map(({ kvn, kic, kid }) => ({ kvn, kic: kic.type, kid: kid.type })),
      })),
    },
    applets: profile.applets.map(appletJson),
    switches: profile.switches,
    directories: profile.directories.map((directory) => directoryJson(source, directory)),
    files: profile.files.map((file) => fileJson(source, file)),
  };
}

function pinText({ reference, retries, enabled, unblock }: CardProfile['pins'][number]): string {
  const tries = [
    `${retries} tries`,
    ...(unblock === undefined ? [] : [`unblock ${unblock.retries}`]),
    ...(enabled ? [] : ['disabled']),
  ];
  return `${keyName(Number.parseInt(reference, 16))} (${tries.join(', ')})`;
}

/** What is told of the card before its files. */
function headLines(profile: CardProfile): string[] {
  const { active, entries } = profile.keyTable;
  const keySets = entries[active]?.keySets.map(
    ({ kvn, kic, kid }) => `key version ${kvn} ${kic.type}/${kid.type}`,
  );
  const pairs = `${entries.length} ${entries.length === 1 ? 'pair' : 'pairs'}`;
  const keys = [`${pairs}, pair ${active} active`, ...(keySets ?? [])];
  return [
    profile.name ?? 'card profile',
    `  ICCID      ${profile.iccid}`,
    `  IMSI       ${profile.imsi}`,
    `  ATR        ${lower(profile.atr)}, ${profile.protocol}`,
    `  PINs       ${profile.pins.map(pinText).join(', ')}`,
    `  key table  ${keys.join(', ')}`,
    ...profile.applets.map(({ tar, kind, startDirectory, format, minimumSecurity }, n) => {
      const title = n === 0 ? 'applets' : '';
      const what = kind === 'remote-file-management' ? `${kind} in ${startDirectory}` : kind;
      const how = `${format}, SPI1 ${minimumSecurity} or more`;
      return `  ${title.padEnd(9)}  ${tar.toUpperCase()}  ${what}, ${how}`;
    }),
  ];
}

const OCTETS_A_LINE = 32;

function hexLines(hex: string): string[] {
  return hex.toLowerCase().match(new RegExp(`.{1,${OCTETS_A_LINE * 2}}`, 'g')) ?? [];
}

/** One EF in full. */
function fullLines(source: Source, file: FileProfile): string[] {
  const known = knownOf(source, file);
  const { source: said, rights } = rightsOfFile(source.profile, source.tree, file);
  const views = contentViews(file, known);
  const contents = contentsOf(file);
  const field = (name: string, text: string): string => `  ${name.padEnd(11)}${text}`;
  const isRecord = hasRecords(file);
  const content = views.flatMap((view, n) => {
    const name = isRecord ? `record ${n + 1}` : 'content';
    if (view.kind !== 'value' && view.kind !== 'octets') {
      return [field(name, viewText(view, known))];
    }
    const [first = '', ...others] = hexLines(contents[n] ?? '');
    const octets = [first, ...others].map((octet) => field('', octet));
    return view.kind === 'octets'
      ? [field(name, first), ...octets.slice(1)]
      : [field(name, viewText(view, known)), ...octets];
  });
  return [
    `${known.ef?.name ?? leafOf(file.path)}  ${file.path}`,
    field('FID', `${file.fid.toUpperCase()}${file.sfi === null ? '' : `, SFI ${file.sfi}`}`),
    field('structure', structureText(file)),
    field('life cycle', file.lifeCycle ?? 'activated'),
    field('rights', rightsLine(rights)),
    field('', said),
    ...(known.ef === undefined ? [] : [field('clause', known.ef.clause)]),
    ...content,
  ];
}

/** Whether a file is meant: by its path or the end of it, by name, or by FID. */
function isMeant(wanted: string, path: string, names: readonly string[]): boolean {
  const plain = plainPath(wanted).toUpperCase();
  const found = plainPath(path).toUpperCase();
  if (found === plain || found.endsWith(`/${plain}`)) return true;
  return names.some((name) => name.toUpperCase() === plain);
}

/** Finds what is to be shown; all that has this name. */
function find(
  source: Source,
  wanted: string,
): { readonly files: FileProfile[]; readonly directories: DirectoryProfile[] } {
  const { profile } = source;
  const files = profile.files.filter((file) => {
    const name = knownOf(source, file).ef?.name;
    return isMeant(wanted, file.path, [file.fid, ...(name === undefined ? [] : [name])]);
  });
  const directories = profile.directories.filter(({ path, fid, aid }) =>
    isMeant(wanted, path, [fid, ...(aid === undefined ? [] : [aid])]),
  );
  if (files.length + directories.length === 0) {
    throw new UsageError(`--file: expected a file of the profile, found ${JSON.stringify(wanted)}`);
  }
  return { files, directories };
}

function show(file: string | undefined, options: ShowOptions): void {
  const profile = readProfile(file);
  const source = sourceOf(profile);
  const wanted = options.file === undefined ? undefined : find(source, options.file);
  if (options.json === true) {
    const document = profileJson(source);
    if (wanted === undefined) json(document);
    else json({ files: wanted.files.map((one) => fileJson(source, one)) });
    return;
  }
  if (wanted === undefined) {
    for (const text of [...headLines(profile), '', ...treeLines(profile, 'MF')]) line(text);
    return;
  }
  const parts = [
    ...wanted.directories.map(({ path }) => treeLines(profile, plainPath(path))),
    ...wanted.files.map((one) => fullLines(source, one)),
  ];
  line(parts.map((part) => part.join('\n')).join('\n\n'));
}

/** Adds the subcommand. */
export function addProfileShow(profile: Command): void {
  profile
    .command('show')
    .description('show the files: structure, rights and contents')
    .argument('[profile]', 'card profile (JSON); the built-in test profile when left out')
    .option('--file <path>', 'one EF in full, or a directory: path, name or FID')
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(show);
}
