/**
 * A manufacturer, three operators and their cards, in memory, from a seed.
 *
 * @see docs/architecture.md, "Signed lists"
 * @module
 */

import { type CryptoKey, generateKeyPair } from 'jose';
import type { DownlinkMessage, RadioNetwork } from '../../../src/air/attach.ts';
import type { DeliveryReport } from '../../../src/air/short-message.ts';
import { address } from '../../../src/bytes/address.ts';
import {
  type Iccid,
  type Imsi,
  iccid,
  imsi,
  type Plmn,
  plmn,
} from '../../../src/bytes/identity.ts';
import type { PairKeySet, SubscriptionPair } from '../../../src/network/keys.ts';
import { UiccManufacturer } from '../../../src/network/manufacturer.ts';
import { Operator } from '../../../src/network/operator.ts';
import type { OtaOutcome, OtaServerOptions } from '../../../src/network/ota-server.ts';
import { routeByImsi } from '../../../src/network/radio.ts';
import {
  joseSigner,
  joseVerifier,
  type Signer,
  type Verifier,
} from '../../../src/network/signed-list.ts';
import { FakeCard } from './card.ts';

/** Octets that repeat from a seed (xorshift32). */
export function seeded(seed: number): (octets: number) => Uint8Array {
  let state = seed | 1;
  return (octets) =>
    Uint8Array.from({ length: octets }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state & 0xff;
    });
}

/** A pair of random octets. */
export function randomPair(random: (octets: number) => Uint8Array, kvn = 1): SubscriptionPair {
  const keySet: PairKeySet = {
    kvn,
    kic: { type: 'AES', octets: random(16) },
    kid: { type: 'AES', octets: random(16) },
    macLength: 8,
    cntr: 0,
  };
  return {
    algorithm: undefined,
    k: random(16),
    opc: random(16),
    constants: undefined,
    indBits: 5,
    keySets: [keySet],
  };
}

/** Names of the parties; `MNO-X` has a key, and nobody has an agreement with it. */
export const NAMES = ['MNO-A', 'MNO-B', 'MNO-C', 'MNO-X'] as const;
export type Name = (typeof NAMES)[number];
export const MANUFACTURER = 'UICC-M';

export const PLMNS: Readonly<Record<Name, Plmn>> = {
  'MNO-A': plmn('001-01'),
  'MNO-B': plmn('001-02'),
  'MNO-C': plmn('999-70'),
  'MNO-X': plmn('999-99'),
};

export const OTA: OtaServerOptions = {
  serviceCentre: address('+491710000000'),
  originator: address('4711'),
  timestamp: () => Uint8Array.of(0x62, 0x10, 0x10, 0x00, 0x00, 0x00, 0x00),
};

/** The signing keys of all parties; made once, as ECDSA keys come from no seed. */
export interface Keys {
  readonly signers: Readonly<Record<Name, Signer>>;
  readonly privateKeys: ReadonlyMap<string, CryptoKey>;
  readonly verifier: Verifier;
}

export async function makeKeys(): Promise<Keys> {
  const privateKeys = new Map<string, CryptoKey>();
  const publicKeys = new Map<string, CryptoKey>();
  for (const name of NAMES) {
    const pair = await generateKeyPair('ES256', { extractable: true });
    privateKeys.set(name, pair.privateKey);
    publicKeys.set(name, pair.publicKey);
  }
  const signer = (name: Name): Signer => joseSigner(name, privateKeys.get(name)!);
  const signers = {
    'MNO-A': signer('MNO-A'),
    'MNO-B': signer('MNO-B'),
    'MNO-C': signer('MNO-C'),
    'MNO-X': signer('MNO-X'),
  };
  return { signers, privateKeys, verifier: joseVerifier(publicKeys) };
}

export interface World {
  readonly keys: Keys;
  readonly manufacturer: UiccManufacturer;
  readonly a: Operator;
  readonly b: Operator;
  readonly c: Operator;
  readonly radio: RadioNetwork;
  readonly cards: readonly FakeCard[];
  readonly pairs: readonly (readonly SubscriptionPair[])[];
  /** Everything that a refusal must leave alone. */
  snapshot(): object;
}

/** ICCID of the n-th card. */
export function iccidOf(n: number): Iccid {
  return iccid(`8999901000000000${String(n).padStart(4, '0')}`);
}

/** The n-th IMSI of an operator. */
export function imsiOf(name: Name, n: number): Imsi {
  return imsi(`${PLMNS[name].replace('-', '')}${String(n).padStart(10, '0')}`);
}

function makeOperator(name: Name, keys: Keys, seed: number): Operator {
  const others = (['MNO-A', 'MNO-B', 'MNO-C'] as const).filter((other) => other !== name);
  return new Operator({
    plmn: PLMNS[name],
    signer: keys.signers[name],
    verifier: keys.verifier,
    parties: new Map(others.map((other) => [other, PLMNS[other]])),
    manufacturer: MANUFACTURER,
    ota: OTA,
    random: seeded(seed),
  });
}

/** Cards with their pairs, all with MNO-A. */
export function makeWorld(keys: Keys, devices = 2, pairsEach = 3): World {
  const random = seeded(20_250_101);
  const operators = new Set(['MNO-A', 'MNO-B', 'MNO-C']);
  const manufacturer = new UiccManufacturer({
    name: MANUFACTURER,
    verifier: keys.verifier,
    operators,
  });
  const a = makeOperator('MNO-A', keys, 1);
  const b = makeOperator('MNO-B', keys, 2);
  const c = makeOperator('MNO-C', keys, 3);
  const pairs: SubscriptionPair[][] = [];
  const cards = Array.from({ length: devices }, (_, n) => {
    const own = Array.from({ length: pairsEach }, () => randomPair(random));
    pairs.push(own);
    const card = { iccid: iccidOf(n), imsi: imsiOf('MNO-A', n) };
    const pair = manufacturer.addCard({ iccid: card.iccid, pairs: own, holder: 'MNO-A' });
    a.addSubscriber({ ...card, index: 0, pair });
    return new FakeCard(card.iccid, card.imsi, own);
  });
  return {
    keys,
    manufacturer,
    a,
    b,
    c,
    radio: routeByImsi([a, b, c]),
    cards,
    pairs,
    snapshot: () => structuredClone([a, b, c, manufacturer].map((party) => party.snapshot())),
  };
}

/** An ME attaches with a card: it answers until the network accepts or rejects. */
export function attach(card: FakeCard, network: RadioNetwork): DownlinkMessage {
  const { imsi } = card;
  let answer = network.uplink({ kind: 'attach-request', imsi });
  while (answer.kind === 'authentication-request') {
    const by = card.authenticate(answer.rand, answer.autn);
    answer = network.uplink(
      by.kind === 'success'
        ? { kind: 'authentication-response', imsi, res: by.res }
        : { ...by, imsi },
    );
  }
  return answer;
}

/** Sends what an operator has for a card, and brings the report back unless it is lost. */
export function exchange(
  operator: Operator,
  card: FakeCard,
  command: 'change' | 'query' | 'cancel' = 'change',
  lost: 'nothing' | 'message' | 'report' = 'nothing',
): OtaOutcome {
  const sent = operator.departures[command](card.iccid);
  if (!sent.ok) throw new Error(`not sent: ${sent.refusal}`);
  let report: DeliveryReport | undefined;
  if (lost !== 'message') report = card.deliver(sent.message.tpdu);
  if (lost === 'report') report = undefined;
  return operator.departures.receiveReport(card.iccid, report);
}
