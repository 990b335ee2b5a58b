/**
 * What a receiver refuses in a packet that it can read, in the order in which it looks.
 *
 * @see ETSI TS 102 225 §5.1; ETSI TS 102 226 (minimum security level)
 * @module
 */

import { toHex } from '../../bytes/hex.ts';
import { equals } from '../../bytes/octets.ts';
import { CNTR_MAX } from '../counter.ts';
import { checksumOf, cipherOf, type KeySet, keyVersion } from '../key-set.ts';
import { meetsMinimumSecurity } from '../spi.ts';
import { CHECKSUM_IN_FRONT, type Fields, pcntrOf } from './coverage.ts';
import { cntrOf, reversedCntr } from './fit.ts';
import { chlRemedy, cplRemedy } from './frame-mistakes.ts';
import { algorithmName, indicatorOf, missingSetRemedy } from './key-mistakes.ts';
import { blockOf, type KeyRole, type KeyUse } from './methods.ts';
import type { CandidateApplet, CandidateKeySet, MistakeName } from './mistake.ts';
import { type Ciphering, type Inquiry, keySetOf, type Plan, storedUse } from './plan.ts';
import { listed, octetsOf, quoted } from './words.ts';

/** A mistake, and what to do about it. */
export interface Fault {
  readonly name: MistakeName;
  readonly remedy: string;
}

type Judge = (inquiry: Inquiry, plan: Plan, fields: Fields) => Fault | undefined;

function fault(name: MistakeName, remedy: string | undefined): Fault | undefined {
  return remedy === undefined ? undefined : { name, remedy };
}

/** A digital signature is reserved, in SPI1 and in SPI2. */
export function signatureFault({ spi, spi1 }: Inquiry): Fault | undefined {
  if (spi.integrity === 'ds') {
    const right = quoted((spi1 & ~3) | 2);
    const remedy = `SPI1 ${quoted(spi1)} asks for a digital signature, which no receiver takes`;
    return fault('digital-signature', `${remedy}: compute a CC, and seal with SPI1 ${right}.`);
  }
  if (spi.por === 'none' || spi.porIntegrity !== 'ds') return undefined;
  return fault(
    'digital-signature',
    'SPI2 asks for a PoR with a digital signature, which no receiver makes: ask for a CC.',
  );
}

const TARS_SHOWN = 8;

function differing(a: Uint8Array, b: Uint8Array): number {
  return a.filter((octet, at) => octet !== b[at]).length;
}

function tarFault({ tar, receiver: { applets } }: Inquiry): Fault | undefined {
  if (applets.some((applet) => equals(applet.tar, tar))) return undefined;
  const found = `TAR '${toHex(tar)}'`;
  const close = (isClose: (applet: CandidateApplet) => boolean): string | undefined => {
    const applet = applets.find(isClose);
    return applet && toHex(applet.tar);
  };
  const turned = close((applet) => equals(applet.tar, tar.slice().reverse()));
  if (turned !== undefined) {
    return fault(
      'tar-reversed',
      `${found} has its octets in reverse order: seal with '${turned}'.`,
    );
  }
  const near = close((applet) => differing(applet.tar, tar) === 1);
  if (near !== undefined) {
    const remedy = `${found} is nobody's, and one octet off '${near}': seal with that.`;
    return fault('tar-one-octet-off', remedy);
  }
  const tars = applets.slice(0, TARS_SHOWN).map((applet) => `'${toHex(applet.tar)}'`);
  const others = applets.length > TARS_SHOWN ? ['others'] : [];
  const there = listed([...tars, ...others]);
  const remedy = there === '' ? 'there is no application' : `seal with one of ${there}`;
  return fault('tar-unknown', `${found} is nobody's: ${remedy}.`);
}

const CHECKSUMS = ['a checksum', 'an RC', 'a CC', 'a DS'];
const COUNTERS = ['a counter', 'a counter', 'a counter that goes up', 'a counter that is one up'];

