/**
 * What becomes of the files when the subscription changes: one row a file.
 *
 * A file is rewritten with what follows from the new IMSI or with what the new operator has sent, or
 * it is emptied. Nothing of the old operator's stays, least of all in EF_EHPLMN: an ME takes what is
 * listed there for home, whatever the IMSI says.
 *
 * @see docs/subscription-change.md; 3GPP TS 31.102 §4.2; 3GPP TS 23.122 §1.2 (EHPLMN)
 * @module
 */

import { encodeAddress } from '../../bytes/address.ts';
import { encodeImsi, encodePlmn, homePlmn, type Plmn } from '../../bytes/identity.ts';
import { homeDomain, impi, impu } from '../../bytes/ims.ts';
import { concat, filled, padded } from '../../bytes/octets.ts';
import type { SubscriptionParameters } from '../../ota/subscription-change.ts';
import type { PlmnWithAct } from '../../ota/operator-data.ts';
import { berTlv } from '../../tlv/ber.ts';
import { childOf, type Files, recordCount } from '../file-system.ts';
import { MF } from '../image.ts';
import { type Change, type ElementaryNode, type FileNumber, nodeOf } from '../memory.ts';

type Directory = 'USIM' | 'GSM-ACCESS' | '5GS' | 'ISIM';

/** Makes the new content of one file; `undefined` when it does not fit. */
type Content = (change: SubscriptionParameters, node: ElementaryNode) => Uint8Array | undefined;

interface Row {
  readonly directory: Directory;
  readonly fid: number;
  readonly content: Content;
}

const EMPTY = new Uint8Array(0);

/** The octets, then 'FF' to the end of the file. */
function inFile(octets: Uint8Array, node: ElementaryNode): Uint8Array | undefined {
  return octets.length > node.content.length ? undefined : padded(octets, node.content.length);
}

const emptied: Content = (_, node) => filled(node.content.length, 0xff);

/** The file begins with these octets; 'FF' behind. */
function always(...octets: readonly number[]): Content {
  return (_, node) => inFile(Uint8Array.from(octets), node);
}

/** 'FF', but for these last octets. */
function endingWith(...octets: readonly number[]): Content {
  return (_, node) => {
    const content = filled(node.content.length, 0xff);
    content.set(octets, content.length - octets.length);
    return content;
  };
}

function plmns(list: readonly Plmn[]): Uint8Array {
  return concat(...list.map(encodePlmn));
}

/** A list with access technologies; its empty entry is 'FFFFFF0000'. */
function plmnsWithAct(list: readonly PlmnWithAct[], node: ElementaryNode): Uint8Array | undefined {
  const places = Math.floor(node.content.length / 5);
  if (list.length > places) return undefined;
  const empty = Uint8Array.of(0xff, 0xff, 0xff, 0, 0);
  const entries = Array.from({ length: places }, (_, n) => {
    const entry = list[n];
    if (entry === undefined) return empty;
    return concat(encodePlmn(entry.plmn), Uint8Array.of(entry.act >> 8, entry.act & 0xff));
  });
  return inFile(concat(...entries), node);
}

/** One record of these octets, every other record 'FF'. */
function firstRecord(octets: Uint8Array, node: ElementaryNode): Uint8Array | undefined {
  return octets.length > node.recordLength ? undefined : inFile(octets, node);
}

/** The access class of an IMSI is its last digit: class 0 in b1 of the second octet. */
function accessClass({ imsi, operatorData }: SubscriptionParameters): Uint8Array {
  const bits = 1 << Number(imsi.slice(-1));
  return operatorData.acc ?? Uint8Array.of(bits >> 8, bits & 0xff);
}

const SMSP_FIXED = 28;
const SMSP_SCA_ABSENT = 0x02;

