/**
 * What a terminal has read of a card, and the profile that comes of it.
 *
 * A card gives neither keys nor PINs, nor what applets there are, and some of its files to nobody.
 * So the profile has keys and PINs of its own, no applets, and 'FF' where nothing could be read.
 * All of this is told: nothing is guessed silently.
 *
 * @see docs/profile.md, "Dump"; 3GPP TS 31.102 §4.2
 * @module
 */

import { decodeAtr } from '../apdu/atr.ts';
import { understood } from '../bytes/errors.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { EF_ICCID, EF_IMSI } from '../ef/identity.ts';
import { isAdm } from '../ef/key-references.ts';
import {
  type CardProfile,
  type DirectoryProfile,
  type FileProfile,
  type PinProfile,
  PROFILE_FORMAT,
} from './profile.ts';
import { applicationPaths, profileTree, USIM_AID } from './tree.ts';
import { type Draw, withoutSecrets } from './without-secrets.ts';

/** A file that exists and does not give its content. */
export interface Unreadable {
  /** Path in the profile. */
  readonly path: string;
  /** FID, 4 hex digits. */
  readonly fid: string;
  /** What the card answered, 4 hex digits. */
  readonly sw: string;
}

/** A PIN as the card tells of it. */
export interface PinReading {
  /** Key reference, one octet. */
  readonly reference: number;
  readonly isEnabled: boolean;
  /** Tries left; `undefined`: the card does not tell. */
  readonly triesLeft: number | undefined;
  readonly unblockTriesLeft: number | undefined;
}

/** All that was read. */
export interface CardReading {
  readonly atr: Uint8Array;
  /** Parents first. */
  readonly directories: readonly DirectoryProfile[];
  readonly files: readonly FileProfile[];
  readonly pins: readonly PinReading[];
  readonly unreadable: readonly Unreadable[];
  /** What a profile cannot say, one sentence each. */
  readonly notes: readonly string[];
}

/** The profile of a reading, or why there is none. */
export type ReadProfile =
  | {
      readonly ok: true;
      readonly profile: CardProfile;
      readonly unreadable: readonly Unreadable[];
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly problem: string };

const TRIES = 3;
const PIN_DIGITS = '0000';
const ADM_DIGITS = '0000000000000000';
const UNBLOCK = '00000000';

function pinProfile(pin: PinReading): PinProfile {
  const { reference, isEnabled, triesLeft, unblockTriesLeft } = pin;
  const tries = (left: number | undefined): number =>
    left === undefined || left === 0 ? TRIES : left;
  return {
    reference: toHex(Uint8Array.of(reference)).toUpperCase(),
    value: isAdm(reference) ? ADM_DIGITS : PIN_DIGITS,
    retries: tries(triesLeft),
    enabled: isEnabled || isAdm(reference),
    ...(unblockTriesLeft === undefined
      ? {}
      : { unblock: { value: UNBLOCK, retries: tries(unblockTriesLeft) } }),
  };
}

/** One pair with no OTA keys; its K and OPc are replaced at once. */
const KEY_TABLE: CardProfile['keyTable'] = {
  active: 0,
  entries: [
    {
      algorithm: 'milenage',
      k: '00'.repeat(16),
      opc: '00'.repeat(16),
      sqn: { indBits: 5, delta: 2 ** 28 },
      keySets: [],
    },
  ],
};

function protocolOf(atr: Uint8Array): CardProfile['protocol'] {
  return understood(() => decodeAtr(atr))?.protocols[0] === 1 ? 'T=1' : 'T=0';
}

/** Reads an identity; a problem where it was not read or is none. */
function identityOf(
  { directories, files, unreadable }: CardReading,
  directory: string | undefined,
  ef: { readonly name: string; readonly fid: number; decode(octets: Uint8Array): unknown },
): { readonly digits: string } | { readonly problem: string } {
  if (directory === undefined) return { problem: 'the card has no USIM' };
  const tree = profileTree({ directories, files });
  const index = tree.ef(directory, ef.fid.toString(16));
  const file = index === undefined ? undefined : files[index];
  if (file?.type !== 'transparent') return { problem: `${ef.name} of ${directory} is not there` };
  const refusal = unreadable.find(({ path }) => path === file.path);
  if (refusal !== undefined) {
    return { problem: `${ef.name} of ${directory} was not read, the card answered ${refusal.sw}` };
  }
  const digits = understood(() => ef.decode(fromHex(file.data)));
  if (typeof digits === 'string') return { digits };
  return { problem: `${ef.name} of ${directory} holds none` };
}

/**
 * Makes the profile of a card that was read.
 *
 * @param draw gives keys and PINs; they are not those of the card
 * @returns a profile that `checkProfile` may still refuse, since a card need not keep the rules
 * @see docs/profile.md, "Dump"
 * @example
 * ```ts
 * import { connect, createUicc, readCardOf, readProfileOf, seededRandomness } from 'vuicc';
 *
 * const result = await readCardOf(connect(createUicc()));
 * if (!result.ok) throw new Error(result.problem);
 * const read = readProfileOf(result.reading, seededRandomness('for an example'));
 * if (read.ok) throw new Error('EF_IMSI asks for PIN1');
 * ```
 */
export function readProfileOf(reading: CardReading, draw: Draw): ReadProfile {
  const { atr, directories, files, pins, unreadable, notes } = reading;
  const iccid = identityOf(reading, 'MF', EF_ICCID);
  if ('problem' in iccid) return { ok: false, problem: iccid.problem };
  const [usim] = applicationPaths({ directories }, USIM_AID);
  const imsi = identityOf(reading, usim, EF_IMSI);
  if ('problem' in imsi) return { ok: false, problem: imsi.problem };
  const profile: CardProfile = {
    format: PROFILE_FORMAT,
    name: `dump of card ${iccid.digits}`,
    iccid: iccid.digits,
    imsi: imsi.digits,
    atr: toHex(atr).toUpperCase(),
    protocol: protocolOf(atr),
    pins: pins.map(pinProfile),
    keyTable: KEY_TABLE,
    applets: [],
    switches: { porPolicy: 'plain', aesWithoutCounter: true },
    directories,
    files,
  };
  const { pins: drawn, keyTable } = withoutSecrets({ ...profile, files: [] }, draw);
  return { ok: true, profile: { ...profile, pins: drawn, keyTable }, unreadable, notes };
}
