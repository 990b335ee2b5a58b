/**
 * What a card profile means, as facts that can be compared with those of another profile.
 *
 *     file MF/A0000000871002…/6F07, content    $.files[12].data    EF_IMSI of MF/ADF.USIM
 *     what it is compared by                   where it stands     what people call it
 *
 * Two profiles that make the same card have the same facts: case of hex, order of arrays, names in
 * paths, what is left out and what is filled do not matter. A directory is known by its AID or FID.
 *
 * @see docs/profile.md, "Compare"
 * @module
 */

import { understood } from '../bytes/errors.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { padded } from '../bytes/octets.ts';
import { MILENAGE_CONSTANTS } from '../crypto/milenage.ts';
import { TUAK_PARAMETERS } from '../crypto/tuak.ts';
import { XOR_PARAMETERS } from '../crypto/xor.ts';
import type { EfDefinition } from '../ef/definition.ts';
import { efDefinition } from '../ef/definitions.ts';
import { authenticationSecret } from './authentication.ts';
import { jsonPath, type Path } from './faults.ts';
import { contentsOf, efDirectory, type Places, placesOf, SECRET_FILES } from './known-files.ts';
import {
  type CardProfile,
  type DirectoryProfile,
  type FileProfile,
  hasRecords,
  type KeySetProfile,
  type KeyTableEntryProfile,
} from './profile.ts';
import { arrFidIn, rulesText } from './rules-text.ts';
import { parentPath, plainPath } from './tree.ts';

/** One thing that a profile says. */
export interface Fact {
  /** JSON path. */
  readonly path: string;
  /** For people: `EF_IMSI of MF/ADF.USIM`; empty where the path says it all. */
  readonly what: string;
  /** In one spelling; equal means the same. Perhaps secret. */
  readonly value: string;
  /** What may be shown; `undefined`: nothing of it. */
  readonly shown: { readonly meaning: unknown } | undefined;
  /** The fact that something is there, without which this one says nothing. */
  readonly within: string | undefined;
}

/** Facts by what they are compared by, in the order of the profile. */
export type Facts = ReadonlyMap<string, Fact>;

const PIN_OCTETS = 8;
const MAC_OCTETS = 8;

/** Where facts go while a profile is read. */
class FactList {
  readonly facts = new Map<string, Fact>();
  readonly #within: string | undefined;
  readonly #what: string;

  constructor(facts?: Map<string, Fact>, within?: string, what = '') {
    if (facts !== undefined) this.facts = facts;
    this.#within = within;
    this.#what = what;
  }