/** Keeps what the user has set, and replaces the service centre in every record. */
const serviceCentres: Content = ({ operatorData }, node) => {
  const content = node.content.slice();
  const { serviceCentre } = operatorData;
  const address = serviceCentre === undefined ? EMPTY : encodeAddress(serviceCentre);
  const field = padded(
    address.length === 0 ? EMPTY : concat(Uint8Array.of(address.length), address),
    12,
  );
  for (let record = 0; record < recordCount(node); record++) {
    const indicators = (record + 1) * node.recordLength - SMSP_FIXED;
    if (indicators < 0) return undefined;
    const isUsed = record === 0 && address.length > 0;
    content[indicators] = isUsed
      ? content[indicators]! & ~SMSP_SCA_ABSENT
      : content[indicators]! | SMSP_SCA_ABSENT;
    content.set(isUsed ? field : filled(12, 0xff), indicators + 13);
  }
  return content;
};

/** Alpha identifier empty; length, type and digits; no capability and extension records. */
const msisdn: Content = ({ operatorData }, node) => {
  if (operatorData.msisdn === undefined) return filled(node.content.length, 0xff);
  const number = encodeAddress(operatorData.msisdn);
  const record = filled(node.recordLength, 0xff);
  const at = node.recordLength - 14;
  if (at < 0) return undefined;
  record.set(concat(Uint8Array.of(number.length), number), at);
  return firstRecord(record, node);
};

function text(value: string): Uint8Array {
  return berTlv(0x80, new TextEncoder().encode(value));
}

const ROWS: readonly Row[] = [
  { directory: 'USIM', fid: 0x6f07, content: ({ imsi }, node) => inFile(encodeImsi(imsi), node) },
  {
    directory: 'USIM',
    fid: 0x6fad,
    content: ({ mncLength }, node) => {
      const content = node.content.slice();
      if (content.length < 4) return undefined;
      content[3] = (content[3]! & 0xf0) | mncLength;
      return content;
    },
  },
  { directory: 'USIM', fid: 0x6f78, content: (change, node) => inFile(accessClass(change), node) },
  { directory: 'USIM', fid: 0x6f7e, content: endingWith(0x00, 0x00, 0xff, 0x01) },
  { directory: 'USIM', fid: 0x6f73, content: endingWith(0x00, 0x00, 0xff, 0x01) },
  { directory: 'USIM', fid: 0x6fe3, content: endingWith(0x00, 0x00, 0x01) },
  { directory: '5GS', fid: 0x4f01, content: endingWith(0x01) },
  { directory: '5GS', fid: 0x4f02, content: endingWith(0x01) },
  { directory: 'USIM', fid: 0x6f08, content: always(0x07) },
  { directory: 'USIM', fid: 0x6f09, content: always(0x07) },
  { directory: 'GSM-ACCESS', fid: 0x4f20, content: endingWith(0x07) },
  { directory: 'GSM-ACCESS', fid: 0x4f52, content: endingWith(0x07) },
  { directory: 'USIM', fid: 0x6fe4, content: emptied },
  { directory: '5GS', fid: 0x4f03, content: emptied },
  { directory: '5GS', fid: 0x4f04, content: emptied },
  { directory: '5GS', fid: 0x4f05, content: emptied },
  { directory: 'USIM', fid: 0x6f5b, content: always(0xf0, 0x00, 0x00, 0xf0, 0x00, 0x00) },
  { directory: 'USIM', fid: 0x6f7b, content: emptied },
  { directory: 'USIM', fid: 0x6fc4, content: emptied },
  {
    directory: 'USIM',
    fid: 0x6fd9,
    content: ({ imsi, mncLength, operatorData }, node) =>
      inFile(plmns(operatorData.ehplmn ?? [homePlmn(imsi, mncLength)]), node),
  },
  {
    directory: 'USIM',
    fid: 0x6f62,
    content: ({ operatorData }, node) => plmnsWithAct(operatorData.hplmnWact ?? [], node),
  },
  {
    directory: 'USIM',
    fid: 0x6f61,
    content: ({ operatorData }, node) => plmnsWithAct(operatorData.oplmnWact ?? [], node),
  },
  {
    directory: 'USIM',
    fid: 0x6fcd,
    content: ({ operatorData: { spdi } }, node) =>
      inFile(spdi === undefined ? EMPTY : berTlv(0xa3, berTlv(0x80, plmns(spdi))), node),
  },
  {
    directory: 'USIM',
    fid: 0x6fc6,
    content: ({ imsi, mncLength, operatorData }, node) => {
      if (operatorData.pnn === undefined) return filled(node.content.length, 0xff);
      // All areas of the home network have the name in record 1 of EF_PNN.
      const areas = Uint8Array.of(0x00, 0x00, 0xff, 0xfe, 0x01);
      return firstRecord(concat(encodePlmn(homePlmn(imsi, mncLength)), areas), node);
    },
  },
  {
    directory: 'USIM',
    fid: 0x6fc5,
    content: ({ operatorData }, node) => firstRecord(operatorData.pnn ?? EMPTY, node),
  },
  {
    directory: 'USIM',
    fid: 0x6f46,
    content: ({ operatorData }, node) => inFile(operatorData.spn ?? EMPTY, node),
  },
  {
    directory: 'USIM',
    fid: 0x6f3e,
    content: ({ operatorData }, node) => inFile(operatorData.gid1 ?? EMPTY, node),
  },
  {
    directory: 'USIM',
    fid: 0x6f3f,
    content: ({ operatorData }, node) => inFile(operatorData.gid2 ?? EMPTY, node),
  },
  { directory: 'USIM', fid: 0x6f42, content: serviceCentres },
  { directory: 'USIM', fid: 0x6f40, content: msisdn },
  // The home network's public key and routing are the old operator's: null scheme, routing '0'.
  { directory: '5GS', fid: 0x4f07, content: always(0xa0, 0x02, 0x00, 0x00) },
  { directory: '5GS', fid: 0x4f0a, content: always(0xf0) },
  {
    directory: 'ISIM',
    fid: 0x6f02,
    content: ({ imsi, mncLength }, node) => inFile(text(impi(imsi, mncLength)), node),
  },
  {
    directory: 'ISIM',
    fid: 0x6f03,
    content: ({ imsi, mncLength }, node) => inFile(text(homeDomain(imsi, mncLength)), node),
  },
  {
    directory: 'ISIM',
    fid: 0x6f04,
    content: ({ imsi, mncLength }, node) => firstRecord(text(impu(imsi, mncLength)), node),
  },
];

