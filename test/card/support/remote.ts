/**
 * A card for tests of remote commands: the built-in profile with EFs of every access condition
 * under the MF, and remote file management in both formats.
 *
 * Scripts go in as packets with CC and a counter; the PoR comes back in clear, by SMS-SUBMIT, so
 * that it has room.
 *
 * @see ETSI TS 102 226 §5; docs/profile.md
 * @module
 */

import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { emptyReassembly, takePart } from '../../../src/ota/reassembly.ts';
import { openResponsePacket } from '../../../src/ota/response-packet.ts';
import { sealCommandPacket } from '../../../src/ota/secured-packet.ts';
import { segmentPacket } from '../../../src/ota/segmentation.ts';
import { decodeSmsDeliver, IEI, responsePacketOf } from '../../../src/ota/sms.ts';
import { decodeSpi } from '../../../src/ota/spi.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import {
  type AppletProfile,
  type CardProfile,
  type FileProfile,
  hasRecords,
} from '../../../src/profile/profile.ts';
import { deliverOf, envelopeOf } from './ota-card.ts';
import { EVERYTHING, sentMessages } from './proactive.ts';
import { expandedKeys } from './shapes.ts';
import { TestCard, type TestCardOptions, withChangedFile, withFiles } from './test-card.ts';

/** TARs of the built-in profile: where their scripts start, and in which format they are. */
export const RFM = {
  compact: 'B00000',
  expanded: 'B00001',
  usim: 'B00100',
  usimExpanded: 'B00101',
  isim: 'B00120',
  isimExpanded: 'B00121',
} as const;

/** PoR always, in clear: by SMS-SUBMIT, and in the report. */
export const BY_SUBMIT = 0x21;
export const BY_REPORT = 0x01;
/** PoR never. */
export const NO_POR = 0x00;

/** Makes remote file management under another TAR. */
export function applet(tar: string, parts: Partial<AppletProfile> = {}): AppletProfile {
  return {
    tar,
    kind: 'remote-file-management',
    startDirectory: 'MF',
    format: 'compact',
    minimumSecurity: '12',
    accessDomain: '00',
    ...parts,
  };
}

/** EFs under the MF by what it takes to read and to update them; each has 4 octets. */
export const CONDITIONS = {
  /** ALWAYS; ADM1. */
  always: '2F11',
  /** PIN1; ADM1. */
  pin1: '2F12',
  /** PIN1 both. */
  pin1Both: '2F13',
  /** PIN1; PIN2. */
  pin2: '2F15',
  /** ADM1 both. */
  adm1: '2F16',
  /** ALWAYS; NEVER. */
  readOnly: '2F17',
  /** NEVER both. */
  never: '2F1A',
  /** Of a record of EF_ARR that has no rule. */
  noRule: '2F1B',
} as const;

/** Records of EF_ARR for these. Record 10 of this card says NEVER, 9 has nothing on EFs. */
const RULE: Readonly<Record<keyof typeof CONDITIONS, number>> = {
  always: 1,
  pin1: 2,
  pin1Both: 3,
  pin2: 5,
  adm1: 6,
  readOnly: 7,
  never: 10,
  noRule: 8,
};
const NEVER_RULE = '80011B9700';
/** A record of zeros is no rule, and makes no sense as one. */
const NO_RULE = '00';

function transparent(fid: string, arr: number, data: string): FileProfile {
  const path = `MF/EF.${fid}`;
  return { path, fid, type: 'transparent', size: data.length / 2, sfi: null, arr, data };
}

/** An EF of 700 octets, 00 to FF again and again, and one of 5000; SFI 20 and none. */
export const LONG = '2F20';
export const VERY_LONG = '2F21';

/** Octets of {@link LONG} and {@link VERY_LONG} in hex of upper case. */
export function counted(octets: number): string {
  return toHex(Uint8Array.from({ length: octets }, (_, n) => n % 256)).toUpperCase();
}

function withRecord(profile: CardProfile, record: number, rule: string): CardProfile {
  return withChangedFile(
    'MF/EF.ARR',
    (file) => {
      if (!hasRecords(file)) throw new Error('EF_ARR has records');
      const records = [...file.records];
      while (records.length < 10) records.push('');
      const filled = rule.padEnd(2 * file.recLen, 'F');
      return { ...file, records: records.map((old, n) => (n === record - 1 ? filled : old)) };
    },
    profile,
  );
}