function securityFault({ spi1, tar, receiver: { applets } }: Inquiry): Fault | undefined {
  const minimum = applets.find((applet) => equals(applet.tar, tar))?.minimumSecurity;
  if (minimum === undefined || meetsMinimumSecurity(spi1, minimum)) return undefined;
  const isLess = (part: number) => (spi1 & part) < (minimum & part);
  const missing = [
    ...(isLess(0x03) ? [CHECKSUMS[minimum & 3]!] : []),
    ...(isLess(0x04) ? ['ciphering'] : []),
    ...(isLess(0x18) ? [COUNTERS[(minimum >> 3) & 3]!] : []),
  ];
  const right = [0x03, 0x04, 0x18].reduce(
    (all, part) => all | Math.max(spi1 & part, minimum & part),
    0,
  );
  return fault(
    'minimum-security',
    `SPI1 ${quoted(spi1)} is below the minimum ${quoted(minimum)} of TAR '${toHex(tar)}', ` +
      `which wants ${listed(missing)}: seal with SPI1 ${quoted(right)}.`,
  );
}

/** What of the named keys a packet needs, and its PoR. */
interface Needs {
  readonly cipher: boolean;
  readonly checksum: boolean;
  readonly porCipher: boolean;
  readonly porChecksum: boolean;
  readonly counter: boolean;
  /** Which octet names the key set that counts. */
  readonly counterPlace: KeyRole;
}

function needsOf({ spi }: Inquiry): Needs {
  const hasPor = spi.por !== 'none';
  return {
    cipher: spi.isCiphered,
    checksum: spi.integrity === 'cc',
    porCipher: hasPor && spi.isPorCiphered,
    porChecksum: hasPor && spi.porIntegrity === 'cc',
    counter: spi.counterMode === 'higher' || spi.counterMode === 'one-higher',
    counterPlace: spi.integrity === 'cc' || spi.integrity === 'rc' ? 'KID' : 'KIc',
  };
}

function kvnOf({ kic, kid }: Inquiry, place: KeyRole): number {
  return keyVersion(place === 'KIc' ? kic : kid);
}

/** A key set that the packet itself needs, and that does not exist. */
export function missingSetFault(inquiry: Inquiry): Fault | undefined {
  const needs = needsOf(inquiry);
  const places: KeyRole[] = [
    ...(needs.cipher ? ['KIc' as const] : []),
    ...(needs.checksum ? ['KID' as const] : []),
    ...(needs.counter ? [needs.counterPlace] : []),
  ];
  const missing = places.find((place) => !keySetOf(inquiry.receiver, kvnOf(inquiry, place)));
  return missing && fault('no-such-key-set', missingSetRemedy(inquiry, missing));
}

/** The stored key that KIc or KID names, and the octet that names it rightly. */
function named(inquiry: Inquiry, place: KeyRole): { readonly key: KeyUse; readonly octet: number } {
  const key = storedUse(inquiry.receiver, kvnOf(inquiry, place), place);
  return { key, octet: indicatorOf(key) };
}

function keySetFor({ ring, receiver }: Inquiry, kvn: number): KeySet | undefined {
  const set = keySetOf(receiver, kvn);
  if (set === undefined) return undefined;
  return {
    kvn,
    cipheringKey: ring.key(storedUse(receiver, kvn, 'KIc')),
    checksumKey: ring.key(storedUse(receiver, kvn, 'KID')),
    macLength: set.macLength,
  };
}

function fitsCipher(inquiry: Inquiry): boolean {
  return cipherOf(inquiry.kic, keySetFor(inquiry, keyVersion(inquiry.kic))) !== undefined;
}

function fitsChecksum(inquiry: Inquiry, integrity: 'rc' | 'cc'): boolean {
  const keys = keySetFor(inquiry, keyVersion(inquiry.kid));
  return checksumOf(integrity, inquiry.kid, keys) !== undefined;
}

const RC_KID = `KID 'x1' is CRC-16, 'x5' CRC-32`;