  /** Something is there; gives the list of what it is. */
  part(key: string, path: Path, what = this.#what): FactList {
    this.#add(key, path, 'there', undefined, what);
    return new FactList(this.facts, this.#key(key), what);
  }

  /** What only things of one kind have: nothing is told of it against a thing of another. */
  ofKind(key: string): FactList {
    return new FactList(this.facts, this.#key(key), this.#what);
  }

  /** A value that may be shown. */
  open(key: string, path: Path, value: unknown): void {
    this.#add(key, path, JSON.stringify(value), { meaning: value }, this.#what);
  }

  /** A value that may not. */
  secret(key: string, path: Path, value: string): void {
    this.#add(key, path, value, undefined, this.#what);
  }

  /** Octets and what they mean, when that may be shown. */
  content(key: string, path: Path, octets: string, shown: Fact['shown']): void {
    this.#add(key, path, octets, shown, this.#what);
  }

  #key(key: string): string {
    return this.#within === undefined ? key : `${this.#within}, ${key}`;
  }

  #add(key: string, path: Path, value: string, shown: Fact['shown'], what: string): void {
    const fact = { path: jsonPath(path), what, value, shown, within: this.#within };
    this.facts.set(this.#key(key), fact);
  }
}

const upper = (hex: string): string => hex.toUpperCase();

/** A PIN as the card compares it: 8 octets. */
function pinOctets(value: string): string {
  if (value.length === PIN_OCTETS * 2) return upper(value);
  const digits = Uint8Array.from(value, (digit) => digit.charCodeAt(0));
  return upper(toHex(padded(digits, PIN_OCTETS)));
}

function addPins(profile: CardProfile, facts: FactList): void {
  for (const [n, pin] of profile.pins.entries()) {
    const at = ['pins', n];
    const reference = upper(pin.reference);
    const list = facts.part(`PIN ${reference}`, at, `PIN ${reference}`);
    list.secret('value', [...at, 'value'], pinOctets(pin.value));
    list.open('retries', [...at, 'retries'], pin.retries);
    list.open('enabled', [...at, 'enabled'], pin.enabled);
    if (pin.unblock === undefined) continue;
    const path = [...at, 'unblock'];
    const unblock = list.part('unblock', path, `UNBLOCK PIN ${reference}`);
    unblock.secret('value', [...path, 'value'], pinOctets(pin.unblock.value));
    unblock.open('retries', [...path, 'retries'], pin.unblock.retries);
  }
}

function addKeySet(set: KeySetProfile, at: Path, facts: FactList): void {
  const list = facts.part(`key set ${set.kvn}`, at, `key version ${set.kvn}`);
  for (const name of ['kic', 'kid', 'kik'] as const) {
    const key = set[name];
    if (key === undefined) continue;
    const path = [...at, name];
    const part = list.part(name, path);
    part.open('type', [...path, 'type'], key.type);
    part.secret('key', [...path, 'key'], upper(key.key));
  }
  list.open('macLength', [...at, 'kid', 'macLength'], set.kid.macLength ?? MAC_OCTETS);
  list.open('cntr', [...at, 'cntr'], upper(set.cntr));
}

/** K and what goes with it, as the card takes it. */
function addAlgorithm(entry: KeyTableEntryProfile, at: Path, facts: FactList): void {
  const { algorithm } = entry;
  facts.open('algorithm', [...at, 'algorithm'], algorithm);
  facts.secret('k', [...at, 'k'], upper(entry.k));
  const operator = (['opc', 'op', 'topc', 'top'] as const).find((name) => entry[name]);
  if (operator !== undefined) {
    facts.secret('opc', [...at, operator], toHex(authenticationSecret(entry).opc));
  }
  const own = facts.ofKind(algorithm);
  const set = <T>(name: string, value: T | undefined, otherwise: T): void =>
    own.open(name, [...at, name], value ?? otherwise);
  if (algorithm === 'milenage') {
    set('r', entry.r, MILENAGE_CONSTANTS.r);
    const c = entry.c?.map(upper) ?? MILENAGE_CONSTANTS.c.map((octets) => upper(toHex(octets)));
    own.secret('c', [...at, 'c'], c.join());
  } else if (algorithm === 'tuak') {
    set('resLength', entry.resLength, TUAK_PARAMETERS.resLength);
    set('ckLength', entry.ckLength, TUAK_PARAMETERS.ckLength);
    set('ikLength', entry.ikLength, TUAK_PARAMETERS.ikLength);
    set('iterations', entry.iterations, TUAK_PARAMETERS.iterations);
  } else if (algorithm === 'xor') {
    set('resLength', entry.resLength, XOR_PARAMETERS.resLength);
    set('gsmVariant', entry.gsmVariant, XOR_PARAMETERS.gsmVariant);
  }
}

function addKeyTable(profile: CardProfile, facts: FactList): void {
  const { active, entries } = profile.keyTable;
  facts.open('active', ['keyTable', 'active'], active);
  for (const [n, entry] of entries.entries()) {
    const at = ['keyTable', 'entries', n];
    const list = facts.part(`pair ${n}`, at);
    addAlgorithm(entry, at, list);
    const { indBits, delta, ageLimit, array } = entry.sqn;
    list.open('indBits', [...at, 'sqn', 'indBits'], indBits);
    list.open('delta', [...at, 'sqn', 'delta'], delta);
    list.open('ageLimit', [...at, 'sqn', 'ageLimit'], ageLimit ?? 'no limit');
    const isNew = array === undefined || array.every((seq) => seq === 0);
    list.open('array', [...at, 'sqn', 'array'], isNew ? 'all 0' : array.join(' '));
    for (const [s, set] of entry.keySets.entries()) addKeySet(set, [...at, 'keySets', s], list);
  }
}

function addApplets(profile: CardProfile, places: Places, facts: FactList): void {
  for (const [n, applet] of profile.applets.entries()) {
    const at = ['applets', n];
    const list = facts.part(`applet ${upper(applet.tar)}`, at, `applet ${upper(applet.tar)}`);
    list.open('aid', [...at, 'aid'], applet.aid === undefined ? 'none' : upper(applet.aid));
    list.open('kind', [...at, 'kind'], applet.kind);
    const start = places.get(plainPath(applet.startDirectory)) ?? applet.startDirectory;
    list.open('startDirectory', [...at, 'startDirectory'], start);
    list.open('format', [...at, 'format'], applet.format);
    list.open('minimumSecurity', [...at, 'minimumSecurity'], upper(applet.minimumSecurity));
    list.open('accessDomain', [...at, 'accessDomain'], upper(applet.accessDomain));
  }
}

function addSwitches({ switches }: CardProfile, facts: FactList): void {
  const lenient = {
    singleDes: true,
    differentKeySets: true,
    unannouncedPackets: true,
    gsm: true,
  };
  for (const [name, value] of Object.entries({ ...lenient, ...switches })) {
    facts.open(name, ['switches', name], value);
  }
}

/** Where the access rules of a directory or an EF are given. */
function rulesPath(at: Path, { rules }: DirectoryProfile | FileProfile): Path {
  if (rules === undefined) return [...at, 'arr'];
  const { referenced, expanded } = rules;
  const own = expanded === undefined ? 'compact' : 'expanded';
  return [...at, 'rules', referenced === undefined ? own : 'referenced'];
}

function addDirectories(profile: CardProfile, places: Places, facts: FactList): void {
  for (const [n, directory] of profile.directories.entries()) {
    const at = ['directories', n];
    const name = plainPath(directory.path);
    const list = facts.part(`directory ${places.get(name)}`, at, name);
    list.open('arr', rulesPath(at, directory), rulesText(directory));
    list.open('pins', [...at, 'pins'], directory.pins.map(upper).join(' '));
  }
}

/** What contents mean; `undefined` when they may not be shown, or nobody knows. */
function meaningOf(ef: EfDefinition<unknown> | undefined, octets: string): Fact['shown'] {
  if (ef === undefined || SECRET_FILES.has(ef.name)) return undefined;
  // Contents of no form are told to differ.
  return understood(() => ({ meaning: ef.decode(fromHex(octets)) }));
}

function addFile(file: FileProfile, at: Path, place: string, facts: FactList): void {
  const directory = efDirectory(place);
  const ef = directory && efDefinition(directory, Number.parseInt(file.fid, 16));
  const name = plainPath(file.path);
  const what = ef === undefined ? name : `${ef.name} of ${parentPath(name)}`;
  const list = facts.part(`file ${place}/${upper(file.fid)}`, at, what);
  list.open('type', [...at, 'type'], file.type);
  list.open('sfi', [...at, 'sfi'], file.sfi);
  list.open('arr', rulesPath(at, file), rulesText(file, arrFidIn(place)));
  list.open('shareable', [...at, 'shareable'], file.shareable ?? true);
  list.open('lifeCycle', [...at, 'lifeCycle'], file.lifeCycle ?? 'activated');
  const special = file.specialFileInformation;
  const octet = special === undefined ? 'none' : upper(special);
  list.open('specialFileInformation', [...at, 'specialFileInformation'], octet);
  if (!hasRecords(file)) {
    list.open('size', [...at, 'size'], file.size);
    const octets = upper(file.data);
    list.content('content', [...at, 'data'], octets, meaningOf(ef, octets));
    return;
  }
  list.open('recLen', [...at, 'recLen'], file.recLen);
  list.open('recCount', [...at, 'recCount'], file.recCount);
  for (const [r, octets] of contentsOf(file).map(upper).entries()) {
    list.content(`record ${r}`, [...at, 'records', r], octets, meaningOf(ef, octets));
  }
}

/**
 * Gives what a profile means.
 *
 * @param profile one that `checkProfile` has accepted
 * @returns facts, of which the `value` may be secret and what is `shown` is not
 * @see docs/profile.md, "Compare"
 */
export function factsOf(profile: CardProfile): Facts {
  const list = new FactList();
  const places = placesOf(profile);
  list.open('iccid', ['iccid'], profile.iccid);
  list.open('imsi', ['imsi'], profile.imsi);
  list.open('atr', ['atr'], upper(profile.atr));
  list.open('protocol', ['protocol'], profile.protocol);
  addPins(profile, list);
  addKeyTable(profile, list);
  addApplets(profile, places, list);
  addSwitches(profile, list);
  list.open('freeMemory', ['freeMemory'], profile.freeMemory ?? 'not told');
  addDirectories(profile, places, list);
  for (const [n, file] of profile.files.entries()) {
    addFile(file, ['files', n], places.get(parentPath(file.path) ?? '') ?? '', list);
  }
  return list.facts;
}
