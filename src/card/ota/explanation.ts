/**
 * Why a packet is refused, or that it is not: the card's steps, and the sender's likely mistake.
 *
 * The card that is asked is a copy: nothing is stored, no counter moves, and no staged change
 * becomes effective.
 *
 * @see ETSI TS 102 225 §5.1; docs/architecture.md, "Every step can be explained"
 * @module
 */

import { understood } from '../../bytes/errors.ts';
import { filled } from '../../bytes/octets.ts';
import { profileReceived } from '../../cat/session.ts';
import { keyVersion } from '../../ota/key-set.ts';
import { findMistake } from '../../ota/mistakes/find-mistake.ts';
import type { Mistake, ReceiverFacts } from '../../ota/mistakes/mistake.ts';
import { emptyReassembly, takePart } from '../../ota/reassembly.ts';
import type { ResponseStatus } from '../../ota/response-packet.ts';
import { openCommandPacket, splitCommandPacket } from '../../ota/secured-packet.ts';
import { decodeSmsDeliver } from '../../ota/sms.ts';
import type { CardImage, CardRoot } from '../memory.ts';
import { newSession } from '../session.ts';
import { CardMemory } from '../store/card-memory.ts';
import { storedKeySet, usimKeys } from '../usim-keys.ts';
import type { AppletKinds } from './applet.ts';
import { cardApplets } from './applet-run.ts';
import type { Finding } from './finding.ts';
import { activeEntry } from './packet-keys.ts';
import { OtaReceiver } from './receiver.ts';

/** What a card does with short messages. */
export interface Explanation {
  /** `ignored`: there is no command packet in the messages, or not all of it. */
  readonly verdict: 'accepted' | 'refused' | 'ignored';
  /** What was decided; `undefined` when it was ignored. */
  readonly status: ResponseStatus | undefined;
  readonly steps: readonly Finding[];
  /** The mistake that explains a refusal, if one does. */
  readonly mistake: Mistake | undefined;
}

/** A card that is asked: what it shares, what it remembers, and its applets. */
export interface AskedCard {
  readonly image: CardImage;
  readonly root: CardRoot;
}

/** TERMINAL PROFILE of a terminal that can do everything. */
const EVERY_FACILITY = filled(30, 0xff);

function receiverFacts({ image, root }: AskedCard): ReceiverFacts {
  const { aesWithoutCounter, singleDes = true, differentKeySets = true } = image.switches;
  const entry = activeEntry({ root });
  const implicit = storedKeySet(entry, 0);
  const others = entry.keySets.filter(({ kvn }) => kvn !== 0);
  return {
    // What version 0 means is the card's affair: here it is a set like the others.
    keySets: implicit === undefined ? others : [...others, { ...implicit, kvn: 0 }],
    applets: image.applets,
    aesWithoutCounter,
    singleDes,
    differentKeySets,
  };
}

/** A packet that another pair of the key table would open: the sender is ahead, or behind. */
function pairMistake(packet: Uint8Array, { root }: AskedCard): Mistake | undefined {
  const frame = understood(() => splitCommandPacket(packet));
  const { active, entries } = root;
  const pair = entries.findIndex((entry, n) => {
    if (frame === undefined || n === active || frame.spi.integrity !== 'cc') return false;
    const keys = usimKeys();
    return openCommandPacket(frame, {
      ciphering: keys.keySet(entry, keyVersion(frame.kic)),
      checksum: keys.keySet(entry, keyVersion(frame.kid)),
    }).ok;
  });
  if (pair < 0) return undefined;
  const remedy =
    `The keys of pair ${pair} were used, and pair ${active} is in use: ` +
    `seal with those of pair ${active}.`;
  return { name: 'other-pair', second: undefined, remedy };
}

/**
 * Finds the mistake that explains why a card refuses a packet.
 *
 * @param packet CPL first
 * @param card as it was before the packet came
 * @returns `undefined` when none of those that are known does
 */
export function mistakeIn(packet: Uint8Array, card: AskedCard): Mistake | undefined {
  return findMistake(packet, receiverFacts(card)) ?? pairMistake(packet, card);
}

function packetIn(tpdus: readonly Uint8Array[]): Uint8Array | undefined {
  let store = emptyReassembly();
  let packet: Uint8Array | undefined;
  for (const tpdu of tpdus) {
    const taken = understood(() => takePart(store, decodeSmsDeliver(tpdu)));
    store = taken?.store ?? store;
    packet = taken?.message?.body ?? packet;
  }
  return packet;
}

/**
 * Asks a card what it would do with short messages. The card stays as it is.
 *
 * @param tpdus SMS-DELIVER, in the order of delivery
 * @param applets logic for kinds of applets; a kind that is not known is no applet
 * @see ETSI TS 102 225 §5.1
 * @example
 * ```ts
 * import { createUicc, explainMessages, fromHex } from 'vuicc';
 *
 * // TP-UD of 3 octets: a header that announces a packet, and no packet.
 * const tpdu = fromHex('44 01 91F1 7FF6 52010121430500 03 027000');
 * if (explainMessages(createUicc(), [tpdu]).verdict !== 'ignored') throw new Error('ignored');
 * ```
 */
export function explainMessages(
  { image, root }: AskedCard,
  tpdus: readonly Uint8Array[],
  applets: AppletKinds = {},
): Explanation {
  const steps: Finding[] = [];
  const listener = (finding: Finding): void => {
    steps.push(finding);
  };
  const memory = new CardMemory(image, root, undefined);
  const receiver = new OtaReceiver(memory, usimKeys(), cardApplets(applets, listener), listener);
  const session = newSession(image.protocol);
  session.toolkit = profileReceived(session.toolkit, EVERY_FACILITY);
  // What explains a refusal is the card as it was when that packet came.
  let before = root;
  let status: ResponseStatus | undefined;
  let decidedBy = tpdus.length;
  for (const [n, tpdu] of tpdus.entries()) {
    const now = memory.root;
    const from = steps.length;
    receiver.receive(tpdu, session);
    const decided = steps.slice(from).find((step) => step.status !== undefined);
    if (decided !== undefined) [before, status, decidedBy] = [now, decided.status, n + 1];
  }
  const verdict = status === undefined ? 'ignored' : status === 'por-ok' ? 'accepted' : 'refused';
  const packet = verdict === 'accepted' ? undefined : packetIn(tpdus.slice(0, decidedBy));
  const mistake = packet === undefined ? undefined : mistakeIn(packet, { image, root: before });
  return { verdict, status, steps, mistake };
}
