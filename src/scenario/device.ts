/**
 * A device: one card in one ME, as it leaves the factory.
 *
 * Device 0 is the built-in test card itself, so that a trace of it replays on any such card; the
 * others are cards of the same image with a person of their own.
 *
 * @see 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @module
 */

import type { DeliveryReport, ShortMessageDown } from '../air/short-message.ts';
import type { SynchronousCard } from '../apdu/connection.ts';
import { type Exchange, traced } from '../apdu/connection.ts';
import { toHex } from '../bytes/hex.ts';
import { type Iccid, type Imsi, imsi, withCheckDigit } from '../bytes/identity.ts';
import { makeImage, manufacture } from '../card/image.ts';
import type { CardImage, CardRoot } from '../card/memory.ts';
import { Uicc } from '../card/uicc.ts';
import { MobileEquipment, type MobileEquipmentOptions } from '../me/mobile-equipment.ts';
import { type Procedure, runProcedure, type Surroundings } from '../me/procedure.ts';
import { DEFAULT_PROFILE } from '../profile/default-profile.ts';
import { personalise } from '../profile/personalise.ts';
import type { CardProfile, KeyTableEntryProfile } from '../profile/profile.ts';
import type { Randomness } from './randomness.ts';

const AES_KEY_OCTETS = 16;
const TUAK_KEY_OCTETS = 32;
const ICCID_PREFIX = '89999011';
const IMSI_PREFIX = '00101';
const MSIN_DIGITS = 10;

/** The algorithm of a pair that a scenario makes. */
export type PairAlgorithm = 'milenage' | 'tuak' | 'xor';

function randomEntry(algorithm: PairAlgorithm, random: Randomness): KeyTableEntryProfile {
  const key = (octets = AES_KEY_OCTETS): string => toHex(random(octets));
  const secrets = {
    milenage: () => ({ k: key(), opc: key() }),
    tuak: () => ({ k: key(TUAK_KEY_OCTETS), topc: key(TUAK_KEY_OCTETS), resLength: 16 }),
    xor: () => ({ k: key() }),
  };
  return {
    algorithm,
    ...secrets[algorithm](),
    sqn: { indBits: 5, delta: 2 ** 28 },
    keySets: [
      {
        kvn: 1,
        kic: { type: 'AES', key: key() },
        kid: { type: 'AES', key: key(), macLength: 8 },
        cntr: '0000000000',
      },
    ],
  };
}

/**
 * Makes the profile of one device.
 *
 * @param number 0 is the built-in test card, with as many of its pairs as are wanted
 * @param pairs how many Ki/OTA pairs it has; device 0 gets more than its own from `random`
 * @param algorithms that of each pair; MILENAGE where it is left out
 */
export function deviceProfile(
  number: number,
  pairs: number,
  random: Randomness,
  algorithms: readonly PairAlgorithm[] = [],
): CardProfile {
  const own = number === 0 ? DEFAULT_PROFILE.keyTable.entries : [];
  const entries = Array.from({ length: pairs }, (_, index) => {
    const algorithm = algorithms[index] ?? 'milenage';
    const entry = own[index];
    return entry?.algorithm === algorithm ? entry : randomEntry(algorithm, random);
  });
  if (number === 0) return { ...DEFAULT_PROFILE, keyTable: { active: 0, entries } };
  return personalise(DEFAULT_PROFILE, {
    iccid: withCheckDigit(`${ICCID_PREFIX}${String(number).padStart(11, '0')}`),
    imsi: imsi(`${IMSI_PREFIX}${String(number).padStart(MSIN_DIGITS, '0')}`),
    mncLength: 2,
    entries,
  });
}

/** By which network a device comes to its operator. */
export type Access = 'eps' | '5g';

/** The networks that a device is in. */
export type Networks = Pick<Surroundings, 'network' | 'fiveG'>;

/** What a scenario may change in a device: manners of the ME, observers, faults of the link. */
export interface DeviceOptions {
  readonly me?: MobileEquipmentOptions;
  readonly observe?: (exchange: Exchange) => void;
  /** Registers in 5G in the place of an attach. */
  readonly access?: Access;
  /** Stands between card and ME; changes nothing when left out. */
  readonly link?: (card: SynchronousCard) => SynchronousCard;
}

/** What became of a short message, as the network has seen it. */
export interface Delivered {
  /** `undefined` when nothing came back. */
  readonly report: DeliveryReport | undefined;
  /** The card was reset behind it. */
  readonly restarted: boolean;
}

/** One card in one ME. */
export class Device {
  readonly iccid: Iccid;
  readonly card: Uicc;
  readonly me: MobileEquipment;
  readonly #link: SynchronousCard;
  readonly #networks: Networks;
  readonly #access: Access;

  constructor(
    card: Uicc,
    number: Iccid,
    networks: Networks,
    { me, observe, link, access = 'eps' }: DeviceOptions = {},
  ) {
    this.iccid = number;
    this.card = card;
    this.me = new MobileEquipment({ pin: '1234', ...me });
    const seen = observe === undefined ? card : traced(card, observe);
    this.#link = link === undefined ? seen : link(seen);
    this.#networks = networks;
    this.#access = access;
  }

  /** The IMSI that the ME presents; `undefined` when it has read none. */
  get imsi(): Imsi | undefined {
    return this.me.subscription?.imsi;
  }

  /** Runs a procedure of the ME with this card and the network. */
  run<T>(procedure: Procedure<T>): T {
    return runProcedure(procedure, { card: this.#link, ...this.#networks });
  }

  /** Boots and attaches, or registers. */
  attach(): boolean {
    if (this.me.subscription === undefined && !this.run(this.me.boot()).ok) return false;
    if (this.#access === '5g') return this.run(this.me.register()).kind === 'registered';
    return this.run(this.me.attach()).kind === 'attached';
  }

  /** Brings a short message to the ME. */
  deliver(message: ShortMessageDown): Delivered {
    let report: DeliveryReport | undefined;
    const outcome = runProcedure(this.me.receiveShortMessage(message), {
      card: this.#link,
      ...this.#networks,
      report: (heard) => {
        report = heard;
      },
    });
    return { report, restarted: outcome.restarted };
  }
}

/** Makes the image that all devices share. */
export function deviceImage(): CardImage {
  return makeImage(DEFAULT_PROFILE);
}

/** Makes what the card of a profile remembers, beside the shared image. */
export function deviceRoot(image: CardImage, profile: CardProfile): CardRoot {
  return manufacture(image, profile);
}

/** Makes the card of a profile. */
export function deviceCard(image: CardImage, profile: CardProfile): Uicc {
  return new Uicc(image, { root: deviceRoot(image, profile) });
}
