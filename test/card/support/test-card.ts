/**
 * A card that is powered on and spoken to in hex, with the log of its commits.
 *
 * @see ETSI TS 102 221 §10, §11; docs/architecture.md, "The card changes by commits"
 * @module
 */

import { decodeCommandApdu } from '../../../src/apdu/command.ts';
import { encodeResponseApdu, type ResponseApdu } from '../../../src/apdu/response.ts';
import { exchangeT0 } from '../../../src/apdu/t0.ts';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { makeImage } from '../../../src/card/image.ts';
import type { CardRoot } from '../../../src/card/memory.ts';
import { Uicc, type UiccOptions } from '../../../src/card/uicc.ts';
import { EF_UST } from '../../../src/ef/services.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile, FileProfile, PinProfile } from '../../../src/profile/profile.ts';

/** AID of the built-in profile's USIM and of its ISIM. */
export const USIM_AID = 'A0000000871002FFFFFFFF8900000100';
export const ISIM_AID = 'A0000000871004FFFFFFFF8900000100';

/**
 * The commands that most tests begin with. PIN1 is '1234', PIN2 '0000', ADM1 '3131313131313131'.
 */
export const SELECT_USIM: string = `00A4040C10${USIM_AID}`;
export const SELECT_ISIM: string = `00A4040C10${ISIM_AID}`;
export const PIN1 = '002000010831323334FFFFFFFF';
export const PIN2 = '002000810830303030FFFFFFFF';
export const ADM1 = '0020000A083131313131313131';
export const WRONG_PIN1 = '002000010839393939FFFFFFFF';

/** A PIN of 4 to 8 digits, or an UNBLOCK PIN, as commands carry it: 8 octets. */
export function pinOctets(digits: string): string {
  return [...digits]
    .map((digit) => `3${digit}`)
    .join('')
    .padEnd(16, 'F');
}

/** SELECT by path from the MF, without response data. */
export function select(path: string): string {
  return `00A4080C${octet(path.length / 2)}${path}`;
}

/** One octet in hex. */
export function octet(value: number): string {
  return value.toString(16).padStart(2, '0').toUpperCase();
}

/** What a {@link TestCard} is made with. */
export interface TestCardOptions extends UiccOptions {
  readonly profile?: CardProfile;
  /** Sent after the reset; each must be answered with '9000'. */
  readonly setUp?: readonly string[];
}

/** A card, its log, and its answers in hex of upper case. */
export class TestCard {
  readonly uicc: Uicc;
  /** What the log has got, in order. */
  readonly commits: Uint8Array[] = [];
  /** What the card remembered when each commit was offered, those refused too. */
  readonly rootsBefore: CardRoot[] = [];
  /** Errors that were answered with '6F00'. */
  readonly faults: unknown[] = [];
  /** Tells of each commit, counted from 0 by those offered, whether it can be stored. */
  isStored: (offered: number) => boolean = () => true;

  constructor({ profile = DEFAULT_PROFILE, setUp = [], ...options }: TestCardOptions = {}) {
    const append = (commit: Uint8Array): boolean => {
      this.rootsBefore.push(this.uicc.root);
      const stored = this.isStored(this.rootsBefore.length - 1);
      if (stored) this.commits.push(commit);
      return stored;
    };
    this.uicc = new Uicc(makeImage(profile), {
      log: { append },
      onFault: (error) => this.faults.push(error),
      ...options,
    });
    this.uicc.reset();
    for (const command of setUp) this.expectOk(command);
  }

  /** Sends one C-APDU. Gives the R-APDU. */
  send(command: string): string {
    return toHex(this.uicc.transmit(fromHex(command))).toUpperCase();
  }

  /** Sends several. Gives the last R-APDU. */
  sendAll(commands: readonly string[]): string {
    return commands.map((command) => this.send(command)).at(-1) ?? '';
  }

  /** Sends one C-APDU and follows '61XX' and '6CXX' as over T=0. Gives data and last SW. */
  ask(command: string): string {
    return toHex(encodeResponseApdu(this.exchange(fromHex(command)))).toUpperCase();
  }

  /** The same in octets. */
  exchange(command: Uint8Array): ResponseApdu {
    const procedure = exchangeT0(decodeCommandApdu(command));
    let step = procedure.next();
    while (step.done !== true) step = procedure.next(this.uicc.transmit(step.value));
    return step.value;
  }

  /** Sends what has to succeed for the test to mean something. */
  expectOk(command: string): void {
    const response = this.send(command);
    if (!/^(?:9000|91..)$/.test(response)) throw new Error(`${command}: ${response}`);
  }

  /** Resets the card. */
  reset(): string {
    return toHex(this.uicc.reset()).toUpperCase();
  }

  /** Forgets what the log has got. */
  clearLog(): void {
    this.commits.length = 0;
    this.rootsBefore.length = 0;
  }
}

/** Gives a profile with other EFs added at its end. */
export function withFiles(
  files: readonly FileProfile[],
  profile: CardProfile = DEFAULT_PROFILE,
): CardProfile {
  return { ...profile, files: [...profile.files, ...files] };
}

