/**
 * The shape of a card profile: which fields there are, and which values each may have.
 *
 * Every row says what it expects in words; the words are the message of the refusal and the
 * description in the JSON Schema. What fields mean to each other (a directory that does not exist,
 * an EF that contradicts the IMSI) is asked afterwards, by `check.ts`.
 *
 * @see docs/profile.md
 * @module
 */

import * as z from 'zod';
import { type CardProfile, PROFILE_FORMAT } from './profile.ts';

/** READ BINARY reaches no further: offset 7FFF, then 256 octets. */
const OCTETS_MAX = 0x7fff + 256;
/** One octet of record number, without 'FF' and 0. */
const RECORDS_MAX = 254;
const RECORD_OCTETS_MAX = 255;
/** A subscription change names the index of an entry in one octet. */
const ENTRIES_MAX = 255;
/** One octet for an applet, of which 'FF' ends the list of their data. */
const APPLETS_MAX = 255;
const SQN_MAX = 2 ** 48 - 1;
const MEMORY_MAX = 2 ** 24 - 1;
/** A card at rest has one octet for them. */
const ITERATIONS_MAX = 255;

/** Text of a form; `expected` is the message and the description. */
export function text(pattern: RegExp, expected: string): z.ZodString {
  return z.string({ error: expected }).regex(pattern, { error: expected }).describe(expected);
}

/** Hex text of whole octets. */
export function octets(min: number, max: number, what: string): z.ZodString {
  const times = min === max ? `${min}` : `${min},${max}`;
  const digits = min === max ? `${min * 2}` : `${min * 2} to ${max * 2}`;
  return text(new RegExp(`^(?:[0-9A-Fa-f]{2}){${times}}$`), `${what}, ${digits} hex digits`);
}

/** An integer in a range. */
export function integer(min: number, max: number, what: string): z.ZodInt {
  const expected = `${what}, ${min} to ${max}`;
  return z
    .int({ error: expected })
    .min(min, { error: expected })
    .max(max, { error: expected })
    .describe(expected);
}