/** The profile of a {@link remoteCard}. */
export function remoteProfile(applets: readonly AppletProfile[] = []): CardProfile {
  const files: readonly FileProfile[] = [
    ...Object.entries(CONDITIONS).map(([name, fid]) =>
      transparent(fid, RULE[name as keyof typeof CONDITIONS], '01020304'),
    ),
    { ...transparent(LONG, 1, counted(700)), sfi: 20 },
    transparent(VERY_LONG, 1, counted(5000)),
  ];
  const profile = withFiles(files, {
    ...DEFAULT_PROFILE,
    applets: [...DEFAULT_PROFILE.applets, ...applets],
  });
  return withRecord(withRecord(profile, 10, NEVER_RULE), 8, NO_RULE);
}

/** What of a {@link remoteCard} is another. */
export interface RemoteCardOptions extends Omit<TestCardOptions, 'profile'> {
  /** Beside those of the built-in profile. */
  readonly more?: readonly AppletProfile[];
  /** TERMINAL PROFILE; of an ME that can do everything if nothing is said. */
  readonly terminal?: string;
}

/** Makes a card. */
export function remoteCard(options: RemoteCardOptions = {}): TestCard {
  const { more = [], terminal = EVERYTHING, setUp = [], ...others } = options;
  return new TestCard({ profile: remoteProfile(more), setUp: [terminal, ...setUp], ...others });
}

const [PAIR] = DEFAULT_PROFILE.keyTable.entries;
const KEYS = expandedKeys(PAIR!.keySets[0]!);

/** The ENVELOPEs that bring a script to a card, with the next CNTR. */
export function scriptEnvelopes(
  { uicc }: TestCard,
  tar: string,
  script: string,
  spi2: number = BY_SUBMIT,
): string[] {
  const { entries, active } = uicc.root;
  const cntr = entries[active]!.keySets[0]!.cntr + 1;
  const packet = sealCommandPacket(
    {
      spi: decodeSpi([0x12, spi2]),
      kic: 0x12,
      kid: 0x12,
      tar: fromHex(tar),
      cntr,
      data: fromHex(script),
    },
    { ciphering: KEYS, checksum: KEYS },
  );
  const parts = segmentPacket(packet, { iei: IEI.commandPacket, reference: cntr % 256 });
  return parts.map((userData) => toHex(envelopeOf(deliverOf(userData))));
}

/** Sends a script. Gives the SW of the last ENVELOPE, or what was collected with it. */
export function sendScript(
  card: TestCard,
  tar: string,
  script: string,
  spi2: number = BY_SUBMIT,
): string {
  const answers = scriptEnvelopes(card, tar, script, spi2).map((envelope) => card.ask(envelope));
  return answers.at(-1)!;
}

/** Additional response data of a PoR in clear with status 00, in hex of upper case. */
export function dataOf(packet: Uint8Array): string {
  const security = { spi: decodeSpi([0x12, BY_REPORT]), kic: 0, kid: 0 };
  const por = openResponsePacket(packet, security, { ciphering: KEYS, checksum: KEYS });
  if (por.status !== 0) throw new Error(`status ${por.status}`);
  return toHex(por.data).toUpperCase();
}

function joined(messages: readonly string[]): Uint8Array {
  let store = emptyReassembly();
  for (const userData of messages) {
    const deliver = decodeSmsDeliver(deliverOf(fromHex(userData)));
    const taken = takePart(store, deliver);
    if (taken.message !== undefined) return taken.message.body;
    store = taken.store;
  }
  throw new Error('the PoR is not whole');
}

/** Runs a script. Gives additional response data in hex of upper case. */
export function runScript(card: TestCard, tar: string, script: string): string {
  const sw = sendScript(card, tar, script);
  return dataOf(joined(sentMessages({ card: card.uicc }, sw.toLowerCase())));
}

/** The same with a PoR in the report. */
export function runReported(card: TestCard, tar: string, script: string): string {
  const answer = sendScript(card, tar, script, BY_REPORT);
  return dataOf(responsePacketOf(fromHex(answer.slice(0, -4))));
}
