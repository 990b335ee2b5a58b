/**
 * Access rules in expanded format, as a record of EF_ARR or the FCP of a file holds them.
 *
 *     AM_DO  SC_DO   AM_DO  SC_DO   …  'FF' …
 *     which operations, and what must hold for them
 *
 *     AM_DO  '80' access mode byte | '81' to '8F' octets of a command's header | '9C' another's own
 *     SC_DO  '90' always | '97' never | 'A4' '83' key '95' '08' | 'A0' or | 'AF' and | 'A7' not
 *            '9E' security condition byte, as in compact format
 *
 * Of '81' to '8F', b4 to b1 say which octets there are: CLA, INS, P1, P2. The logical channel in
 * CLA does not count.
 *
 *     SC byte  '00' always | 'FF' never | else b8 all or, if 0, one of: b7 secure messaging,
 *              b6 external authentication, b5 user authentication; b4 to b1 SEID
 *
 * User authentication in the security environment 01 is the verification of PIN1; of anything else
 * that the byte asks for this card knows nothing.
 *
 * The first AM_DO that covers an operation decides; an operation that none covers is denied.
 *
 * A condition that this card cannot judge is `unsupported`: it does not hold, and neither does its
 * negation. So are two SC_DOs behind one AM_DO, since texts differ on how they combine.
 *
 * @see ETSI TS 102 221 §9.2.4; ISO/IEC 7816-4 §5.4.3
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { concat } from '../bytes/octets.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { berTlv, decodeBerTlvs, type Tlv } from '../tlv/ber.ts';
import { decodePaddedTlvs, fillTo } from './codec.ts';
import { PIN1 } from './key-references.ts';

/** Bits of the access mode byte for an EF. Searching is reading. */
export const EF_ACCESS = {
  read: 0x01,
  update: 0x02,
  deactivate: 0x08,
  activate: 0x10,
  terminate: 0x20,
  delete: 0x40,
} as const;

/** Bits of the access mode byte for the MF, an ADF or a DF. */
export const DF_ACCESS = {
  deleteChild: 0x01,
  createEf: 0x02,
  createDf: 0x04,
  deactivate: 0x08,
  activate: 0x10,
  terminate: 0x20,
  delete: 0x40,
} as const;

/** Which operations a rule is about. */
export type AccessMode =
  | {
      readonly kind: 'am';
      /** Bits of {@link EF_ACCESS} or {@link DF_ACCESS}. */
      readonly byte: number;
    }
  | {
      readonly kind: 'command';
      readonly cla?: number;
      readonly ins?: number;
      readonly p1?: number;
      readonly p2?: number;
    }
  | {
      /** Another's own; covers nothing here. */
      readonly kind: 'proprietary';
      readonly octets: Uint8Array;
    };

/** What must hold. */
export type AccessCondition =
  | { readonly kind: 'always' }
  | { readonly kind: 'never' }
  | {
      readonly kind: 'key';
      /** Key reference of a PIN or ADM key that must be verified. */
      readonly reference: number;
    }
  | {
      readonly kind: 'compact';
      /** Security condition byte. */
      readonly byte: number;
    }
  | { readonly kind: 'or' | 'and'; readonly of: readonly AccessCondition[] }
  | { readonly kind: 'not'; readonly of: AccessCondition }
  | {
      readonly kind: 'unsupported';
      /** The SC_DOs as they are. */
      readonly octets: Uint8Array;
    };

/** One access rule. */
export interface AccessRule {
  readonly mode: AccessMode;
  readonly condition: AccessCondition;
}

/**
 * An operation on a file, as access rules see it. What is left out is not known: a rule that names
 * it denies, since to pass over the rule could allow what it forbids.
 */
export interface AccessOperation {
  /** One bit of {@link EF_ACCESS} or {@link DF_ACCESS}; 0 when none stands for the command. */
  readonly am: number;
  readonly ins: number;
  readonly cla?: number;
  readonly p1?: number;
  readonly p2?: number;
}

const NAME = 'access rules';

const AM_BYTE = 0x80;
const AM_COMMAND_LAST = 0x8f;
const AM_PROPRIETARY = 0x9c;
/** In an access mode byte: b7 to b4 are another's own. */
const AM_OWN_BITS = 0x80;
const AM_STANDARD_BITS = 0x07;

