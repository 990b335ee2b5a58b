/**
 * The card profile: everything that makes one card, as data.
 *
 * This is the shape of the JSON file, `"format": "vuicc-profile/1"`. Octets are hex text of either
 * case. `schema.ts` checks it; `docs/vuicc-profile-1.schema.json` is the same for other programs.
 *
 * @see docs/profile.md
 * @module
 */

/** The name of this format. */
export const PROFILE_FORMAT = 'vuicc-profile/1';

/** One PIN, PUK or ADM key. */
export interface PinProfile {
  /** Key reference, two hex digits: '01' PIN1, '81' PIN2, '0A' ADM1, '11' universal PIN. */
  readonly reference: string;
  /** 4 to 8 decimal digits, or 16 hex digits for a key of 8 octets (ADM). Secret. */
  readonly value: string;
  /** Tries before it is blocked, 1 to 15. */
  readonly retries: number;
  /** False: the PIN need not be verified. ADM keys are always enabled. */
  readonly enabled: boolean;
  /** The UNBLOCK PIN, 8 decimal digits. Secret. */
  readonly unblock?: { readonly value: string; readonly retries: number };
}

/** An OTA key with its algorithm. Secret. */
export interface OtaKeyProfile {
  readonly type: 'AES' | '3DES' | 'DES';
  /** AES 16, 24 or 32 octets; 3DES 16 or 24; DES 8. */
  readonly key: string;
}

/** The OTA keys of one key version number, with their counter. */
export interface KeySetProfile {
  /** Key version number, 0 to 15: the high nibble of KIc and KID. */
  readonly kvn: number;
  readonly kic: OtaKeyProfile;
  /** `macLength`: octets of a CMAC, 4 or 8; 8 when left out. */
  readonly kid: OtaKeyProfile & { readonly macLength?: 4 | 8 };
  readonly kik?: OtaKeyProfile;
  /** The stored counter, 10 hex digits. */
  readonly cntr: string;
}

/** The sequence numbers of one key, annex C.2 of TS 33.102. */
export interface SqnProfile {
  /** Width of IND in bits, 0 to 8; 5 is usual. */
  readonly indBits: number;
  /** The largest jump of SEQ that is accepted. */
  readonly delta: number;
  /** L: how far SEQ may lie behind the highest; left out: no limit. */
  readonly ageLimit?: number;
  /** SEQ for each IND, 2^indBits numbers; left out: all 0. */
  readonly array?: readonly number[];
}

/** One Ki/OTA pair of the key table. */
export interface KeyTableEntryProfile {
  /** `milenage`, `tuak`, `xor`, or one that the embedding program registers. */
  readonly algorithm: string;
  /** 16 octets; for TUAK and for registered algorithms also 32. Secret. */
  readonly k: string;
  /** 16 octets; MILENAGE has exactly one of `opc` and `op`. Secret. */
  readonly opc?: string;
  readonly op?: string;
  /** 32 octets; TUAK has exactly one of `topc` and `top`. Secret. */
  readonly topc?: string;
  readonly top?: string;
  /**
   * MILENAGE: r1 to r5 in bits and c1 to c5, 16 octets each; left out: those of TS 35.206.
   */
  readonly r?: readonly number[];
  readonly c?: readonly string[];
  /** TUAK: octets of MAC-A and MAC-S, which have to be 8. */
  readonly macLength?: 8;
  /** Octets of RES. TUAK: 4, 8, 16 or 32, left out 8; XOR: 4 to 16, left out 16. */
  readonly resLength?: number;
  /** TUAK: octets of CK; left out: 16. */
  readonly ckLength?: 16 | 32;
  /** TUAK: octets of IK; left out: 16. */
  readonly ikLength?: 16 | 32;
  /** TUAK: how often Keccak permutes, 1 to 255; left out: 1. */
  readonly iterations?: number;
  /** XOR: the 2G variant answers in the GSM context, in place of c2 and c3; left out: false. */
  readonly gsmVariant?: boolean;
  readonly sqn: SqnProfile;
  readonly keySets: readonly KeySetProfile[];
}

/** An OTA application and what it asks of those who address it. */
export interface AppletProfile {
  /** 3 octets. */
  readonly tar: string;
  /** 15 or 16 octets, if it has one; octets 13 to 15 are the TAR. */
  readonly aid?: string;
  /**
   * Which logic: `subscription-change`, `remote-file-management`, or one that the embedding program
   * installs.
   */
  readonly kind: string;
  /** Where its file operations start: a path of this profile. */
  readonly startDirectory: string;
  /** Format of its commands. */
  readonly format: 'compact' | 'expanded';
  /** The least SPI1 that it accepts, two hex digits. */
  readonly minimumSecurity: string;
  /** Access domain, hex: '00' full access, '02…' by the access rules, 'FF' none. */
  readonly accessDomain: string;
}

