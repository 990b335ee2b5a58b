/**
 * One device with a card that can lose its power, between three operators.
 *
 *     operators ◀── network ── ME ── link ── card ── log ─▶ commits that outlive the power
 *
 * From a power cut on, the card is deaf: the log keeps nothing more, and the link is dead. What the
 * card remembers afterwards is what the commits say, and nothing else.
 *
 * @see docs/architecture.md, "The card changes by commits"; 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @module
 */

import { ConnectionLost, type SynchronousCard } from '../../../src/apdu/connection.ts';
import { decodeImsi, homePlmn, type Iccid, type Imsi } from '../../../src/bytes/identity.ts';
import {
  type CardImage,
  type CardRoot,
  type FileNumber,
  nodeOf,
} from '../../../src/card/memory.ts';
import { rootAfter } from '../../../src/card/store/commit-codec.ts';
import { Uicc } from '../../../src/card/uicc.ts';
import type { MobileEquipmentOptions } from '../../../src/me/mobile-equipment.ts';
import { pairFromProfile, type SubscriptionPair } from '../../../src/network/keys.ts';
import type { Operator } from '../../../src/network/operator.ts';
import { routeByImsi } from '../../../src/network/radio.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import { Device } from '../../../src/scenario/device.ts';
import { seededRandomness } from '../../../src/scenario/randomness.ts';
import type { Signing } from '../../../src/scenario/signing.ts';
import { imsiOf, makeWorld, operatorAfter, type World } from '../../../src/scenario/world.ts';

/**
 * What goes wrong with the n-th commit, counted from 0: the power is cut before or after it is
 * stored, or the memory refuses it and the card goes on.
 */
export interface Trouble {
  readonly kind: 'cut-before' | 'cut-after' | 'not-stored';
  readonly commit: number;
}

/** What a rig may have else. */
export interface RigOptions {
  readonly signing: Signing;
  /** Ki/OTA pairs of the card; 3 when left out. */
  readonly pairs?: number;
  readonly me?: MobileEquipmentOptions;
  readonly trouble?: Trouble;
  /** Stands between card and ME; it stays when the power comes back. */
  readonly link?: (card: SynchronousCard) => SynchronousCard;
  /** Changes what the card remembers when it is new. */
  readonly prepare?: (image: CardImage, root: CardRoot) => CardRoot;
}

const EF_IMSI = fileOf('MF/ADF.USIM/EF.IMSI');

/** Gives the number of a file by its path in the built-in profile. */
export function fileOf(path: string): FileNumber {
  const { directories, files } = DEFAULT_PROFILE;
  const at = files.findIndex((file) => file.path === path);
  if (at < 0) throw new Error(`the built-in profile has no ${path}`);
  return directories.length + at;
}

/** Gives what an EF holds. */
export function contentIn(image: CardImage, root: CardRoot, file: FileNumber): Uint8Array {
  const node = nodeOf(image, root, file);
  if (node.kind !== 'ef') throw new Error(`file ${file} is no EF`);
  return node.content;
}

/** Gives the IMSI that a card holds. */
export function imsiIn(image: CardImage, root: CardRoot): Imsi {
  return decodeImsi(contentIn(image, root, EF_IMSI));
}

/** One device, and everybody that it has to do with. */
export class Rig {
  readonly world: World;
  /** The present operator, the one that the device is to go to, and a third. */
  a: Operator;
  b: Operator;
  c: Operator;
  readonly iccid: Iccid;
  /** The pairs of the card, in the order of its table. */
  readonly pairs: readonly SubscriptionPair[];
  /** Changes that are over. */
  changes = 0;
  /** IMSI at the beginning, and after the change that {@link order} asks for. */
  oldImsi: Imsi;
  newImsi: Imsi;
  readonly image: CardImage;
  /** What the card remembered when it was new. */
  readonly newRoot: CardRoot;
  /** What the log has kept, in order. */
  readonly commits: Uint8Array[] = [];
  /** What the card remembered before the first commit and after each. */
  readonly roots: CardRoot[] = [];
  /** The card as it was whenever no operator knew its IMSI. */
  readonly unserved: string[] = [];
  device: Device;
  readonly #options: RigOptions;
  #isPowered = true;
  #trouble: Trouble | undefined;
  #documents = 0;

