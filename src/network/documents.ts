/**
 * The documents that operators and the UICC manufacturer sign for one another.
 *
 *     imsi-list       new operator -> present operator   change these devices to these IMSIs
 *     transfer-list   present operator -> new operator   these have it, or may have it; their index
 *     pair-request    new operator -> manufacturer       the pairs of these; the list is the proof
 *     attach-report   new operator -> present operator   these devices have attached
 *
 * The payload is JSON of one spelling: the members in the order of these types, no spaces. A
 * payload that would be written otherwise is not read.
 *
 * @see docs/architecture.md, "Signed lists"; 3GPP TR 33.812 §5.4.2 (alternative 3b); RFC 8259
 * @module
 */

import * as z from 'zod';
import { DecodeError } from '../bytes/errors.ts';
import { fromHex } from '../bytes/hex.ts';
import type { Iccid, Imsi } from '../bytes/identity.ts';
import { decodeOperatorData } from '../ota/operator-data.ts';
import { jsonPath } from '../profile/faults.ts';
import { decodeBerTlvs } from '../tlv/ber.ts';

/** The highest index of a pair: one octet, of which 'FF' means none. */
export const INDEX_MAX = 254;
const NAME = /^[A-Za-z0-9._-]{1,64}$/;

interface Heading {
  /** Chosen by the sender, never twice. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

/** A new operator asks the present one to change devices to its IMSIs. */
export interface ImsiList extends Heading {
  readonly type: 'imsi-list';
  readonly mncLength: 2 | 3;
  /** BER-TLV objects of {@link decodeOperatorData}, lower-case hex. */
  readonly operatorData?: string;
  readonly devices: readonly { readonly iccid: Iccid; readonly imsi: Imsi }[];
}

/** `confirmed`: the card has answered that the change is staged. `unconfirmed`: it was sent. */
export type TransferState = 'confirmed' | 'unconfirmed';

/** One device of a {@link TransferList}. */
export interface TransferredDevice {
  readonly iccid: Iccid;
  readonly imsi: Imsi;
  /** The pair that goes with the new IMSI, 1 to 254. */
  readonly index: number;
  readonly state: TransferState;
}

/** The present operator tells a new one which devices are becoming its own. */
export interface TransferList extends Heading {
  readonly type: 'transfer-list';
  readonly devices: readonly TransferredDevice[];
}

/** A new operator asks the manufacturer for pairs. */
export interface PairRequest extends Heading {
  readonly type: 'pair-request';
  /** The whole signed transfer list. */
  readonly list: string;
  readonly devices: readonly {
    readonly iccid: Iccid;
    readonly index: number;
    /** True: the new IMSI has tried to attach. */
    readonly attachSeen: boolean;
  }[];
}

/** A new operator tells the former one which devices it need not serve any more. */
export interface AttachReport extends Heading {
  readonly type: 'attach-report';
  readonly devices: readonly { readonly iccid: Iccid; readonly imsi: Imsi }[];
}

/** Any of the four. */
export type SignedDocument = ImsiList | TransferList | PairRequest | AttachReport;
/** The one of a type. */
export type DocumentOfType<T extends SignedDocument['type']> = Extract<SignedDocument, { type: T }>;

/** The document, or where it is not one. */
export type ParseResult =
  | { readonly ok: true; readonly document: SignedDocument }
  | {
      readonly ok: false;
      readonly refusal: 'malformed' | 'not-canonical' | 'duplicate-iccid' | 'duplicate-imsi';
      /** JSON path of the value, `$` for the whole. */
      readonly path: string;
    };

function isOperatorData(hex: string): boolean {
  try {
    decodeOperatorData(decodeBerTlvs(fromHex(hex), 'operator data'));
    return true;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}

const name = z.string().regex(NAME);
const iccid = z.string().regex(/^[0-9]{18,20}$/) as unknown as z.ZodType<Iccid>;
const imsi = z.string().regex(/^[0-9]{6,15}$/) as unknown as z.ZodType<Imsi>;
const index = z.int().min(1).max(INDEX_MAX);
const heading = { id: name, from: name, to: name };
const operatorData = z
  .string()
  .regex(/^(?:[0-9a-f]{2})+$/)
  .refine(isOperatorData);

function devices<T extends z.core.$ZodLooseShape>(
  shape: T,
): z.ZodArray<z.ZodObject<T, z.core.$strict>> {
  return z.array(z.strictObject(shape)).min(1);
}

const schema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('imsi-list'),
    ...heading,
    mncLength: z.literal([2, 3]),
    operatorData: operatorData.exactOptional(),
    devices: devices({ iccid, imsi }),
  }),
  z.strictObject({
    type: z.literal('transfer-list'),
    ...heading,
    devices: devices({ iccid, imsi, index, state: z.enum(['confirmed', 'unconfirmed']) }),
  }),
  z.strictObject({
    type: z.literal('pair-request'),
    ...heading,
    list: z.string().min(1),
    devices: devices({ iccid, index, attachSeen: z.boolean() }),
  }),
  z.strictObject({
    type: z.literal('attach-report'),
    ...heading,
    devices: devices({ iccid, imsi }),
  }),
]);

/** Where the first of two equal values of a member stands for the second time. */
function duplicate(of: readonly object[], member: 'iccid' | 'imsi'): string | undefined {
  const seen = new Set<unknown>();
  for (const [n, device] of of.entries()) {
    const value = (device as Readonly<Record<string, unknown>>)[member];
    if (value !== undefined && seen.has(value)) return jsonPath(['devices', n, member]);
    seen.add(value);
  }
  return undefined;
}

/**
 * Writes a document in its one spelling.
 *
 * @throws {RangeError} it is none: a value has another form than its type says
 * @see RFC 8259
 */
export function documentText(document: SignedDocument): string {
  const checked = schema.safeParse(document);
  if (!checked.success) {
    const path = checked.error.issues[0]?.path.filter((part) => typeof part !== 'symbol') ?? [];
    throw new RangeError(`document: wrong value at ${jsonPath(path)}`);
  }
  return JSON.stringify(checked.data);
}

/**
 * Reads a document, and refuses it if it names a device or an IMSI twice.
 *
 * @param text the payload of a signed document whose signature was right
 * @see RFC 8259
 */
export function parseDocument(text: string): ParseResult {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, refusal: 'malformed', path: '$' };
  }
  const checked = schema.safeParse(json);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const path = issue?.path.filter((part) => typeof part !== 'symbol') ?? [];
    return { ok: false, refusal: 'malformed', path: jsonPath(path) };
  }
  if (JSON.stringify(checked.data) !== text) {
    return { ok: false, refusal: 'not-canonical', path: '$' };
  }
  const document: SignedDocument = checked.data;
  const twiceIccid = duplicate(document.devices, 'iccid');
  if (twiceIccid !== undefined) return { ok: false, refusal: 'duplicate-iccid', path: twiceIccid };
  const twiceImsi = duplicate(document.devices, 'imsi');
  if (twiceImsi !== undefined) return { ok: false, refusal: 'duplicate-imsi', path: twiceImsi };
  return { ok: true, document };
}
