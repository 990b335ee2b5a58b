/**
 * The SUCI: the SUPI as it goes over the air, all of it concealed but for the home network.
 *
 *     of an IMSI   01 | PLMN 3 | routing indicator 2 | scheme 1 | key identifier 1 | scheme output
 *     of a NAI     11 | type1.rid0.schid0.userid…@realm
 *                       type1.rid0.schid1.hnkey27.ecckey….cip….mac…@realm
 *
 * Scheme and key say what the output is; the null scheme conceals nothing. In a NAI the parts of a
 * scheme output are text: hex, or with the null scheme the user name itself.
 *
 * @see 3GPP TS 33.501 (concealed identities); 3GPP TS 31.102 §7.5; 3GPP TS 23.003 (NAI of a SUCI);
 *   test/vectors/suci.json
 * @module
 */

import { decodeDigits, encodeDigits } from './bcd.ts';
import { DecodeError } from './errors.ts';
import { fromHex, toHex } from './hex.ts';
import { decodePlmn, encodePlmn, type Imsi, type Plmn } from './identity.ts';
import { concat, padded } from './octets.ts';
import { ByteReader } from './reader.ts';
import { decodeUtf8 } from './text.ts';

/** Format of the SUPI and type of identity in the first octet. */
const TYPE = { imsi: 0x01, nai: 0x11 } as const;
const PLMN_OCTETS = 3;
const ROUTING_OCTETS = 2;
const TAG_OCTETS = 8;

/** The scheme that conceals nothing, with no key. */
export const NULL_SCHEME = 0;
const NO_KEY = 0;
/** A protection scheme with a key: 1 profile A, 2 profile B. */
export type SuciProfile = 1 | 2;
/** Length of the ephemeral public key in a scheme output: X25519; P-256, compressed. */
const KEY_OCTETS: Readonly<Record<SuciProfile, number>> = { 1: 32, 2: 33 };
const SCHEME_MAX = 15;
const KEY_IDENTIFIER_MAX = 255;

/** How a SUPI was concealed, and what became of it. */
export interface Concealment {
  /** 1 to 4 digits. */
  readonly routingIndicator: string;
  /** 0 null scheme, 1 profile A, 2 profile B; to 15. */
  readonly scheme: number;
  /** Which public key of the home network; 0 for the null scheme. */
  readonly keyIdentifier: number;
  readonly schemeOutput: Uint8Array;
}

/** A SUCI made of an IMSI. */
export interface ImsiSuci extends Concealment {
  readonly kind: 'imsi';
  readonly plmn: Plmn;
}

/** A SUCI made of a network specific identifier, which is a NAI. */
export interface NaiSuci extends Concealment {
  readonly kind: 'nai';
  /** What is behind the '@'. */
  readonly realm: string;
}

/** A SUCI. */
export type Suci = ImsiSuci | NaiSuci;

/** The home network, which a SUCI names in clear: a PLMN, or a realm. */
export function homeOf(suci: Suci): string {
  return suci.kind === 'imsi' ? suci.plmn : suci.realm;
}

/** The parts of a scheme output of profile A or B. */
export interface SchemeOutput {
  /** 32 octets of profile A, 33 of profile B. */
  readonly ephemeralPublicKey: Uint8Array;
  readonly ciphertext: Uint8Array;
  /** 8 octets. */
  readonly tag: Uint8Array;
}

/** Tells whether a scheme identifier is that of profile A or B. */
export function isSuciProfile(scheme: number): scheme is SuciProfile {
  return Object.hasOwn(KEY_OCTETS, scheme);
}

/**
 * Takes a scheme output of profile A or B apart.
 *
 * @returns `undefined` when it is too short for a key and a tag
 * @see 3GPP TS 33.501 (ECIES profiles A and B)
 */
export function splitSchemeOutput(
  scheme: SuciProfile,
  schemeOutput: Uint8Array,
): SchemeOutput | undefined {
  const keyOctets = KEY_OCTETS[scheme];
  const tagAt = schemeOutput.length - TAG_OCTETS;
  if (tagAt < keyOctets) return undefined;
  return {
    ephemeralPublicKey: schemeOutput.slice(0, keyOctets),
    ciphertext: schemeOutput.slice(keyOctets, tagAt),
    tag: schemeOutput.slice(tagAt),
  };
}

function expectNumber(name: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw new RangeError(`${name}: expected 0 to ${most}, got ${value}`);
  }
}

function expectConcealment({ routingIndicator, scheme, keyIdentifier }: Concealment): void {
  if (!/^[0-9]{1,4}$/.test(routingIndicator)) {
    throw new RangeError(`routing indicator: expected 1 to 4 digits, got "${routingIndicator}"`);
  }
  expectNumber('scheme', scheme, SCHEME_MAX);
  expectNumber('key identifier', keyIdentifier, KEY_IDENTIFIER_MAX);
}

function userNameOf(schemeOutput: Uint8Array): string {
  try {
    return decodeUtf8(schemeOutput, 'user name');
  } catch {
    throw new RangeError('scheme output: expected a user name in UTF-8');
  }
}

function encodeNaiScheme({ scheme, keyIdentifier, schemeOutput }: NaiSuci): string {
  if (scheme === NULL_SCHEME) {
    expectNumber('key identifier', keyIdentifier, NO_KEY);
    return `userid${userNameOf(schemeOutput)}`;
  }
  const parts = isSuciProfile(scheme) ? splitSchemeOutput(scheme, schemeOutput) : undefined;
  if (parts === undefined) throw new RangeError('scheme output: expected one of profile A or B');
  const { ephemeralPublicKey, ciphertext, tag } = parts;
  const texts = `ecckey${toHex(ephemeralPublicKey)}.cip${toHex(ciphertext)}.mac${toHex(tag)}`;
  return `hnkey${keyIdentifier}.${texts}`;
}