const ALWAYS = 0x90;
const NEVER = 0x97;
const COMPACT = 0x9e;
const AUTHENTICATION = 0xa4;
const OR = 0xa0;
const NOT = 0xa7;
const AND = 0xaf;
const KEY_REFERENCE = 0x83;
const USAGE_QUALIFIER = 0x95;
/** The key is a PIN or ADM key that its owner presents. */
const USER_AUTHENTICATION = 0x08;

/** Security condition bytes that are no bits. */
const SC = { always: 0x00, never: 0xff } as const;
/** Bits of any other. */
const SC_ALL = 0x80;
const SC_USER = 0x10;
const SC_UNKNOWN = 0x60;
const SC_ENVIRONMENT = 0x0f;
/** The environment in which users authenticate themselves, by PIN1. */
const PIN1_ENVIRONMENT = 0x01;

/** Templates in templates; no record that a person writes comes near. */
const NESTING_MAX = 8;

/** Fields of a command description in the order of its octets, with their bit in the tag. */
const COMMAND_FIELDS = [
  ['cla', 8],
  ['ins', 4],
  ['p1', 2],
  ['p2', 1],
] as const;

function isAccessMode({ tag }: Tlv): boolean {
  return (tag >= AM_BYTE && tag <= AM_COMMAND_LAST) || tag === AM_PROPRIETARY;
}

function decodeMode({ tag, value }: Tlv): AccessMode {
  if (tag === AM_PROPRIETARY) return { kind: 'proprietary', octets: value };
  const fields = COMMAND_FIELDS.filter(([, bit]) => (tag & bit) !== 0);
  const expected = tag === AM_BYTE ? 1 : fields.length;
  if (value.length !== expected) {
    const found = `found ${value.length}`;
    throw new DecodeError(`${NAME}/AM_DO`, 0, `expected ${expected} octets, ${found}`);
  }
  if (tag === AM_BYTE) return { kind: 'am', byte: value[0]! };
  return { kind: 'command', ...Object.fromEntries(fields.map(([name], n) => [name, value[n]!])) };
}

function encodeMode(mode: AccessMode): Uint8Array {
  if (mode.kind === 'proprietary') return berTlv(AM_PROPRIETARY, mode.octets);
  const value = new ByteWriter();
  if (mode.kind === 'am') {
    return berTlv(AM_BYTE, value.uint(1, mode.byte, 'access mode').finish());
  }
  let tag = AM_BYTE;
  for (const [name, bit] of COMMAND_FIELDS) {
    const octet = mode[name];
    if (octet === undefined) continue;
    tag |= bit;
    value.uint(1, octet, name);
  }
  if (tag === AM_BYTE) throw new RangeError('command: expected CLA, INS, P1 or P2');
  return berTlv(tag, value.finish());
}

/** Reads 'A4': the key reference, or `undefined` when it asks for more than a verified key. */
function keyReference(value: Uint8Array): number | undefined {
  const objects = decodeBerTlvs(value, `${NAME}/'a4'`);
  const single = (tag: number): number | undefined => {
    const found = objects.find((object) => object.tag === tag)?.value;
    return found?.length === 1 ? found[0] : undefined;
  };
  if (objects.length !== 2 || single(USAGE_QUALIFIER) !== USER_AUTHENTICATION) return undefined;
  return single(KEY_REFERENCE);
}

function decodeCondition(object: Tlv, depth: number): AccessCondition {
  const { tag, value } = object;
  const unsupported = (): AccessCondition => ({
    kind: 'unsupported',
    octets: berTlv(tag, value),
  });
  if (tag === ALWAYS || tag === NEVER) {
    if (value.length > 0) throw new DecodeError(`${NAME}/SC_DO`, 0, 'expected no value');
    return { kind: tag === ALWAYS ? 'always' : 'never' };
  }
  if (tag === COMPACT) {
    if (value.length !== 1) throw new DecodeError(`${NAME}/SC_DO`, 0, 'expected 1 octet');
    return { kind: 'compact', byte: value[0]! };
  }
  if (tag === AUTHENTICATION) {
    const reference = keyReference(value);
    return reference === undefined ? unsupported() : { kind: 'key', reference };
  }
  if (tag !== OR && tag !== AND && tag !== NOT) return unsupported();
  if (depth === NESTING_MAX) throw new DecodeError(`${NAME}/SC_DO`, 0, 'nested too deep');
  const of = decodeBerTlvs(value, `${NAME}/SC_DO`).map((inner) =>
    decodeCondition(inner, depth + 1),
  );
  const [first, ...others] = of;
  // An AND of nothing would hold always.
  if (first === undefined) throw new DecodeError(`${NAME}/SC_DO`, 0, 'expected a condition');
  if (tag !== NOT) return { kind: tag === OR ? 'or' : 'and', of };
  return others.length === 0 ? { kind: 'not', of: first } : unsupported();
}