const CODE = { USIM: 0x1002, ISIM: 0x1004 } as const;
const SUB_DIRECTORY = { 'GSM-ACCESS': 0x5f3b, '5GS': 0x5fc0 } as const;

function applicationsOf(files: Files, code: number): readonly FileNumber[] {
  const mf = nodeOf(files.image, files.root, MF);
  return (mf.kind === 'directory' ? mf.children : []).filter((number) => {
    const node = nodeOf(files.image, files.root, number);
    const aid = node.kind === 'directory' ? node.aid : undefined;
    return aid !== undefined && aid[5]! * 256 + aid[6]! === code;
  });
}

function directoriesOf(files: Files, directory: Directory): readonly FileNumber[] {
  if (directory === 'USIM' || directory === 'ISIM') return applicationsOf(files, CODE[directory]);
  return applicationsOf(files, CODE.USIM).flatMap((application) => {
    const found = childOf(files, application, SUB_DIRECTORY[directory]);
    return found === undefined ? [] : [found];
  });
}

/**
 * Computes the new contents of all files that depend on the subscription.
 *
 * A file that the card does not have is passed over.
 *
 * @returns the changes, for one commit; `undefined` when something sent does not fit its file
 * @see docs/subscription-change.md
 */
export function subscriptionFiles(
  files: Files,
  change: SubscriptionParameters,
): readonly Change[] | undefined {
  const changes: Change[] = [];
  for (const { directory, fid, content: contentOf } of ROWS) {
    for (const parent of directoriesOf(files, directory)) {
      const file = childOf(files, parent, fid);
      const node = file === undefined ? undefined : nodeOf(files.image, files.root, file);
      if (file === undefined || node?.kind !== 'ef') continue;
      const content = contentOf(change, node);
      if (content === undefined) return undefined;
      changes.push({ kind: 'content', file, content });
    }
  }
  return changes;
}