function indicatorFault(inquiry: Inquiry): Fault | undefined {
  const { kic, kid, spi } = inquiry;
  const needs = needsOf(inquiry);
  const wrong: { place: KeyRole; found: number }[] = [
    ...(needs.cipher && !fitsCipher(inquiry) ? [{ place: 'KIc' as const, found: kic }] : []),
    ...(needs.checksum && !fitsChecksum(inquiry, 'cc')
      ? [{ place: 'KID' as const, found: kid }]
      : []),
  ];
  if (wrong.length === 0) {
    const isRcNamed = spi.integrity !== 'rc' || fitsChecksum(inquiry, 'rc');
    const remedy = isRcNamed ? undefined : `KID ${quoted(kid)} names no RC: ${RC_KID}.`;
    return fault('key-indicator', remedy);
  }
  const sentences = wrong.map(({ place, found }) => {
    const { key, octet } = named(inquiry, place);
    return (
      `${place} ${quoted(found)} does not fit the ${place} key of key set ${key.kvn}, ` +
      `which is for ${algorithmName(key)}: seal with ${quoted(octet)}`
    );
  });
  return fault('key-indicator', `${sentences.join('; ')}.`);
}

/** Keys that the PoR alone needs. */
function porKeysFault(inquiry: Inquiry): Fault | undefined {
  const { kic, kid, spi } = inquiry;
  const needs = needsOf(inquiry);
  if (needs.porCipher && !needs.cipher && !fitsCipher(inquiry)) {
    const remedy = `SPI2 asks for a ciphered PoR, and KIc ${quoted(kic)} names no key for it`;
    return fault('por-keys', `${remedy}: name one, or ask for a PoR in clear.`);
  }
  const isRc = spi.por !== 'none' && spi.porIntegrity === 'rc';
  const isCc = needs.porChecksum && !needs.checksum;
  if ((isCc && !fitsChecksum(inquiry, 'cc')) || (isRc && !fitsChecksum(inquiry, 'rc'))) {
    const what = isRc ? `an RC, and KID ${quoted(kid)} names none` : `a CC, and KID ${quoted(kid)}`;
    const why = isRc ? '' : ' names no key for it';
    return fault('por-keys', `SPI2 asks for a PoR with ${what}${why}: name one, or ask for none.`);
  }
  return undefined;
}

/** What a receiver that is strict does not take. */
function strictnessFault(inquiry: Inquiry): Fault | undefined {
  const { aesWithoutCounter, singleDes = true, differentKeySets = true } = inquiry.receiver;
  const needs = needsOf(inquiry);
  const places: KeyRole[] = [
    ...(needs.cipher || needs.porCipher ? ['KIc' as const] : []),
    ...(needs.checksum || needs.porChecksum ? ['KID' as const] : []),
  ];
  const keys = places
    .filter((place) => keySetOf(inquiry.receiver, kvnOf(inquiry, place)) !== undefined)
    .map((place) => named(inquiry, place).key);
  const uses = (algorithm: string) => keys.some((key) => key.algorithm === algorithm);
  if (!aesWithoutCounter && !needs.counter && uses('AES')) {
    const right = quoted((inquiry.spi1 & ~0x18) | 0x10);
    const remedy = `This receiver takes AES with a counter alone: seal with SPI1 ${right}`;
    return fault('aes-without-counter', `${remedy}, and a CNTR above the one before.`);
  }
  if (!singleDes && uses('DES')) {
    return fault('single-des-refused', 'This receiver takes no single DES: use a longer key.');
  }
  const [first, second] = keys;
  if (differentKeySets || first === undefined || first.kvn === (second ?? first).kvn) {
    return undefined;
  }
  return fault(
    'different-key-sets',
    'This receiver wants KIc and KID of one key set: use the keys of one.',
  );
}