function encodeCondition(condition: AccessCondition): Uint8Array {
  switch (condition.kind) {
    case 'always':
      return berTlv(ALWAYS);
    case 'never':
      return berTlv(NEVER);
    case 'key': {
      const reference = new ByteWriter().uint(1, condition.reference, 'key reference').finish();
      const usage = berTlv(USAGE_QUALIFIER, Uint8Array.of(USER_AUTHENTICATION));
      return berTlv(AUTHENTICATION, berTlv(KEY_REFERENCE, reference), usage);
    }
    case 'compact':
      return berTlv(COMPACT, new ByteWriter().uint(1, condition.byte, 'SC byte').finish());
    case 'or':
    case 'and':
      if (condition.of.length === 0) throw new RangeError('condition: expected one at least');
      return berTlv(condition.kind === 'or' ? OR : AND, ...condition.of.map(encodeCondition));
    case 'not':
      return berTlv(NOT, encodeCondition(condition.of));
    case 'unsupported':
      return condition.octets;
  }
}

/**
 * Reads a record of EF_ARR.
 *
 * @param record up to the first 'FF' in place of a tag; nothing but 'FF' is no rule
 * @returns the rules in their order
 * @throws {DecodeError} the octets are no sequence of AM_DOs, each with an SC_DO
 * @see ETSI TS 102 221 §13.4
 * @example
 * ```ts
 * import { decodeAccessRules, fromHex } from 'vuicc';
 *
 * const [rule] = decodeAccessRules(fromHex('8001 01 9000 FFFF'));
 * if (rule?.condition.kind !== 'always') throw new Error('anybody may read');
 * ```
 */
export function decodeAccessRules(record: Uint8Array): AccessRule[] {
  const objects = decodePaddedTlvs(record, NAME);
  const rules: AccessRule[] = [];
  for (let at = 0; at < objects.length; ) {
    const mode = objects[at]!;
    if (!isAccessMode(mode)) throw new DecodeError(NAME, 0, 'expected an AM_DO');
    const end = objects.findIndex((object, n) => n > at && isAccessMode(object));
    const conditions = objects.slice(at + 1, end < 0 ? objects.length : end);
    const [first, ...others] = conditions.map((object) => decodeCondition(object, 0));
    if (first === undefined) throw new DecodeError(NAME, 0, 'expected an SC_DO behind an AM_DO');
    const several = (): AccessCondition => ({
      kind: 'unsupported',
      octets: concat(...conditions.map(({ tag, value }) => berTlv(tag, value))),
    });
    rules.push({ mode: decodeMode(mode), condition: others.length === 0 ? first : several() });
    at += 1 + conditions.length;
  }
  return rules;
}

/**
 * Writes a record of EF_ARR.
 *
 * @param size of the record in octets, filled with 'FF'; left out: as many as the rules need
 * @throws {RangeError} a field does not fit its octet, a template is empty, or all does not fit
 * @see ETSI TS 102 221 §13.4
 */
export function encodeAccessRules(rules: readonly AccessRule[], size?: number): Uint8Array {
  const objects = rules.map(({ mode, condition }) =>
    concat(encodeMode(mode), encodeCondition(condition)),
  );
  return fillTo(concat(...objects), size, NAME);
}

/** Whether a condition holds, or a rule is about an operation: 1 yes, 0 no, -1 nobody knows. */
type Truth = 1 | 0 | -1;

/** A class byte without the logical channel: '01' and '40' are '00', as 'C3' is '80'. */
function withoutChannel(cla: number): number {
  if ((cla & 0x40) !== 0) return (cla & 0x90) | ((cla & 0x20) >> 2);
  return (cla & 0x70) === 0 ? cla & 0xfc : cla;
}

