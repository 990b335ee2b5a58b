/**
 * A card for tests of secured packets: the default profile with other OTA keys, applets and
 * switches, and one applet that remembers what it gets.
 *
 * @see docs/profile.md; ETSI TS 102 225 §5.1
 * @module
 */

import type { CommitLog } from '../../../src/apdu/commit-log.ts';
import { address } from '../../../src/bytes/address.ts';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { concat } from '../../../src/bytes/octets.ts';
import type { AppletContext } from '../../../src/card/ota/applet.ts';
import type { Finding } from '../../../src/card/ota/finding.ts';
import { createUicc, type Uicc } from '../../../src/card/uicc.ts';
import { encodeSmsPpDownload } from '../../../src/cat/envelope.ts';
import type { FreshCommandPacket } from '../../../src/ota/counter.ts';
import {
  type CommandPacketInput,
  type PacketKeys,
  sealCommandPacket,
} from '../../../src/ota/secured-packet.ts';
import { segmentPacket } from '../../../src/ota/segmentation.ts';
import {
  commandUserData,
  DCS_8BIT_CLASS_2,
  encodeSmsDeliver,
  IEI,
  PID_DATA_DOWNLOAD,
} from '../../../src/ota/sms.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type {
  AppletProfile,
  CardProfile,
  KeySetProfile,
  SwitchesProfile,
} from '../../../src/profile/profile.ts';
import { bothBy, keySet, packetOf } from '../../ota/support/packets.ts';

/** What of the profile is another. */
export interface OtaProfileParts {
  readonly keySets?: readonly KeySetProfile[];
  readonly applets?: readonly AppletProfile[];
  readonly switches?: Partial<SwitchesProfile>;
  readonly protocol?: CardProfile['protocol'];
}

/** Makes a key set of AES keys in hex. */
export function aesKeySet(
  kvn: number,
  keys: { readonly kic: string; readonly kid: string },
  cntr = '0000000000',
  macLength: 4 | 8 = 8,
): KeySetProfile {
  return {
    kvn,
    kic: { type: 'AES', key: keys.kic },
    kid: { type: 'AES', key: keys.kid, macLength },
    cntr,
  };
}

/** Makes an applet of kind `test`. */
export function testApplet(tar: string, minimumSecurity = '00'): AppletProfile {
  return {
    tar,
    kind: 'test',
    startDirectory: 'MF',
    format: 'compact',
    minimumSecurity,
    accessDomain: '00',
  };
}

/** Makes a profile with other OTA keys, applets and switches; the key table has one pair. */
export function otaProfile(parts: OtaProfileParts): CardProfile {
  const [entry] = DEFAULT_PROFILE.keyTable.entries;
  const { keySets = entry!.keySets, applets = DEFAULT_PROFILE.applets, switches } = parts;
  return {
    ...DEFAULT_PROFILE,
    protocol: parts.protocol ?? DEFAULT_PROFILE.protocol,
    keyTable: { active: 0, entries: [{ ...entry!, keySets }] },
    applets,
    switches: { ...DEFAULT_PROFILE.switches, ...switches },
  };
}

/** What the applet of kind `test` answers, and does. */
export type Answer = (context: AppletContext) => Uint8Array;

/** A card that was reset, and what has become of its packets. */
export interface OtaCard {
  readonly card: Uicc;
  /** What the applet of kind `test` has got, in order. */
  readonly executed: FreshCommandPacket[];
  /** What a fault of the program has thrown. */
  readonly faults: unknown[];
  readonly findings: Finding[];
}

/** Makes a card. */
export function otaCard(parts: OtaProfileParts, answer: Answer, log?: CommitLog): OtaCard {
  const executed: FreshCommandPacket[] = [];
  const faults: unknown[] = [];
  const findings: Finding[] = [];
  const card = createUicc(otaProfile(parts), {
    applets: {
      test: (packet, context) => {
        executed.push(packet);
        return answer(context);
      },
    },
    onFault: (error) => faults.push(error),
    onFinding: (finding) => findings.push(finding),
    ...(log === undefined ? {} : { log }),
  });
  card.reset();
  return { card, executed, faults, findings };
}

/** The stored counter of a key set of the active pair, 10 hex digits. */
export function storedCounter({ card }: OtaCard, kvn: number): string | undefined {
  const { entries, active } = card.root;
  const found = entries[active]?.keySets.find((keys) => keys.kvn === kvn);
  return found?.cntr.toString(16).padStart(10, '0');
}

/** Puts a TPDU into an ENVELOPE: class 80, without Le. */
export function envelopeOf(tpdu: Uint8Array): Uint8Array {
  const data = encodeSmsPpDownload({ serviceCentre: address('+491710760000'), tpdu });
  return concat(Uint8Array.of(0x80, 0xc2, 0, 0, data.length), data);
}