/** Gives a profile with one EF changed. */
export function withChangedFile(
  path: string,
  change: (file: FileProfile) => FileProfile,
  profile: CardProfile = DEFAULT_PROFILE,
): CardProfile {
  if (!profile.files.some((file) => file.path === path)) throw new Error(`no ${path}`);
  const files = profile.files.map((file) => (file.path === path ? change(file) : file));
  return { ...profile, files };
}

/** Gives a profile without some EFs. */
export function withoutFiles(
  paths: readonly string[],
  profile: CardProfile = DEFAULT_PROFILE,
): CardProfile {
  return { ...profile, files: profile.files.filter(({ path }) => !paths.includes(path)) };
}

/** Gives a profile whose transparent EF has other contents, and their size. */
export function withContent(
  path: string,
  data: string,
  profile: CardProfile = DEFAULT_PROFILE,
): CardProfile {
  return withChangedFile(
    path,
    (file) => (file.type === 'transparent' ? { ...file, size: data.length / 2, data } : file),
    profile,
  );
}

/** Gives a profile whose USIM has these services and no others. */
export function withServices(services: readonly number[]): CardProfile {
  return withContent('MF/ADF.USIM/EF.UST', toHex(EF_UST.encode(services, 18)));
}

/** The built-in profile, of a card that makes the SUCI itself: services 124 and 125. */
export const SUCI_BY_USIM: CardProfile = withServices([124, 125]);

/** Gives that profile with another EF_SUCI_Calc_Info. */
export function withCalcInfo(data: string): CardProfile {
  return withContent('MF/ADF.USIM/DF.5GS/EF.SUCI_Calc_Info', data, SUCI_BY_USIM);
}

/**
 * Gives a profile with other flags in EF_UMPC: b2 says that the card can be suspended.
 *
 * @see ETSI TS 102 221 §13.5
 */
export function withPowerFlags(flags: number, profile: CardProfile = DEFAULT_PROFILE): CardProfile {
  return withContent('MF/EF.UMPC', `3C05${octet(flags)}FFFF`, profile);
}

/** The built-in profile, of a card that can be suspended. */
export const SUSPENDABLE: CardProfile = withPowerFlags(0x02);

/** Where the third octet of the card capabilities is in the ATR of the built-in profile. */
const CAPABILITIES_OFFSET = 12;

/**
 * Gives a profile whose ATR announces logical channels.
 *
 * @param capabilities third octet of the card capabilities: '13' for four that the card assigns,
 *   '1B' for four that card or terminal assign, '1F' for all
 */
export function withChannels(
  capabilities: number = 0x13,
  profile: CardProfile = DEFAULT_PROFILE,
): CardProfile {
  const atr = fromHex(DEFAULT_PROFILE.atr);
  atr[CAPABILITIES_OFFSET] = capabilities;
  const checked = atr.slice(1, -1);
  atr[atr.length - 1] = checked.reduce((sum, value) => sum ^ value, 0);
  return { ...profile, atr: toHex(atr).toUpperCase() };
}

/** Gives a profile with one PIN changed. */
export function withPin(
  reference: string,
  change: Partial<PinProfile>,
  profile: CardProfile = DEFAULT_PROFILE,
): CardProfile {
  const pins = profile.pins.map((pin) =>
    pin.reference === reference ? { ...pin, ...change } : pin,
  );
  return { ...profile, pins };
}

/** Gives a profile with the universal PIN '5678', which the MF and the USIM's ADF tell of. */
export function withUniversalPin(
  change: Partial<PinProfile> = {},
  profile: CardProfile = DEFAULT_PROFILE,
): CardProfile {
  const unblock = { value: '11223344', retries: 10 };
  const pin: PinProfile = { reference: '11', value: '5678', retries: 3, enabled: true, unblock };
  const directories = profile.directories.map((directory) =>
    directory.path === 'MF' || directory.path === 'MF/ADF.USIM'
      ? { ...directory, pins: [...directory.pins, '11'] }
      : directory,
  );
  return { ...profile, directories, pins: [...profile.pins, { ...pin, ...change }] };
}

/**
 * EF_ACM as a cyclic EF of three records, '010101', '020202' and '030303', the first the latest;
 * read and updated with PIN1.
 *
 * @see 3GPP TS 31.102 §4.2
 */
export const EF_ACM: FileProfile = {
  path: 'MF/ADF.USIM/EF.ACM',
  fid: '6F39',
  type: 'cyclic',
  recLen: 3,
  recCount: 3,
  sfi: 28,
  arr: 8,
  records: ['010101', '020202', '030303'],
  recordsFill: '00',
};

/**
 * EF_IMSConfigData as a BER-TLV EF of 600 octets that holds '80' with 'C0DE' and '81' with nothing;
 * read and updated with PIN1.
 *
 * @see 3GPP TS 31.102 §4.2.108
 */
export const EF_OBJECTS: FileProfile = {
  path: 'MF/ADF.USIM/EF.IMSConfigData',
  fid: '6FF8',
  type: 'ber-tlv',
  size: 600,
  sfi: 20,
  arr: 3,
  data: '8002C0DE8100',
};
