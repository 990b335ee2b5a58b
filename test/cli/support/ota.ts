/**
 * The public vectors as options of `vuicc ota seal` and `vuicc ota open`, and what these print.
 *
 * @see docs/architecture.md, "The command line"
 * @module
 */

import { fromHex } from '../../../src/bytes/hex.ts';
import { decodeEnvelope, decodeSmsPpDownload } from '../../../src/cat/envelope.ts';
import type { OpenDocument, OpenOptions } from '../../../src/cli/ota-open.ts';
import type { SealDocument, SealOptions } from '../../../src/cli/ota-seal.ts';
import { UsageError } from '../../../src/cli/output.ts';
import { decodeSmsDeliver } from '../../../src/ota/sms.ts';
import type { Case } from '../../ota/support/public-vectors.ts';

/** Octets of a C-APDU in front of its data, in digits. */
const APDU_HEADER = 10;

/** The options that give the keys of a case. */
export function keyOptionsOf(of: Case): Pick<SealOptions, 'kicKey' | 'kidKey' | 'macLength'> {
  return {
    ...(of.kicKey === '' ? {} : { kicKey: of.kicKey }),
    ...(of.kidKey === '' ? {} : { kidKey: of.kidKey }),
    macLength: of.integrity.startsWith('aes') ? String(of.integrityLength) : '8',
  };
}

/** The reference of a case, which stands behind the element of part 1. */
function referenceOf([first = '']: readonly string[]): Pick<SealOptions, 'ref' | 'ref16'> {
  const [, octet] = /^07(?:7000)?0003(..)/u.exec(first) ?? [];
  const [, octets] = /^080804(....)/u.exec(first) ?? [];
  return {
    ...(octet === undefined ? {} : { ref: String(Number.parseInt(octet, 16)) }),
    ...(octets === undefined ? {} : { ref16: String(Number.parseInt(octets, 16)) }),
  };
}

/** The options with which a case is sealed. Its addresses are those of its first message. */
export function sealOptionsOf(of: Case): SealOptions {
  const { spi, kic, kid, tar, cntr } = of;
  const [envelope = ''] = of.envelopeApdus;
  const download = decodeSmsPpDownload(decodeEnvelope(fromHex(envelope.slice(APDU_HEADER))));
  const { originator } = decodeSmsDeliver(download.tpdu);
  const carriers = {
    oa: String(originator),
    smsc: String(download.serviceCentre),
    scts: '52701281430000',
    ...referenceOf(of.tpUserData),
  };
  return { spi, kic, kid, tar, cntr, ...keyOptionsOf(of), ...carriers };
}

/** What a case is sealed to. */
export function sealedForms(of: Case): SealDocument {
  const order = of.deliveryOrder ?? of.envelopeApdus.map((_, n) => n + 1);
  const envelope = of.envelopeApdus.map((_, n) => of.envelopeApdus[order.indexOf(n + 1)]!);
  return { packet: of.commandPacket, userData: of.tpUserData, deliver: of.smsDeliver, envelope };
}

/** The fields of a case, opened, without its form. */
export function openedFields(of: Case): OpenDocument {
  const { spi, kic, kid, tar, cntr, pcntr, checksum, securedData: data } = of;
  const checksumOk = of.integrity === 'none' ? null : true;
  return { spi, kic, kid, tar, cntr, pcntr, checksum, checksumOk, data };
}

/** The options with which the PoR of a case is opened. */
export function responseOptionsOf(of: Case): OpenOptions {
  const { spi, kic, kid } = of;
  return { response: true, spi, kic, kid, ...keyOptionsOf(of) };
}

const OPTION: Readonly<Record<string, string>> = {
  kicKey: 'kic-key',
  kidKey: 'kid-key',
  macLength: 'mac-length',
};

/** Writes options as arguments of the program. */
export function argumentsOf(options: SealOptions | OpenOptions): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const option = `--${OPTION[name] ?? name}`;
    return value === true ? [option] : [option, String(value)];
  });
}

/** The line with which a subcommand refuses; whatever else is thrown, is thrown on. */
export function whyRefused(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'not refused';
}
