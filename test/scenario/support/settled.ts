/**
 * Who serves a device in the end, seen from the outside.
 *
 *     the device boots and attaches   ─▶ to whom
 *     the operators                   ─▶ who serves its ICCID
 *     a copy of the card, each pair   ─▶ whose AKA it accepts, whose QUERY it answers
 *
 * @see docs/subscription-change.md; docs/architecture.md, "What a sender knows"
 * @module
 */

import type { DeliveryReport } from '../../../src/air/short-message.ts';
import { homePlmn, type Iccid, type Imsi } from '../../../src/bytes/identity.ts';
import type { CardRoot } from '../../../src/card/memory.ts';
import { Uicc } from '../../../src/card/uicc.ts';
import { MobileEquipment } from '../../../src/me/mobile-equipment.ts';
import { runProcedure } from '../../../src/me/procedure.ts';
import { HomeNetwork } from '../../../src/network/home-network.ts';
import { authenticationOf, type SubscriptionPair } from '../../../src/network/keys.ts';
import type { QueryAnswer } from '../../../src/ota/subscription-change.ts';
import { queryAnswer, sealedQuery } from './packets.ts';
import type { Rig } from './rig.ts';

const AMF = Uint8Array.of(0x80, 0x00);
/** Higher than what any test sends, and far from the end of 40 bits. */
const CNTR = 2 ** 32;

/** What a card says of itself when it is switched on. */
export interface CardFacts {
  readonly imsi: Imsi | undefined;
  /** Pairs with which the network proves itself to the card, and the card to the network. */
  readonly akaWith: readonly number[];
  /** Pairs whose keys open a QUERY, and the indexes that it answers: active, staged. */
  readonly otaWith: readonly {
    readonly pair: number;
    readonly active: number | undefined;
    readonly staged: number | undefined;
  }[];
}

const NOBODY = { uplink: () => ({ kind: 'released' }) as const };

/** A copy of the card in an ME of its own: nothing that happens to it is remembered. */
class Copy {
  readonly #me: MobileEquipment = new MobileEquipment({ pin: '1234' });
  readonly #card: Uicc;
  readonly #iccid: Iccid;

  constructor({ image, iccid }: Rig, root: CardRoot) {
    this.#card = new Uicc(image, { root });
    this.#iccid = iccid;
    runProcedure(this.#me.boot(), { card: this.#card, network: NOBODY });
  }

  get imsi(): Imsi | undefined {
    return this.#me.subscription?.imsi;
  }

  /** Tells whether the card takes whoever holds a pair for its home network. */
  attachesWith(pair: SubscriptionPair): boolean {
    const { imsi } = this;
    if (imsi === undefined) return false;
    const random = (octets: number): Uint8Array => new Uint8Array(octets).fill(0x23);
    const network = new HomeNetwork({ plmn: homePlmn(imsi, 2), lac: 1, random });
    const authentication = authenticationOf(pair, AMF);
    network.serve({ imsi, iccid: this.#iccid, authentication });
    return runProcedure(this.#me.attach(), { card: this.#card, network }).kind === 'attached';
  }

  /** Gives what the card answers to a QUERY under the keys of a pair, if it is a proven answer. */
  query(pair: SubscriptionPair): QueryAnswer | undefined {
    const { message, sent } = sealedQuery(pair, CNTR);
    const before = this.#card.root;
    let heard: DeliveryReport | undefined;
    runProcedure(this.#me.receiveShortMessage(message), {
      card: this.#card,
      network: NOBODY,
      report: (report) => {
        heard = report;
      },
    });
    const answer = queryAnswer(heard, sent, this.#iccid);
    if (answer === undefined && this.#card.root !== before) {
      throw new Error('a refused QUERY has changed the card');
    }
    return answer;
  }
}

/** Switches a copy of the card on, and tries every pair of its table on it. */
export function cardFacts(rig: Rig, root: CardRoot): CardFacts {
  const copy = new Copy(rig, root);
  return {
    imsi: copy.imsi,
    otaWith: rig.pairs.flatMap((of, pair) => {
      const answer = copy.query(of);
      return answer === undefined ? [] : [{ pair, active: answer.active, staged: answer.staged }];
    }),
    akaWith: rig.pairs.flatMap((of, pair) => (copy.attachesWith(of) ? [pair] : [])),
  };
}

/** How things stand for a device. */
export interface Standing extends CardFacts {
  /** The attach that was just made has succeeded. */
  readonly attaches: boolean;
  /** Operators to which the IMSI of the device is attached. */
  readonly attachedTo: readonly string[];
  /** Operators that serve the ICCID: with the IMSI, and the index that they believe in. */
  readonly servedBy: readonly {
    readonly name: string;
    readonly imsi: Imsi | undefined;
    readonly index: number | undefined;
  }[];
  /** Operators to which the manufacturer has told a pair, in the order of the table. */
  readonly holders: readonly string[];
  /** Moments at which no operator knew the IMSI of the card. */
  readonly unserved: readonly string[];
}

function holdersOf({ world }: Rig): readonly string[] {
  const { cards } = world.manufacturer.snapshot() as {
    readonly cards: readonly { readonly holders: readonly (string | null)[] }[];
  };
  return cards.flatMap(({ holders }) => holders.flatMap((holder) => holder ?? []));
}

/** Lets the device attach, and asks everybody. */
export function standing(rig: Rig): Standing {
  const { iccid, device, world } = rig;
  const attaches = device.attach();
  const root = rig.stored;
  return {
    attaches,
    attachedTo: world.operators.flatMap(({ home, name }) =>
      device.imsi !== undefined && home.isAttached(device.imsi) ? [name] : [],
    ),
    servedBy: world.operators.flatMap((operator) => {
      const imsi = operator.home.imsiOf(iccid);
      if (imsi === undefined) return [];
      const { ota } = operator.snapshot() as {
        readonly ota: readonly { readonly iccid: string; readonly index: number }[];
      };
      const index = ota.find((of) => of.iccid === iccid)?.index;
      return [{ name: operator.name, imsi, index }];
    }),
    holders: holdersOf(rig),
    unserved: rig.unserved,
    ...cardFacts(rig, root),
  };
}

/** How things have to stand when one operator serves the device, with one pair, and nobody else. */
export function servedBy(name: string, imsi: Imsi, index: number): Standing {
  return {
    attaches: true,
    attachedTo: [name],
    servedBy: [{ name, imsi, index }],
    holders: [...['MNO-A', 'MNO-B'].slice(0, index), name],
    unserved: [],
    imsi,
    akaWith: [index],
    otaWith: [{ pair: index, active: index, staged: undefined }],
  };
}

/** How things have to stand with the subscription that the card has by its memory. */
export function owned({ stored, changes, a, b, oldImsi, newImsi }: Rig): Standing {
  if (stored.active === changes) return servedBy(a.name, oldImsi, changes);
  return servedBy(b.name, newImsi, changes + 1);
}