function paddingFault({ base }: Inquiry, plan: Plan, fields: Fields): Fault | undefined {
  const pcntr = pcntrOf(fields);
  const ciphers = [plan.ciphering, base.ciphering].filter((one): one is Ciphering => !!one);
  if (pcntr === 0) return undefined;
  if (ciphers.length === 0) {
    const remedy = `PCNTR is ${quoted(pcntr)} in a packet that is not ciphered`;
    return fault('padding-in-clear', `${remedy}: add no padding, and send PCNTR '00'.`);
  }
  const { length } = fields.padded;
  if (pcntr > length) {
    const remedy = `PCNTR is ${quoted(pcntr)}, and only ${octetsOf(length)} could be padding`;
    return fault('pcntr-too-large', `${remedy}: count those that were added.`);
  }
  const block = Math.max(...ciphers.map(({ key }) => blockOf(key.algorithm)));
  if (pcntr < block) return undefined;
  return fault(
    'pcntr-too-large',
    `PCNTR is ${quoted(pcntr)}, and a block has ${octetsOf(block)}: ` +
      `pad to the end of a block and no further, by 0 to ${octetsOf(block - 1)}.`,
  );
}

const LIKELY_STEP = 0xffff;

/** Tells whether a counter is as a sender that counts up from the stored one would have it. */
function isNext(cntr: number, stored: number): boolean {
  return cntr > stored && cntr - stored <= LIKELY_STEP;
}

function counterSentence(cntr: number, keySet: CandidateKeySet, isExact: boolean): Fault {
  const { kvn, cntr: stored } = keySet;
  const next = `seal with ${quoted(stored + 1, 5)}${isExact ? '' : ' or more'}`;
  const by = Math.abs(cntr - stored);
  const there = `the counter ${quoted(stored, 5)} of key set ${kvn}`;
  if (cntr === stored) {
    const remedy =
      stored === 0
        ? `CNTR ${quoted(cntr, 5)} is the counter of a new card, which takes what is higher`
        : `CNTR ${quoted(cntr, 5)} was taken already, and the packet is a replay`;
    return { name: 'counter-replayed', remedy: `${remedy}: ${next}.` };
  }
  if (cntr < stored) {
    const remedy = `CNTR ${quoted(cntr, 5)} is low: ${by} below ${there}; ${next}.`;
    return { name: 'counter-low', remedy };
  }
  const remedy = `CNTR ${quoted(cntr, 5)} is high: ${by} above ${there}, not 1; ${next}.`;
  return { name: 'counter-high', remedy };
}

function counterFault(inquiry: Inquiry, _plan: Plan, fields: Fields): Fault | undefined {
  const needs = needsOf(inquiry);
  const keySet = keySetOf(inquiry.receiver, kvnOf(inquiry, needs.counterPlace));
  if (!needs.counter || keySet === undefined) return undefined;
  const { kvn, cntr: stored } = keySet;
  const cntr = cntrOf(fields);
  const isExact = inquiry.spi.counterMode === 'one-higher';
  if (stored >= CNTR_MAX) {
    return fault(
      'counter-blocked',
      `The counter of key set ${kvn} has reached its end and takes no packet: use another key set.`,
    );
  }
  if (isExact ? cntr === stored + 1 : cntr > stored) return undefined;
  const [littleEndian, storedSo] = [reversedCntr(cntr), reversedCntr(stored)];
  const isLikeTheLast = storedSo < stored && isNext(littleEndian, storedSo);
  if (cntr !== stored && (isNext(littleEndian, stored) || isLikeTheLast)) {
    return fault(
      'counter-little-endian',
      `CNTR ${quoted(cntr, 5)} has its octets in reverse order: send the most significant first.`,
    );
  }
  return counterSentence(cntr, keySet, isExact);
}

const JUDGES: readonly Judge[] = [
  (inquiry, plan, fields) => fault('cpl-wrong', cplRemedy(plan, inquiry, fields)),
  signatureFault,
  (inquiry, plan) =>
    fault('chl-wrong', plan.layout === CHECKSUM_IN_FRONT ? chlRemedy(plan, inquiry) : undefined),
  tarFault,
  securityFault,
  missingSetFault,
  indicatorFault,
  porKeysFault,
  strictnessFault,
  paddingFault,
  counterFault,
];

/** Gives all that a receiver refuses in a packet, read by a plan. */
export function faultsOf(inquiry: Inquiry, plan: Plan, fields: Fields): Fault[] {
  return JUDGES.flatMap((judge) => judge(inquiry, plan, fields) ?? []);
}
