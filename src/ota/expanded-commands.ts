/**
 * Remote commands in expanded format: command scripts.
 *
 *     AA length | TLVs            AE 80 | TLVs | 00 00
 *
 *     22 C-APDU                   any case; with Le, its data is reported
 *     81 immediate action         what to do now, while commands wait
 *     82 error action              what to do when one of the commands behind it fails
 *     83 script chaining          the place of this script among several; first TLV or none
 *
 * An action is one octet, or the objects of a proactive command, or for 82 nothing at all.
 *
 * @see ETSI TS 102 226 §5.2.1
 * @module
 */

import { type CommandApdu, decodeCommandApdu, encodeCommandApdu } from '../apdu/command.ts';
import { DecodeError } from '../bytes/errors.ts';
import { ByteReader } from '../bytes/reader.ts';
import { joinObjects, TAG as PROACTIVE_TAG } from '../cat/proactive-command.ts';
import type { Tlv } from '../tlv/ber.ts';
import { type ComprehensionTlv, decodeComprehensionTlvs } from '../tlv/comprehension.ts';
import {
  type BadFormat,
  type BadFormatError,
  encodeScriptTlv,
  encodeTemplate,
  formOf,
  readTemplate,
  type ScriptForm,
  type ScriptTemplate,
} from './expanded-template.ts';

const TAG = { apdu: 0x22, immediateAction: 0x81, errorAction: 0x82, chaining: 0x83 } as const;

const COMMAND_SCRIPT: ScriptTemplate = {
  definite: 0xaa,
  indefinite: 0xae,
  inner: Object.values(TAG),
};

const RECORD_MAX = 0x7f;
/** Values of an immediate action that name no record. */
const INDICATION = { 'proactive-session': 0x81, 'early-response': 0x82 } as const;
const COMMAND_DETAILS_OCTETS = 3;

/** A proactive command, in the script or in a record of EF_RMA. */
export type ScriptAction =
  | {
      readonly kind: 'record';
      /** 1 to 127. */
      readonly number: number;
    }
  | {
      readonly kind: 'proactive-command';
      /** What goes into 'D0': command details first. */
      readonly objects: readonly ComprehensionTlv[];
    };

/** What to do at once: an action, open a proactive session, or answer before going on. */
export type ImmediateAction =
  | ScriptAction
  | { readonly kind: 'proactive-session' }
  | { readonly kind: 'early-response' };

/** What to do about an error: an action or, for commands from here on, nothing. */
export type ErrorAction = ScriptAction | { readonly kind: 'none' };

/** Values of script chaining by name. */
const SCRIPT_PART = {
  /** The first script; a reset ends the chain. */
  first: 0x01,
  /** The first script; the chain survives a reset. */
  'first-kept': 0x11,
  /** Not the first script, and not the last. */
  subsequent: 0x02,
  /** The last script. */
  last: 0x03,
} as const;

/** The name of a value of script chaining. */
export type ScriptPart = keyof typeof SCRIPT_PART;

/** One TLV of a command script. */
export type ExpandedItem =
  | {
      readonly kind: 'c-apdu';
      /** Its data is reported if Ne is not 0. An Ne of 256, Le '00', asks for all that there is. */
      readonly apdu: CommandApdu;
    }
  | { readonly kind: 'immediate-action'; readonly action: ImmediateAction }
  | { readonly kind: 'error-action'; readonly action: ErrorAction }
  | { readonly kind: 'script-chaining'; readonly part: ScriptPart }
  | {
      /** The one octet of an action or of script chaining has a value without a meaning. */
      readonly kind: 'reserved';
      readonly tag: number;
      readonly value: number;
    };

/** A command script that is being read. */
export interface ExpandedScript {
  readonly form: ScriptForm;
  /** Each TLV when it is asked for. Bad format is the last item, wherever it was found. */
  readonly items: IterableIterator<ExpandedItem | BadFormat>;
}

/** What `decode` makes of the octets; a length that contradicts them is wrong. */
function orWrongLength<T>(decode: () => T): T | BadFormatError {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DecodeError) return 'wrong-length';
    throw error;
  }
}

function decodeApdu(value: Uint8Array): ExpandedItem | BadFormatError {
  const apdu = orWrongLength(() => decodeCommandApdu(value));
  return typeof apdu === 'string' ? apdu : { kind: 'c-apdu', apdu };
}

function decodeProactive(value: Uint8Array): ScriptAction | BadFormatError {
  const objects = orWrongLength(() => decodeComprehensionTlvs(value, 'action'));
  if (typeof objects === 'string') return objects;
  const [details] = objects;
  if (details?.tag !== PROACTIVE_TAG.commandDetails) return 'unknown-tag';
  if (details.value.length !== COMMAND_DETAILS_OCTETS) return 'wrong-length';
  return { kind: 'proactive-command', objects };
}

/** The forms that both actions have; `undefined` for one octet that is no record, or no octet. */
function decodeAction(value: Uint8Array): ScriptAction | BadFormatError | undefined {
  if (value.length > 1) return decodeProactive(value);
  const [number = 0] = value;
  return number >= 1 && number <= RECORD_MAX ? { kind: 'record', number } : undefined;
}

function nameOfValue<T extends string>(
  names: Readonly<Record<T, number>>,
  value: number,
): T | undefined {
  return (Object.keys(names) as T[]).find((name) => names[name] === value);
}