/** What of an SMS-DELIVER is another. */
export interface Sender {
  readonly originator?: string;
  readonly pid?: number;
}

/** Puts user data with a header into SMS-DELIVER for the card. */
export function deliverOf(userData: Uint8Array, sender: Sender = {}): Uint8Array {
  const { originator = '+491711234567', pid = PID_DATA_DOWNLOAD } = sender;
  return encodeSmsDeliver({
    originator: address(originator),
    pid,
    dcs: DCS_8BIT_CLASS_2,
    timestamp: fromHex('52100121430500'),
    hasHeader: true,
    moreMessages: false,
    userData,
  });
}

/** What an ENVELOPE has brought: its own SW, and what GET RESPONSE gave, in hex. */
export interface Delivered {
  readonly sw: string;
  /** Without SW; `undefined` when there is nothing to collect. */
  readonly userData: string | undefined;
}

/** Sends an ENVELOPE over T=0, and collects the answer if there is one. */
export function sendEnvelope({ card }: OtaCard, envelope: Uint8Array): Delivered {
  const sw = toHex(card.transmit(envelope));
  const le = sw.startsWith('61') ? sw.slice(2) : '00';
  const collected = toHex(card.transmit(fromHex(`00C00000${le}`)));
  if (!sw.startsWith('61')) return { sw, userData: collected === '6985' ? undefined : collected };
  return { sw, userData: collected.replace(/9000$/, '') };
}

/** Puts a command packet into an SMS-DELIVER in an ENVELOPE. */
export function packetEnvelope(packet: Uint8Array): Uint8Array {
  return envelopeOf(deliverOf(commandUserData(packet)));
}

/** Sends a command packet. */
export function sendPacket(to: OtaCard, packet: Uint8Array): Delivered {
  return sendEnvelope(to, packetEnvelope(packet));
}

/** Sends a command packet in as many messages as it needs. Gives what the last one has brought. */
export function sendLongPacket(to: OtaCard, packet: Uint8Array): Delivered {
  const parts = segmentPacket(packet, { iei: IEI.commandPacket, reference: 1 });
  const delivered = parts.map((userData) => sendEnvelope(to, envelopeOf(deliverOf(userData))));
  return delivered.at(-1)!;
}

const KIC = '000102030405060708090a0b0c0d0e0f';
const KID = '101112131415161718191a1b1c1d1e1f';

/** The keys of {@link countingCard}, version 1. */
export const KEYS: PacketKeys = bothBy(keySet(KIC, KID));
/** The same keys with a CMAC of 4 octets. */
export const KEYS_MAC_4: PacketKeys = bothBy(keySet(KIC, KID, 4));

/** The TAR of its applet that takes packets of any SPI1. */
export const TAR = 'b00010';
/** The TAR of its applet that wants CC, ciphering and a counter that goes up. */
export const STRICT_TAR = 'b00016';
/** A TAR of an applet beside it, where there is one. */
export const OTHER_TAR = 'b00012';
/** Its stored counter. */
export const STORED = '0000000005';
/** What its applets answer. */
export const ANSWER: Uint8Array = Uint8Array.of(0x02, 0x90, 0x00, 0x01, 0x02);

/** What of a {@link countingCard} is another. */
export interface CountingCardParts {
  readonly stored?: string | undefined;
  readonly switches?: Partial<SwitchesProfile> | undefined;
  readonly answer?: Answer;
  readonly log?: CommitLog | undefined;
}

/** Makes a card with {@link KEYS}, two applets and the counter {@link STORED}. */
export function countingCard(parts: CountingCardParts = {}): OtaCard {
  const { stored = STORED, switches = {}, answer = () => ANSWER, log } = parts;
  const profile = {
    keySets: [aesKeySet(1, { kic: KIC, kid: KID }, stored)],
    applets: [testApplet(TAR), testApplet(STRICT_TAR, '16')],
    switches,
  };
  return otaCard(profile, answer, log);
}

/** Writes one octet as hex. */
export function octetHex(octet: number): string {
  return octet.toString(16).padStart(2, '0');
}

/**
 * Seals a packet for {@link countingCard}; CNTR is one more than the stored one if nothing is said.
 */
export function sealedFor(
  spi1: string,
  spi2: number,
  parts: Partial<CommandPacketInput> = {},
  keys: PacketKeys = KEYS,
): Uint8Array {
  const input = { tar: fromHex(TAR), kic: 0x12, kid: 0x12, cntr: 6, ...parts };
  return sealCommandPacket(packetOf(spi1 + octetHex(spi2), input), keys);
}

/** Changes one octet; a negative place counts from the end. */
export function changed(octets: Uint8Array, at: number, to: (octet: number) => number): Uint8Array {
  const place = at < 0 ? octets.length + at : at;
  return octets.with(place, to(octets[place]!));
}