function isSame(named: number | undefined, given: number | undefined): Truth {
  if (named === undefined || named === given) return 1;
  return given === undefined ? -1 : 0;
}

function covers(mode: AccessMode, operation: AccessOperation): Truth {
  if (mode.kind === 'proprietary') return 0;
  if (mode.kind === 'am') {
    const own = (mode.byte & AM_OWN_BITS) !== 0;
    return (mode.byte & operation.am & (own ? AM_STANDARD_BITS : 0x7f)) !== 0 ? 1 : 0;
  }
  const { cla } = operation;
  const sameClass =
    mode.cla === undefined || cla === undefined
      ? isSame(mode.cla, cla)
      : isSame(withoutChannel(mode.cla), withoutChannel(cla));
  const sameIns = isSame(mode.ins, operation.ins);
  const sameP1 = isSame(mode.p1, operation.p1);
  const sameP2 = isSame(mode.p2, operation.p2);
  if (sameClass === 0 || sameIns === 0 || sameP1 === 0 || sameP2 === 0) return 0;
  return sameClass === -1 || sameP1 === -1 || sameP2 === -1 ? -1 : 1;
}

function truthOfByte(byte: number, isVerified: (reference: number) => boolean): Truth {
  if (byte === SC.always) return 1;
  if (byte === SC.never) return 0;
  const wantsPin1 = (byte & SC_USER) !== 0 && (byte & SC_ENVIRONMENT) === PIN1_ENVIRONMENT;
  if (!wantsPin1) return -1;
  const holds = isVerified(PIN1);
  const wantsMore = (byte & SC_UNKNOWN) !== 0;
  // As in a template: one that decides is enough.
  const decides = (byte & SC_ALL) === 0;
  if (wantsMore && holds !== decides) return -1;
  return holds ? 1 : 0;
}

function truth(condition: AccessCondition, isVerified: (reference: number) => boolean): Truth {
  switch (condition.kind) {
    case 'always':
      return 1;
    case 'never':
      return 0;
    case 'key':
      return isVerified(condition.reference) ? 1 : 0;
    case 'compact':
      return truthOfByte(condition.byte, isVerified);
    case 'not': {
      const inner = truth(condition.of, isVerified);
      return inner === -1 ? -1 : inner === 1 ? 0 : 1;
    }
    case 'unsupported':
      return -1;
    default: {
      // One that decides is enough: a yes for OR, a no for AND. Else one unknown spoils the rest.
      const decides = condition.kind === 'or' ? 1 : 0;
      let result: Truth = decides === 1 ? 0 : 1;
      for (let n = 0; n < condition.of.length; n++) {
        const inner = truth(condition.of[n]!, isVerified);
        if (inner === decides) return decides;
        if (inner === -1) result = -1;
      }
      return result;
    }
  }
}

/**
 * Tells whether an operation is allowed. Allocates nothing: it is asked before every command.
 *
 * @param isVerified whether the PIN or ADM key of a reference is verified, or need not be
 * @see ETSI TS 102 221 §9.2.4
 * @example
 * ```ts
 * import { decodeAccessRules, EF_ACCESS, fromHex, isAllowed } from 'vuicc';
 *
 * const rules = decodeAccessRules(fromHex('8001 01 A406 830101 950108'));
 * const read = { am: EF_ACCESS.read, ins: 0xb0 };
 * if (isAllowed(rules, read, () => false)) throw new Error('PIN1 comes first');
 * if (!isAllowed(rules, read, (key) => key === 0x01)) throw new Error('PIN1 is enough');
 * ```
 */
export function isAllowed(
  rules: readonly AccessRule[],
  operation: AccessOperation,
  isVerified: (reference: number) => boolean,
): boolean {
  for (let n = 0; n < rules.length; n++) {
    const { mode, condition } = rules[n]!;
    const isCovered = covers(mode, operation);
    if (isCovered !== 0) return isCovered === 1 && truth(condition, isVerified) === 1;
  }
  return false;
}

/**
 * Tells whether a rule is about an operation, whatever it says of it.
 *
 * @see ETSI TS 102 221 §9.2.4
 */
export function isRuled(rules: readonly AccessRule[], operation: AccessOperation): boolean {
  return rules.some(({ mode }) => covers(mode, operation) !== 0);
}
