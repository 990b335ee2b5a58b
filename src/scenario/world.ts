/**
 * Who takes part in a scenario: three operators, the UICC manufacturer, and the devices.
 *
 *     MNO-A 001-01    MNO-B 001-02    MNO-C 001-03    maker
 *
 * @see 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @module
 */

import type { FiveGNetwork } from '../air/registration.ts';
import { address } from '../bytes/address.ts';
import { fromHex } from '../bytes/hex.ts';
import { type Imsi, iccid, imsi, type Plmn, plmn } from '../bytes/identity.ts';
import type { Ausf } from '../network/ausf.ts';
import { pairFromProfile } from '../network/keys.ts';
import { UiccManufacturer } from '../network/manufacturer.ts';
import { Operator } from '../network/operator.ts';
import { routeByImsi, routeBySuci } from '../network/radio.ts';
import { Seaf } from '../network/seaf.ts';
import {
  Device,
  type DeviceOptions,
  deviceCard,
  deviceImage,
  deviceProfile,
  type PairAlgorithm,
} from './device.ts';
import type { Randomness } from './randomness.ts';
import type { Signing } from './signing.ts';

/** The operators' names, in the order in which devices go round. */
export const OPERATORS: readonly string[] = ['MNO-A', 'MNO-B', 'MNO-C'];
/** The manufacturer's name. */
export const MANUFACTURER = 'maker';

const PLMNS: readonly Plmn[] = [plmn('001-01'), plmn('001-02'), plmn('001-03')];
/** TP-SCTS of every message: 2025-01-12 12:34:50 UTC. */
const TIMESTAMP = '52102121430500';
/** Tracking area code of every network. */
const TAC = 0x000001;
/** Digits of an IMSI behind MCC and MNC: the change, then the device. */
const CHANGE_DIGITS = 3;
const DEVICE_DIGITS = 7;

/** Who takes part. */
export interface World {
  readonly operators: readonly Operator[];
  readonly manufacturer: UiccManufacturer;
  readonly devices: readonly Device[];
}

/** What a world is made of. */
export interface WorldOptions {
  readonly devices: number;
  /** Ki/OTA pairs a card. */
  readonly pairs: number;
  /** The algorithm of each pair; MILENAGE where it is left out. */
  readonly algorithms?: readonly PairAlgorithm[];
  readonly random: Randomness;
  readonly signing: Signing;
  /** Options of a device by its number. */
  readonly device?: (number: number) => DeviceOptions;
}

/** Gives the operator that serves the devices after so many changes. */
export function operatorAfter(world: World, changes: number): Operator {
  const operator = world.operators[changes % world.operators.length];
  if (operator === undefined) throw new Error('a world has operators');
  return operator;
}

/** Gives the IMSI that a device gets with a change, counted from 1. */
export function imsiOf(operator: Operator, change: number, device: number): Imsi {
  const [mcc, mnc] = operator.plmn.split('-');
  const changeDigits = String(change).padStart(CHANGE_DIGITS, '0');
  const deviceDigits = String(device).padStart(DEVICE_DIGITS, '0');
  return imsi(`${mcc}${mnc}${changeDigits}${deviceDigits}`);
}

function makeOperator(n: number, { random, signing }: WorldOptions): Operator {
  const name = OPERATORS[n] ?? '';
  const signer = signing.signers.get(name);
  if (signer === undefined) throw new RangeError(`signing: expected a signer for ${name}`);
  return new Operator({
    plmn: PLMNS[n] ?? plmn('001-01'),
    signer,
    verifier: signing.verifier,
    parties: new Map(OPERATORS.map((party, at) => [party, PLMNS[at] ?? plmn('001-01')])),
    manufacturer: MANUFACTURER,
    ota: {
      serviceCentre: address(`+00100${n + 1}0000`),
      originator: address(`+00100${n + 1}0001`),
      timestamp: () => fromHex(TIMESTAMP),
    },
    random,
  });
}

/** The 5G networks of the operators: a device registers in that of its own. */
function servingNetworks(operators: readonly Operator[]): FiveGNetwork {
  const ausfs = new Map<string, Ausf>(operators.map(({ plmn: of, ausf }) => [of, ausf]));
  const seafs = operators.map(({ plmn: of }) => {
    return [of, new Seaf({ plmn: of, tac: TAC, homes: (home) => ausfs.get(home) })] as const;
  });
  return routeBySuci(new Map(seafs));
}

/**
 * Makes a world: cards are manufactured, pair 0 of each is told to the first operator.
 *
 * @throws {RangeError} a number is out of range, or a party cannot sign
 * @see 3GPP TR 33.812 §5.4.2 (alternative 3b)
 */
export function makeWorld(options: WorldOptions): World {
  const { pairs: pairsEach, random, algorithms } = options;
  const operators = OPERATORS.map((_, n) => makeOperator(n, options));
  const manufacturer = new UiccManufacturer({
    name: MANUFACTURER,
    verifier: options.signing.verifier,
    operators: new Set(OPERATORS),
  });
  const networks = { network: routeByImsi(operators), fiveG: servingNetworks(operators) };
  const image = deviceImage();
  const devices = Array.from({ length: options.devices }, (_, number) => {
    const profile = deviceProfile(number, pairsEach, random, algorithms);
    const card = iccid(profile.iccid);
    const pairs = profile.keyTable.entries.map(pairFromProfile);
    const pair = manufacturer.addCard({ iccid: card, pairs, holder: OPERATORS[0] ?? '' });
    operators[0]?.addSubscriber({ imsi: imsi(profile.imsi), iccid: card, index: 0, pair });
    return new Device(deviceCard(image, profile), card, networks, options.device?.(number));
  });
  return { operators, manufacturer, devices };
}