function encodeNai(of: NaiSuci): Uint8Array {
  const scheme = encodeNaiScheme(of);
  const text = `type1.rid${of.routingIndicator}.schid${of.scheme}.${scheme}@${of.realm}`;
  if (text.split('@').length !== 2 || of.realm === '') {
    throw new RangeError('NAI: expected a user name and a realm without "@"');
  }
  return new TextEncoder().encode(text);
}

/**
 * Writes a SUCI.
 *
 * @returns of an IMSI 8 octets and the scheme output; of a NAI one octet and its text
 * @throws {RangeError} the routing indicator is no 1 to 4 digits, scheme or key identifier is none,
 *   or a NAI cannot say it
 * @see 3GPP TS 31.102 §7.5
 */
export function encodeSuci(of: Suci): Uint8Array {
  expectConcealment(of);
  if (of.kind === 'nai') return concat(Uint8Array.of(TYPE.nai), encodeNai(of));
  const { plmn, routingIndicator, scheme, keyIdentifier, schemeOutput } = of;
  return concat(
    Uint8Array.of(TYPE.imsi),
    encodePlmn(plmn),
    padded(encodeDigits(routingIndicator), ROUTING_OCTETS),
    Uint8Array.of(scheme, keyIdentifier),
    schemeOutput,
  );
}

function decodeImsiSuci(reader: ByteReader): ImsiSuci {
  const plmn = decodePlmn(reader.take(PLMN_OCTETS, 'PLMN'));
  if (plmn === undefined) throw reader.error('PLMN', 'expected digits', 1);
  const routingAt = reader.offset;
  const routing = reader.take(ROUTING_OCTETS, 'routing indicator');
  const routingIndicator = decodeDigits(routing, 'SUCI/routing indicator', false, routingAt);
  if (routingIndicator === '') {
    throw reader.error('routing indicator', 'expected 1 to 4 digits', routingAt);
  }
  const scheme = reader.uint(1, 'scheme');
  if (scheme > SCHEME_MAX) throw reader.error('scheme', 'expected 0 to 15', reader.offset - 1);
  const keyIdentifier = reader.uint(1, 'key identifier');
  return {
    kind: 'imsi',
    plmn,
    routingIndicator,
    scheme,
    keyIdentifier,
    schemeOutput: reader.rest(),
  };
}

const NAI = /^type1\.rid([0-9]{1,4})\.schid([012])\.([^@]*)@([^@]+)$/;
const USER_NAME = /^userid(.*)$/s;
const PROFILE = /^hnkey(0|[1-9][0-9]{0,2})\.ecckey([0-9a-f]*)\.cip([0-9a-f]*)\.mac([0-9a-f]{16})$/i;

function decodeNaiSuci(reader: ByteReader): NaiSuci {
  const at = reader.offset;
  const [, routingIndicator = '', digit = '', scheme, realm = ''] =
    NAI.exec(decodeUtf8(reader.rest(), 'SUCI/NAI')) ?? [];
  if (scheme === undefined) throw reader.error('NAI', 'expected that of a SUCI', at);
  const of = { kind: 'nai', realm, routingIndicator, scheme: Number(digit) } as const;
  if (!isSuciProfile(of.scheme)) {
    const userName = USER_NAME.exec(scheme)?.[1];
    if (userName === undefined) throw reader.error('NAI', 'expected a user name', at);
    return { ...of, keyIdentifier: NO_KEY, schemeOutput: new TextEncoder().encode(userName) };
  }
  const [, key = '', ephemeral = '', ciphertext = '', tag = ''] = PROFILE.exec(scheme) ?? [];
  const keyIdentifier = Number(key || KEY_IDENTIFIER_MAX + 1);
  if (keyIdentifier > KEY_IDENTIFIER_MAX || ephemeral.length !== 2 * KEY_OCTETS[of.scheme]) {
    throw reader.error('NAI', 'expected hnkey, ecckey, cip and mac', at);
  }
  const schemeOutput = fromHex(`${ephemeral}${ciphertext}${tag}`, 'SUCI/NAI');
  return { ...of, keyIdentifier, schemeOutput };
}

/**
 * Reads a SUCI.
 *
 * @param octets the value that GET IDENTITY gives, without tag and length
 * @throws {DecodeError} the type is neither that of an IMSI nor of a NAI, a digit is none, the NAI
 *   is none of a SUCI, or the octets are cut short
 * @see 3GPP TS 31.102 §7.5
 */
export function decodeSuci(octets: Uint8Array): Suci {
  const reader = new ByteReader(octets, 'SUCI');
  const type = reader.uint(1, 'type');
  if (type === TYPE.imsi) return decodeImsiSuci(reader);
  if (type === TYPE.nai) return decodeNaiSuci(reader);
  throw new DecodeError('SUCI/type', 0, `expected '01' or '11'`);
}

/**
 * The digits of an IMSI behind the home network, as they are concealed.
 *
 * @see 3GPP TS 33.501 (concealed identities)
 */
export function encodeMsin(imsi: Imsi, mncLength: 2 | 3): Uint8Array {
  return encodeDigits(imsi.slice(3 + mncLength));
}