function oneOf(values: readonly string[]): string {
  const quoted = values.map((value) => `"${value}"`);
  return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

function choice<const T extends readonly string[]>(
  values: T,
): z.ZodEnum<z.core.util.ToEnum<T[number]>> {
  return z.enum(values, { error: oneOf(values) });
}

function flag(): z.ZodBoolean {
  return z.boolean({ error: 'true or false' });
}

/** An array of so many things. */
export function list<T extends z.ZodType>(
  item: T,
  what: string,
  min: number = 0,
  max: number = Number.POSITIVE_INFINITY,
): z.ZodArray<T> {
  const count = min === max ? `${min} ` : max < Number.POSITIVE_INFINITY ? `${min} to ${max} ` : '';
  const expected = `an array of ${count}${what}`;
  const array = z.array(item, { error: expected });
  if (max === Number.POSITIVE_INFINITY) return array.describe(expected);
  return array.min(min, { error: expected }).max(max, { error: expected }).describe(expected);
}

/** An object that has these fields and no other. */
export function object<T extends z.core.$ZodLooseShape>(
  what: string,
  shape: T,
): z.ZodObject<T, z.core.$strict> {
  return z.strictObject(shape, { error: `an object, ${what}` });
}

/** The refusal of an object whose field `type` decides which fields it has. */
export function byType(
  what: string,
  types: readonly string[],
): { error: (issue: { readonly code: string }) => string } {
  return { error: ({ code }) => (code === 'invalid_type' ? `an object, ${what}` : oneOf(types)) };
}

/** A segment of a path, with the `(FID)` that is ignored. */
const SEGMENT = '[^/()\\s]+(?:\\([0-9A-Fa-f]{4}\\))?';
const directoryPath = text(
  new RegExp(`^MF(?:\\(3[Ff]00\\))?(?:/${SEGMENT})*$`),
  'the path of a directory, "MF" or "MF/…"',
);
const filePath = text(
  new RegExp(`^MF(?:\\(3[Ff]00\\))?(?:/${SEGMENT})+$`),
  'the path of a file, "MF/…"',
);
/** A FID. */
export const fid: z.ZodString = octets(2, 2, 'a FID');

/** The key reference of a PIN. */
export const pinReference: z.ZodString = text(
  /^(?:[08][1-8A-Ea-e]|11)$/,
  'a key reference: "01" to "08", "0A" to "0E", "11", "81" to "88" or "8A" to "8E"',
);

const pin = object('a PIN', {
  reference: pinReference,
  value: text(/^(?:[0-9]{4,8}|[0-9A-Fa-f]{16})$/, '4 to 8 decimal digits or 16 hex digits'),
  retries: integer(1, 15, 'a number of tries'),
  enabled: flag(),
  unblock: object('an UNBLOCK PIN', {
    value: text(/^[0-9]{8}$/, '8 decimal digits'),
    retries: integer(1, 15, 'a number of tries'),
  }).exactOptional(),
});

const aesKey = text(
  /^(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{48}|[0-9A-Fa-f]{64})$/,
  'an AES key, 32, 48 or 64 hex digits',
);
const tripleDesKey = text(
  /^(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{48})$/,
  'a 3DES key, 32 or 48 hex digits',
);
const DES = { type: z.literal('DES'), key: octets(8, 8, 'a DES key') };
const TRIPLE_DES = { type: z.literal('3DES'), key: tripleDesKey };
const AES = { type: z.literal('AES'), key: aesKey };

const KEY_TYPES = ['AES', '3DES', 'DES'];
const otaKey = z.discriminatedUnion(
  'type',
  [object('a key', AES), object('a key', TRIPLE_DES), object('a key', DES)],
  byType('a key', KEY_TYPES),
);
const macLength = z.literal([4, 8], { error: '4 or 8' }).exactOptional();
/** Only a CMAC comes in two lengths. */
const checksumKey = z.discriminatedUnion(
  'type',
  [object('a key', { ...AES, macLength }), object('a key', TRIPLE_DES), object('a key', DES)],
  byType('a key', KEY_TYPES),
);

const keySet = object('a key set', {
  kvn: integer(0, 15, 'a key version number'),
  kic: otaKey,
  kid: checksumKey,
  kik: otaKey.exactOptional(),
  cntr: octets(5, 5, 'a counter'),
});

const sqn = object('the sequence numbers', {
  indBits: integer(0, 8, 'a number of bits'),
  delta: integer(1, SQN_MAX, 'a number'),
  ageLimit: integer(1, SQN_MAX, 'a number').exactOptional(),
  array: list(integer(0, SQN_MAX, 'a SEQ'), 'SEQ', 1, 256).exactOptional(),
});

/** What an entry must have beside its fields, by its algorithm. */
export const OPC_OR_OP = 'exactly one of opc and op';
export const TOPC_OR_TOP = 'exactly one of topc and top';
export const OPC_AND_TOPC = 'one of opc and topc at most';

const KEYS = { sqn, keySets: list(keySet, 'key sets') };
const opc = octets(16, 16, 'OPc').exactOptional();
const topc = octets(32, 32, 'TOPc').exactOptional();

const milenageEntry = object('a Ki/OTA pair', {
  algorithm: z.literal('milenage'),
  k: octets(16, 16, 'K'),
  opc,
  op: octets(16, 16, 'OP').exactOptional(),
  r: list(integer(0, 127, 'a rotation in bits'), 'rotations', 5, 5).exactOptional(),
  c: list(octets(16, 16, 'a constant'), 'constants', 5, 5).exactOptional(),
  ...KEYS,
})
  .refine((of) => (of.opc === undefined) !== (of.op === undefined), { error: OPC_OR_OP })
  .meta({ oneOf: [{ required: ['opc'] }, { required: ['op'] }] });

const longKey = text(/^(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{64})$/, 'K, 32 or 64 hex digits');

function oneLength<const T extends readonly number[]>(
  lengths: T,
  expected: string,
): z.ZodExactOptional<z.ZodLiteral<T[number]>> {
  return z.literal(lengths, { error: expected }).describe(expected).exactOptional();
}

const tuakEntry = object('a Ki/OTA pair', {
  algorithm: z.literal('tuak'),
  k: longKey,
  topc,
  top: octets(32, 32, 'TOP').exactOptional(),
  macLength: oneLength([8], '8, as AUTN and AUTS have room for a MAC of 8 octets'),
  resLength: oneLength([4, 8, 16, 32], '4, 8, 16 or 32 octets of RES'),
  ckLength: oneLength([16, 32], '16 or 32 octets of CK'),
  ikLength: oneLength([16, 32], '16 or 32 octets of IK'),
  iterations: integer(1, ITERATIONS_MAX, 'a number of iterations').exactOptional(),
  ...KEYS,
})
  .refine((of) => (of.topc === undefined) !== (of.top === undefined), { error: TOPC_OR_TOP })
  .meta({ oneOf: [{ required: ['topc'] }, { required: ['top'] }] });

const xorEntry = object('a Ki/OTA pair', {
  algorithm: z.literal('xor'),
  k: octets(16, 16, 'K'),
  resLength: integer(4, 16, 'octets of RES').exactOptional(),
  gsmVariant: flag().exactOptional(),
  ...KEYS,
});

const ALGORITHM = '"milenage", "tuak", "xor" or the name of a registered algorithm, in lower case';

const ownEntry = object('a Ki/OTA pair', {
  algorithm: z
    .string({ error: ALGORITHM })
    // Another name ends it: nothing else is to be said of an entry that is of another kind.
    .regex(/^(?!(?:milenage|tuak|xor)$)[a-z][a-z0-9.-]{0,31}$/, { error: ALGORITHM, abort: true })
    .describe(ALGORITHM),
  k: longKey,
  opc,
  topc,
  ...KEYS,
})
  .refine((of) => of.opc === undefined || of.topc === undefined, { error: OPC_AND_TOPC })
  .meta({ not: { required: ['opc', 'topc'] } });

/** The algorithm decides which fields there are; any other name is a registered one. */
const entry = z.union([
  z.discriminatedUnion('algorithm', [milenageEntry, tuakEntry, xorEntry], {
    error: 'an object, a Ki/OTA pair',
  }),
  ownEntry,
]);

const applet = object('an applet', {
  tar: octets(3, 3, 'a TAR'),
  aid: octets(15, 16, 'an AID with a TAR').exactOptional(),
  kind: text(/^\S+$/, 'the name of a kind, without white space'),
  startDirectory: directoryPath,
  format: choice(['compact', 'expanded']),
  minimumSecurity: octets(1, 1, 'an SPI1'),
  accessDomain: text(/^(?:[0-9A-Fa-f]{2})+$/, 'an access domain, hex digits in pairs'),
});

/** Forms of access rules. */
export const RULE_FORMS = ['referenced', 'expanded', 'compact'] as const;
/** What `rules` must have. */
export const ONE_FORM = 'exactly one of referenced, expanded and compact';
/** What a directory and an EF must have beside their fields. */
export const ARR_OR_RULES = 'exactly one of arr and rules';

const rules = object('access rules', {
  referenced: text(
    /^[0-9A-Fa-f]{4}(?:[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}){1,126})$/,
    'the FID of an EF_ARR and a record number or pairs of SEID and record number, in hex',
  ).exactOptional(),
  expanded: octets(1, 255, 'access rules in expanded format').exactOptional(),
  compact: octets(1, 8, 'access rules in compact format').exactOptional(),
})
  .refine((of) => RULE_FORMS.filter((form) => of[form] !== undefined).length === 1, {
    error: ONE_FORM,
  })
  .meta({ oneOf: RULE_FORMS.map((form) => ({ required: [form] })) });