function decodeImmediateAction(value: Uint8Array): ExpandedItem | BadFormatError {
  const action = decodeAction(value);
  if (typeof action === 'string') return action;
  if (action !== undefined) return { kind: 'immediate-action', action };
  const [octet] = value;
  if (octet === undefined) return 'wrong-length';
  const kind = nameOfValue(INDICATION, octet);
  if (kind === undefined) return { kind: 'reserved', tag: TAG.immediateAction, value: octet };
  return { kind: 'immediate-action', action: { kind } };
}

function decodeErrorAction(value: Uint8Array): ExpandedItem | BadFormatError {
  const action = decodeAction(value);
  if (typeof action === 'string') return action;
  if (action !== undefined) return { kind: 'error-action', action };
  const [octet] = value;
  if (octet === undefined) return { kind: 'error-action', action: { kind: 'none' } };
  return { kind: 'reserved', tag: TAG.errorAction, value: octet };
}

function decodeChaining(value: Uint8Array): ExpandedItem | BadFormatError {
  const [octet] = value;
  if (octet === undefined || value.length > 1) return 'wrong-length';
  const part = nameOfValue(SCRIPT_PART, octet);
  if (part === undefined) return { kind: 'reserved', tag: TAG.chaining, value: octet };
  return { kind: 'script-chaining', part };
}

function decodeItem({ tag, value }: Tlv, isFirst: boolean): ExpandedItem | BadFormatError {
  if (tag === TAG.apdu) return decodeApdu(value);
  if (tag === TAG.immediateAction) return decodeImmediateAction(value);
  if (tag === TAG.errorAction) return decodeErrorAction(value);
  return isFirst ? decodeChaining(value) : 'unknown-tag';
}

function* readItems(reader: ByteReader): Generator<ExpandedItem | BadFormat> {
  let isFirst = true;
  for (const tlv of readTemplate(reader, COMMAND_SCRIPT)) {
    const item = typeof tlv === 'string' ? tlv : decodeItem(tlv, isFirst);
    if (typeof item === 'string') {
      yield { kind: 'bad-format', error: item };
      return;
    }
    yield item;
    isFirst = false;
  }
}

/**
 * Opens a command script for a card, which executes it TLV by TLV.
 *
 * A length of the script that contradicts the octets is found before anything else is; what is
 * missing or too much at the end of an indefinite script only there.
 *
 * @param octets the secured data of a packet; must not change while items are taken
 * @returns the script, whatever the octets: those that are none have bad format as their only item
 * @see ETSI TS 102 226 §5.2.1
 */
export function openExpandedScript(octets: Uint8Array): ExpandedScript {
  const items = readItems(new ByteReader(octets, 'command script'));
  return { form: formOf(octets, COMMAND_SCRIPT), items };
}

/** A command script, read to its end. */
export interface ExpandedCommands {
  readonly form: ScriptForm;
  readonly items: readonly ExpandedItem[];
}

/**
 * Reads a whole command script.
 *
 * @throws {DecodeError} its format is bad; the offset is how far it was read
 * @see ETSI TS 102 226 §5.2.1
 */
export function decodeExpandedScript(octets: Uint8Array): ExpandedCommands {
  const reader = new ByteReader(octets, 'command script');
  const items: ExpandedItem[] = [];
  for (const item of readItems(reader)) {
    if (item.kind === 'bad-format') throw reader.error('TLV', item.error);
    items.push(item);
  }
  return { form: formOf(octets, COMMAND_SCRIPT), items };
}

function encodeAction(action: ImmediateAction | ErrorAction): Uint8Array {
  switch (action.kind) {
    case 'none':
      return new Uint8Array(0);
    case 'record':
      return Uint8Array.of(action.number);
    case 'proactive-command':
      return joinObjects(action.objects);
    default:
      return Uint8Array.of(INDICATION[action.kind]);
  }
}

function tlvOf(item: ExpandedItem): Tlv {
  switch (item.kind) {
    case 'c-apdu':
      return { tag: TAG.apdu, value: encodeCommandApdu(item.apdu) };
    case 'immediate-action':
      return { tag: TAG.immediateAction, value: encodeAction(item.action) };
    case 'error-action':
      return { tag: TAG.errorAction, value: encodeAction(item.action) };
    case 'script-chaining':
      return { tag: TAG.chaining, value: Uint8Array.of(SCRIPT_PART[item.part]) };
    case 'reserved':
      return { tag: item.tag, value: Uint8Array.of(item.value) };
  }
}

/** What tells items apart in an error message, and what must survive being written. */
function describe(item: ExpandedItem): string {
  if (item.kind === 'reserved') return `reserved value ${item.value} of tag ${item.tag}`;
  if (!('action' in item)) return item.kind;
  const { action } = item;
  return `${item.kind}, ${action.kind}${action.kind === 'record' ? ` ${action.number}` : ''}`;
}

/**
 * Writes a command script.
 *
 * @throws {RangeError} an item would be read as another: script chaining that is not the first, a
 *   record that is not 1 to 127, objects that do not begin with command details, a reserved value
 *   that has a meaning; or a field of a C-APDU is out of range, or the script is too long
 * @see ETSI TS 102 226 §5.2.1
 */
export function encodeExpandedScript(items: readonly ExpandedItem[], form: ScriptForm): Uint8Array {
  const tlvs = items.map((item, at) => {
    const { tag, value } = tlvOf(item);
    const again = decodeItem({ tag, value }, at === 0);
    if (typeof again === 'string' || describe(again) !== describe(item)) {
      throw new RangeError(`items[${at}]: cannot be written here, ${describe(item)}`);
    }
    return encodeScriptTlv(tag, value);
  });
  return encodeTemplate(tlvs, form, COMMAND_SCRIPT);
}
