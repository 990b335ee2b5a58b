/**
 * Responses in expanded format: response scripts.
 *
 *     AB length | 80 number of executed TLVs | TLVs            AF 80 | TLVs | 00 00
 *
 *     23 R-APDU                           data, SW1 SW2: one for each executed C-APDU, in order
 *     90 bad format                       of the command script, behind what was executed
 *     81 immediate action response        the action could not suspend the script
 *     83 script chaining response         the script does not fit the chain
 *
 * The number counts all TLVs of the command script that were looked at, a bad one too.
 *
 * @see ETSI TS 102 226 §5.2.2
 * @module
 */

import { decodeResponseApdu, encodeResponseApdu, type ResponseApdu } from '../apdu/response.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import type { Tlv } from '../tlv/ber.ts';
import {
  BAD_FORMAT,
  type BadFormat,
  encodeScriptTlv,
  encodeTemplate,
  formOf,
  readTemplate,
  type ScriptForm,
  type ScriptTemplate,
} from './expanded-template.ts';

const EXECUTED = 0x80;
const R_APDU = 0x23;

/** What may be wrong with script chaining. */
export type ScriptChainingError = 'no-previous-script' | 'not-supported' | 'unable-to-process';

/** One TLV of a response script, but for the number of executed TLVs. */
export type ExpandedResult =
  | { readonly kind: 'r-apdu'; readonly response: ResponseApdu }
  | BadFormat
  | { readonly kind: 'immediate-action-response'; readonly error: 'suspension-error' }
  | { readonly kind: 'script-chaining-response'; readonly error: ScriptChainingError }
  | {
      /** An error of any of these three, with a code that has no name. */
      readonly kind: 'reserved-error';
      readonly tag: number;
      readonly code: number;
    };

/** A response script. */
export interface ExpandedResponse {
  readonly form: ScriptForm;
  /**
   * How many TLVs of the command script were executed, a bad one included; 0 to 65535. The
   * indefinite form does not say: there it is not written, and read as `undefined`.
   */
  readonly executed: number | undefined;
  readonly items: readonly ExpandedResult[];
}

type NamedError = Extract<ExpandedResult, { readonly error: string }>;

interface ErrorRow {
  readonly tag: number;
  readonly kind: NamedError['kind'];
  readonly codes: Readonly<Record<string, number>>;
}

/** The TLVs of one octet, which is the code of an error. */
const ERRORS: readonly ErrorRow[] = [
  { tag: 0x90, kind: 'bad-format', codes: BAD_FORMAT },
  { tag: 0x81, kind: 'immediate-action-response', codes: { 'suspension-error': 0x01 } },
  {
    tag: 0x83,
    kind: 'script-chaining-response',
    codes: { 'no-previous-script': 0x01, 'not-supported': 0x02, 'unable-to-process': 0x03 },
  },
];

const RESPONSE_SCRIPT: ScriptTemplate = {
  definite: 0xab,
  indefinite: 0xaf,
  inner: [EXECUTED, R_APDU, ...ERRORS.map(({ tag }) => tag)],
};

function namedError(tag: number, code: number): NamedError | undefined {
  const row = ERRORS.find((candidate) => candidate.tag === tag);
  const error = Object.keys(row?.codes ?? {}).find((name) => row?.codes[name] === code);
  // A row has the names of its kind alone.
  return error === undefined ? undefined : ({ kind: row?.kind, error } as NamedError);
}

/** One octet, or two; neither is ever less than nothing. */
function decodeCount(value: Uint8Array): number {
  const reader = new ByteReader(value, 'response script/number of executed TLVs');
  const count = reader.uint(value.length === 2 ? 2 : 1, 'number');
  reader.end();
  return count;
}

function decodeResult({ tag, value }: Tlv): ExpandedResult {
  if (tag === R_APDU) return { kind: 'r-apdu', response: decodeResponseApdu(value) };
  const reader = new ByteReader(value, `response script/'${tag.toString(16)}'`);
  const code = reader.uint(1, 'code');
  reader.end();
  return namedError(tag, code) ?? { kind: 'reserved-error', tag, code };
}

/**
 * Reads a response script.
 *
 * @param octets the additional response data of a PoR
 * @throws {DecodeError} it is none, a TLV is malformed, or the number of executed TLVs is missing,
 *   not the first, or there in the indefinite form
 * @see ETSI TS 102 226 §5.2.2
 */
export function decodeExpandedResponse(octets: Uint8Array): ExpandedResponse {
  const reader = new ByteReader(octets, 'response script');
  const form = formOf(octets, RESPONSE_SCRIPT);
  let executed: number | undefined;
  const items: ExpandedResult[] = [];
  for (const tlv of readTemplate(reader, RESPONSE_SCRIPT)) {
    if (typeof tlv === 'string') throw reader.error('TLV', tlv);
    const mayCount = form === 'definite' && executed === undefined;
    if ((tlv.tag === EXECUTED) !== mayCount) {
      throw reader.error('number of executed TLVs', 'expected first in the definite form, or none');
    }
    if (mayCount) executed = decodeCount(tlv.value);
    else items.push(decodeResult(tlv));
  }
  if (form === 'definite' && executed === undefined) {
    throw reader.error('number of executed TLVs', 'it is missing');
  }
  return { form, executed, items };
}

function encodeResult(item: ExpandedResult, at: number): Uint8Array {
  if (item.kind === 'r-apdu') return encodeScriptTlv(R_APDU, encodeResponseApdu(item.response));
  if (item.kind === 'reserved-error') {
    const isError = ERRORS.some(({ tag }) => tag === item.tag);
    if (!isError || namedError(item.tag, item.code) !== undefined) {
      throw new RangeError(`items[${at}]: expected a reserved code of an error`);
    }
    return encodeScriptTlv(item.tag, new ByteWriter().uint(1, item.code, 'code').finish());
  }
  const row = ERRORS.find(({ kind }) => kind === item.kind)!;
  return encodeScriptTlv(row.tag, Uint8Array.of(row.codes[item.error]!));
}

/**
 * Writes a response script.
 *
 * @throws {RangeError} the definite form lacks the number of executed TLVs, that number, an SW or a
 *   reserved code is out of range, or the script is too long
 * @see ETSI TS 102 226 §5.2.2
 */
export function encodeExpandedResponse(response: ExpandedResponse): Uint8Array {
  const { form, executed, items } = response;
  const tlvs = items.map(encodeResult);
  if (form === 'indefinite') return encodeTemplate(tlvs, form, RESPONSE_SCRIPT);
  if (executed === undefined) throw new RangeError('executed: expected a number, got undefined');
  // A leading '00' keeps 128 and more from being read as less than nothing.
  const count = new ByteWriter().uint(executed < 0x80 ? 1 : 2, executed, 'executed').finish();
  return encodeTemplate([encodeScriptTlv(EXECUTED, count), ...tlvs], form, RESPONSE_SCRIPT);
}