function hasArrOrRules({ arr, rules }: { arr?: unknown; rules?: unknown }): boolean {
  return (arr === undefined) !== (rules === undefined);
}
const ARR_OR_RULES_REQUIRED = { oneOf: [{ required: ['arr'] }, { required: ['rules'] }] };

const directory = object('a directory', {
  path: directoryPath,
  fid,
  aid: octets(5, 16, 'an AID').exactOptional(),
  arr: text(
    /^[0-9A-Fa-f]{4}\/(?:[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-4])$/,
    'the FID of an EF_ARR and a record number, "2F06/9"',
  ).exactOptional(),
  rules: rules.exactOptional(),
  pins: list(pinReference, 'key references'),
})
  .refine(hasArrOrRules, { error: ARR_OR_RULES })
  .meta(ARR_OR_RULES_REQUIRED);

const SFI = { error: 'an SFI, 1 to 30, or null' };

const COMMON_TO_EFS = {
  path: filePath,
  fid,
  shareable: flag().exactOptional(),
  sfi: z.int(SFI).min(1, SFI).max(30, SFI).nullable().describe(SFI.error),
  arr: integer(1, RECORDS_MAX, 'a record number').exactOptional(),
  rules: rules.exactOptional(),
  lifeCycle: choice(['creation', 'activated', 'deactivated', 'terminated']).exactOptional(),
  specialFileInformation: octets(1, 1, 'special file information').exactOptional(),
};