  constructor(options: RigOptions) {
    const { signing, pairs = 3, trouble, prepare } = options;
    const random = seededRandomness('rig');
    this.world = makeWorld({ devices: 1, pairs, random, signing });
    this.a = operatorAfter(this.world, 0);
    this.b = operatorAfter(this.world, 1);
    this.c = operatorAfter(this.world, 2);
    const [made] = this.world.devices;
    if (made === undefined) throw new Error('a world of one device has one');
    this.iccid = made.iccid;
    this.pairs = DEFAULT_PROFILE.keyTable.entries.slice(0, pairs).map(pairFromProfile);
    const imsi = this.a.home.imsiOf(made.iccid);
    if (imsi === undefined) throw new Error('the first operator serves a new device');
    this.oldImsi = imsi;
    this.newImsi = imsiOf(this.b, 1, 0);
    this.image = made.card.image;
    this.newRoot = prepare?.(this.image, made.card.root) ?? made.card.root;
    this.roots.push(this.newRoot);
    this.#options = options;
    this.#trouble = trouble;
    this.device = this.#insert(this.newRoot);
  }

  /** The power is gone, and nobody has brought it back. */
  get isDown(): boolean {
    return !this.#isPowered;
  }

  /** An id for a document that was never used before. */
  nextId(what: string): string {
    return `${what}-${++this.#documents}`;
  }

  /** All that the operators and the manufacturer know, without keys; for comparison. */
  knowledge(): object {
    const parties = [...this.world.operators, this.world.manufacturer];
    return structuredClone(parties.map((party) => party.snapshot()));
  }

  /** What the card has to remember, whatever happened to it: what the log tells. */
  get stored(): CardRoot {
    return rootAfter(this.image, this.newRoot, this.commits);
  }

  /** The change is over: what follows is about the next one, from the new operator on. */
  nextChange(): void {
    this.changes += 1;
    [this.a, this.b, this.c] = [this.b, this.c, this.a];
    this.oldImsi = this.newImsi;
    this.newImsi = imsiOf(this.b, this.changes + 1, 0);
  }

  /** Takes the power away and brings it back: another card and another ME, the same memory. */
  powerCycle(): void {
    this.#isPowered = true;
    this.#trouble = undefined;
    this.device = this.#insert(this.stored);
  }

  #insert(root: CardRoot): Device {
    const { me, link } = this.#options;
    const card: Uicc = new Uicc(this.image, {
      root,
      log: { append: (commit) => this.#append(commit) },
      onFault: (error) => {
        throw error;
      },
    });
    return new Device(
      card,
      this.iccid,
      { network: routeByImsi(this.world.operators) },
      {
        ...(me === undefined ? {} : { me }),
        link: (inner) => {
          const powered = this.#powered(inner);
          return link?.(powered) ?? powered;
        },
      },
    );
  }

  #append(commit: Uint8Array): boolean {
    if (!this.#isPowered) return true;
    const trouble = this.#trouble?.commit === this.commits.length ? this.#trouble : undefined;
    if (trouble !== undefined) this.#trouble = undefined;
    if (trouble?.kind === 'not-stored') return false;
    this.#isPowered = trouble === undefined;
    if (trouble?.kind === 'cut-before') return true;
    this.commits.push(commit);
    const before = this.roots.at(-1) ?? this.newRoot;
    this.roots.push(rootAfter(this.image, before, [commit]));
    return true;
  }

  /** A card without power answers nothing, not even the command in which it lost the power. */
  #powered(card: SynchronousCard): SynchronousCard {
    const run = (exchange: () => Uint8Array): Uint8Array => {
      if (this.#isPowered) {
        const answer = exchange();
        if (this.#isPowered) {
          this.#watch();
          return answer;
        }
      }
      throw new ConnectionLost('the card has no power');
    };
    return {
      reset: () => run(() => card.reset()),
      transmit: (command) => run(() => card.transmit(command)),
    };
  }

  /** Whom the card belongs to now must serve it, or expect it. */
  #watch(): void {
    const { root } = this.device.card;
    const imsi = imsiIn(this.image, root);
    const operator = this.world.operators.find(({ plmn }) => plmn === homePlmn(imsi, 2));
    if (operator?.home.serves(imsi) === true) return;
    const { expected = [] } = (operator?.home.snapshot() ?? {}) as { expected?: readonly Imsi[] };
    if (!expected.includes(imsi)) this.unserved.push(`${imsi}, pair ${root.active}`);
  }
}

/** Gives a root without the counters of the OTA keys, which every packet moves. */
export function withoutCounters({ entries, ...rest }: CardRoot): object {
  const quiet = entries.map(({ keySets, ...entry }) => ({
    ...entry,
    keySets: keySets.map(({ cntr: _, ...keys }) => keys),
  }));
  return { ...rest, entries: quiet };
}
