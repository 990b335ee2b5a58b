/**
 * ENVELOPE: what the ME brings to the toolkit of its own accord.
 *
 *     D1 len | 82 02 83 81 | 86 len service centre | 8B len SMS-DELIVER      SMS-PP download
 *
 * @see ETSI TS 102 223 §7; 3GPP TS 31.111 §7.1.1.1
 * @module
 */

import { type Address, decodeAddress, encodeAddress } from '../bytes/address.ts';
import { DecodeError, understood } from '../bytes/errors.ts';
import { berTlv, decodeBerTlvs } from '../tlv/ber.ts';
import {
  type ComprehensionTlv,
  comprehensionTlv,
  decodeComprehensionTlvs,
  findTlv,
} from '../tlv/comprehension.ts';
import { DEVICE, encodeDevices, TAG } from './proactive-command.ts';

/** Outer tag of SMS-PP download. */
export const SMS_PP_DOWNLOAD = 0xd1;

/** An ENVELOPE, taken apart as far as every kind of it can be. */
export interface Envelope {
  readonly tag: number;
  readonly objects: readonly ComprehensionTlv[];
}

/** SMS-PP download: a short message for the card. */
export interface SmsPpDownload {
  /** RP-OA; `undefined` when the ME leaves it out, or sends what is no address. */
  readonly serviceCentre: Address | undefined;
  /** SMS-DELIVER. */
  readonly tpdu: Uint8Array;
}

/**
 * Reads the data of an ENVELOPE.
 *
 * @throws {DecodeError} it is not one BER-TLV object with whole COMPREHENSION-TLV objects inside
 * @see ETSI TS 102 223 §7
 */
export function decodeEnvelope(octets: Uint8Array): Envelope {
  const [outer, ...more] = decodeBerTlvs(octets, 'ENVELOPE');
  if (outer === undefined || more.length > 0) {
    throw new DecodeError('ENVELOPE', 0, 'expected one data object');
  }
  return { tag: outer.tag, objects: decodeComprehensionTlvs(outer.value, 'ENVELOPE') };
}

/**
 * Reads an ENVELOPE as SMS-PP download.
 *
 * @throws {DecodeError} it is another kind, its devices are not network and UICC, or it has no TPDU
 * @see 3GPP TS 31.111 §7.1.1.1
 */
export function decodeSmsPpDownload(envelope: Envelope): SmsPpDownload {
  const name = 'ENVELOPE (SMS-PP download)';
  if (envelope.tag !== SMS_PP_DOWNLOAD) throw new DecodeError(`${name}/tag`, 0, `expected 'd1'`);
  const devices = findTlv(envelope.objects, TAG.deviceIdentities);
  if (devices?.length !== 2 || devices[0] !== DEVICE.network || devices[1] !== DEVICE.uicc) {
    throw new DecodeError(`${name}/device identities`, 0, `expected '8381'`);
  }
  const serviceCentre = findTlv(envelope.objects, TAG.address);
  const tpdu = findTlv(envelope.objects, TAG.smsTpdu);
  if (tpdu === undefined) throw new DecodeError(`${name}/SMS TPDU`, 0, 'expected one');
  return {
    // An address that makes no sense is no reason to drop the message: the card does not use it.
    serviceCentre: serviceCentre && understood(() => decodeAddress(serviceCentre)),
    tpdu,
  };
}

/**
 * Writes an ENVELOPE for SMS-PP download.
 *
 * @see 3GPP TS 31.111 §7.1.1.1
 */
export function encodeSmsPpDownload(download: SmsPpDownload): Uint8Array {
  const { serviceCentre, tpdu } = download;
  const address =
    serviceCentre === undefined
      ? new Uint8Array(0)
      : comprehensionTlv(TAG.address, encodeAddress(serviceCentre));
  return berTlv(
    SMS_PP_DOWNLOAD,
    encodeDevices(DEVICE.network, DEVICE.uicc),
    address,
    comprehensionTlv(TAG.smsTpdu, tpdu),
  );
}