const file = z.discriminatedUnion(
  'type',
  [
    object('a transparent EF', {
      ...COMMON_TO_EFS,
      type: z.literal('transparent'),
      size: integer(1, OCTETS_MAX, 'a size in octets'),
      data: text(/^[0-9A-Fa-f]+$/, 'hex digits'),
    })
      .refine(hasArrOrRules, { error: ARR_OR_RULES })
      .meta(ARR_OR_RULES_REQUIRED),
    object('a BER-TLV EF', {
      ...COMMON_TO_EFS,
      type: z.literal('ber-tlv'),
      size: integer(1, OCTETS_MAX, 'a size in octets'),
      data: text(/^(?:[0-9A-Fa-f]{2})*$/, 'hex digits in pairs, or nothing'),
    })
      .refine(hasArrOrRules, { error: ARR_OR_RULES })
      .meta(ARR_OR_RULES_REQUIRED),
    object('an EF of records', {
      ...COMMON_TO_EFS,
      type: z.enum(['linear', 'cyclic']),
      recLen: integer(1, RECORD_OCTETS_MAX, 'a record length in octets'),
      recCount: integer(1, RECORDS_MAX, 'a number of records'),
      records: list(text(/^[0-9A-Fa-f]+$/, 'hex digits'), 'records'),
      recordsFill: text(
        /^(?:[0-9A-Fa-f]{2}|same-as-record-1)$/,
        'one octet, 2 hex digits, or "same-as-record-1"',
      ),
    })
      .refine(hasArrOrRules, { error: ARR_OR_RULES })
      .meta(ARR_OR_RULES_REQUIRED),
  ],
  byType('an EF', ['transparent', 'ber-tlv', 'linear', 'cyclic']),
);

/**
 * The schema of a card profile. It knows each field; `checkProfile` knows the whole.
 *
 * The messages of its issues are what was expected, in words and without what was found.
 *
 * @see docs/profile.md
 */
export const cardProfileSchema: z.ZodType<CardProfile> = object('a card profile', {
  format: z.literal(PROFILE_FORMAT, { error: `"${PROFILE_FORMAT}"` }),
  name: z.string({ error: 'text' }).describe('a name for people').exactOptional(),
  iccid: text(/^[0-9]{18,20}$/, 'an ICCID, 18 to 20 decimal digits'),
  imsi: text(/^[0-9]{6,15}$/, 'an IMSI, 6 to 15 decimal digits'),
  atr: octets(2, 33, 'an ATR'),
  protocol: choice(['T=0', 'T=1']),
  pins: list(pin, 'PINs'),
  keyTable: object('the key table', {
    active: integer(0, ENTRIES_MAX - 1, 'the index of an entry'),
    entries: list(entry, 'Ki/OTA pairs', 1, ENTRIES_MAX),
  }),
  applets: list(applet, 'applets', 0, APPLETS_MAX),
  switches: object('the switches', {
    porPolicy: choice(['plain', 'literal', 'hardened']),
    aesWithoutCounter: flag(),
    singleDes: flag().exactOptional(),
    differentKeySets: flag().exactOptional(),
    unannouncedPackets: flag().exactOptional(),
    gsm: flag().exactOptional(),
  }),
  freeMemory: integer(0, MEMORY_MAX, 'a number of octets').exactOptional(),
  directories: list(directory, 'directories'),
  files: list(file, 'files'),
});

/**
 * Gives the JSON Schema of a card profile, for editors and other programs.
 *
 * @returns a JSON Schema of draft 2020-12, a value that is JSON
 * @see docs/vuicc-profile-1.schema.json
 */
export function profileJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    title: 'Card profile of vuicc',
    description: 'Each field of a card profile. `vuicc profile check` also compares the fields.',
    ...z.toJSONSchema(cardProfileSchema),
  };
}