/** Where the standards leave room, or cards differ. Left out: the lenient way, `true`. */
export interface SwitchesProfile {
  /** What a PoR for a refused packet looks like. */
  readonly porPolicy: 'plain' | 'literal' | 'hardened';
  /** Accept AES in the counter modes 00 and 01, which TS 102 225 does not foresee. */
  readonly aesWithoutCounter: boolean;
  /** Accept single DES, which is deprecated. */
  readonly singleDes?: boolean;
  /** Accept KIc and KID of different key sets. */
  readonly differentKeySets?: boolean;
  /** Accept a packet in several messages of which none announces it. */
  readonly unannouncedPackets?: boolean;
  /** Have the commands of class A0, TS 51.011. */
  readonly gsm?: boolean;
}

/** Access rules as an FCP holds them, in hex: exactly one of the three. */
export interface RulesProfile {
  /** Value of '8B': FID of an EF_ARR and a record number, or pairs of SEID and record number. */
  readonly referenced?: string;
  /** Value of 'AB': the rules in expanded format, as in a record of EF_ARR. */
  readonly expanded?: string;
  /** Value of '8C': the rules in compact format. */
  readonly compact?: string;
}

/** The MF, an ADF or a DF. */
export interface DirectoryProfile {
  /** `MF`, `MF/ADF.USIM`, `MF/DF.TELECOM/DF.PHONEBOOK`: names of one's own, parents first. */
  readonly path: string;
  /** 2 octets; `7FFF` for an ADF. */
  readonly fid: string;
  /** 5 to 16 octets; makes it an ADF. */
  readonly aid?: string;
  /** EF_ARR and record number: `2F06/9`. Exactly one of `arr` and `rules`. */
  readonly arr?: string;
  readonly rules?: RulesProfile;
  /** Key references of the PIN status template, two hex digits each. */
  readonly pins: readonly string[];
}

interface ElementaryFileProfile {
  /**
   * The directory's path, then the file's name: `MF/ADF.USIM/EF.IMSI`. A `(FID)` behind a directory
   * is ignored.
   */
  readonly path: string;
  /** 2 octets. */
  readonly fid: string;
  /** Short file identifier, 1 to 30, or null for none. */
  readonly sfi: number | null;
  /** False: current on one logical channel at a time. Left out: shareable. */
  readonly shareable?: boolean;
  /**
   * Record of the EF_ARR that holds for it: 2F06 under the MF, else 6F06 of its directory or above.
   * Exactly one of `arr` and `rules`.
   */
  readonly arr?: number;
  readonly rules?: RulesProfile;
  /** Left out: activated. */
  readonly lifeCycle?: 'creation' | 'activated' | 'deactivated' | 'terminated';
  /** One octet; b7: also used by commands when it is deactivated. Left out: none. */
  readonly specialFileInformation?: string;
}

/** A transparent EF. */
export interface TransparentFileProfile extends ElementaryFileProfile {
  readonly type: 'transparent';
  readonly size: number;
  readonly data: string;
}

/** A linear fixed or cyclic EF. */
export interface RecordFileProfile extends ElementaryFileProfile {
  readonly type: 'linear' | 'cyclic';
  readonly recLen: number;
  readonly recCount: number;
  /** The leading records; those that are missing are filled. */
  readonly records: readonly string[];
  /** One octet, or `same-as-record-1`. */
  readonly recordsFill: string;
}

/** A BER-TLV EF. */
export interface BerTlvFileProfile extends ElementaryFileProfile {
  readonly type: 'ber-tlv';
  /** How many octets of data objects it has room for. */
  readonly size: number;
  /** Data objects, one behind the other; none: ''. */
  readonly data: string;
}

/** Any EF. */
export type FileProfile = TransparentFileProfile | RecordFileProfile | BerTlvFileProfile;

/** Tells whether an EF has records. */
export function hasRecords(file: FileProfile): file is RecordFileProfile {
  return file.type === 'linear' || file.type === 'cyclic';
}

/**
 * A card profile.
 *
 * @see docs/profile.md
 */
export interface CardProfile {
  readonly format: typeof PROFILE_FORMAT;
  /** For people. */
  readonly name?: string;
  /** Decimal digits; EF_ICCID follows from it. */
  readonly iccid: string;
  /** Decimal digits; EF_IMSI follows from it. */
  readonly imsi: string;
  /** 2 to 33 octets. */
  readonly atr: string;
  readonly protocol: 'T=0' | 'T=1';
  readonly pins: readonly PinProfile[];
  readonly keyTable: {
    /** Index of the pair in use. */
    readonly active: number;
    readonly entries: readonly KeyTableEntryProfile[];
  };
  readonly applets: readonly AppletProfile[];
  readonly switches: SwitchesProfile;
  /**
   * Octets for files that are created, 0 to 16,777,215; the FCP of directories tells what is left.
   * Left out: 65,536, and the FCP says nothing of it.
   */
  readonly freeMemory?: number;
  readonly directories: readonly DirectoryProfile[];
  readonly files: readonly FileProfile[];
}
