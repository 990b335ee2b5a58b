/**
 * What becomes of the files when the subscription changes: one row a file.
 *
 * A file is rewritten with what follows from the new IMSI or with what the new operator has sent,
 * or it is emptied. Nothing of the old operator's stays, least of all in EF_EHPLMN: an ME takes
 * what is listed there for home, whatever the IMSI says.
 *
 * @see docs/subscription-change.md; 3GPP TS 31.102 §4.2; 3GPP TS 23.122 §1.2 (EHPLMN)
 * @module
 */

import { encodeAddress } from '../../bytes/address.ts';
import { encodePlmn, homePlmn } from '../../bytes/identity.ts';
import { homeDomain, impi, impu } from '../../bytes/ims.ts';
import { concat, padded } from '../../bytes/octets.ts';
import { EF_ACC, EF_AD } from '../../ef/administration.ts';
import { EF_Routing_Indicator, EF_SUCI_Calc_Info } from '../../ef/concealment.ts';
import type { EfDefinition } from '../../ef/definition.ts';
import { EF_MSISDN, NO_DIALLING_NUMBER } from '../../ef/dialling.ts';
import { EF_DOMAIN, EF_GID1, EF_GID2, EF_IMPI, EF_IMPU, EF_IMSI } from '../../ef/identity.ts';
import * as keys from '../../ef/keys.ts';
import * as location from '../../ef/location.ts';
import { EF_PNN, EF_SPN } from '../../ef/names.ts';
import { EF_OPL, EF_SPDI } from '../../ef/operator-lists.ts';
import { EF_EHPLMN, EF_FPLMN, EF_HPLMNwAcT, EF_OPLMNwAcT } from '../../ef/plmn-lists.ts';
import { EF_SMSP } from '../../ef/sms.ts';
import { NULL_SCHEME_ALONE } from '../../ef/suci-calculation.ts';
import type { PlmnWithAct } from '../../ota/operator-data.ts';
import type { SubscriptionParameters } from '../../ota/subscription-change.ts';
import { applicationsOf, childOf, type Files } from '../files/file-system.ts';
import { type Change, type ElementaryNode, type FileNumber, nodeOf } from '../memory.ts';

type Directory = 'USIM' | 'GSM-ACCESS' | '5GS' | 'WLAN' | 'ISIM';

/** Octets of one record, or of the whole transparent file, and how many there must be. */
interface Room {
  readonly size: number;
  /** What the file, or its first record, holds now. */
  readonly present: Uint8Array;
}

/** Makes octets for a file; fewer are filled with 'FF', `undefined` empties it. */
type Content = (change: SubscriptionParameters, room: Room) => Uint8Array | undefined;

interface Row {
  readonly directory: Directory;
  readonly fid: number;
  readonly content: Content;
}

/** A file whose new content is a value of its definition. */
function row<T>(
  directory: Directory,
  ef: EfDefinition<T>,
  value: (change: SubscriptionParameters) => T,
): Row {
  const content: Content = (change, { size }) => ef.encode(value(change), size);
  return { directory, fid: ef.fid, content };
}

/** A file whose new content is what the operator has sent, or nothing. */
function sent<T>(directory: Directory, ef: EfDefinition<T>, content: Content): Row {
  return { directory, fid: ef.fid, content };
}

function emptied<T>(directory: Directory, ef: EfDefinition<T>): Row {
  return { directory, fid: ef.fid, content: () => undefined };
}

/** A file that is only ever emptied here, so that its FID is all that there is to know of it. */
function emptiedFile(directory: Directory, fid: number): Row {
  return { directory, fid, content: () => undefined };
}

const NO_PLMN = Uint8Array.of(0xff, 0xff, 0xff, 0x00, 0x00);

/** Entries as they were sent, whatever their access technologies, then empty ones. */
function plmnsWithAct(list: readonly PlmnWithAct[] = [], { size }: Room): Uint8Array {
  const empty = Math.max(0, Math.floor(size / NO_PLMN.length) - list.length);
  return concat(
    ...list.map(({ plmn, act }) => concat(encodePlmn(plmn), Uint8Array.of(act >> 8, act & 0xff))),
    ...Array.from({ length: empty }, () => NO_PLMN),
  );
}

/** The access class of an IMSI is its last digit. */
const accessClass: Content = ({ imsi, operatorData: { acc } }) =>
  acc ?? EF_ACC.encode([Number(imsi.slice(-1))]);

/** Where EF_AD says the length of the MNC: in b4 to b1. */
const MNC_LENGTH_OFFSET = 3;
/**
 * Octets of EF_SMSP behind the alpha identifier; the first says what is absent, b2 the service
 * centre.
 */
const SMSP_FIXED_OCTETS = 28;
const SERVICE_CENTRE_OFFSET = 13;
const SERVICE_CENTRE_OCTETS = 12;
const SERVICE_CENTRE_ABSENT = 0x02;

// These two are changed in place and not read first: whatever the ME has put into a file must not
// keep a staged change from becoming effective.

const mncLength: Content = ({ mncLength: length }, { size, present }) => {
  if (size <= MNC_LENGTH_OFFSET) throw new RangeError('EF_AD: no octet for the length of the MNC');
  const octets = present.slice();
  octets[MNC_LENGTH_OFFSET] = ((present[MNC_LENGTH_OFFSET] ?? 0) & 0xf0) | length;
  return octets;
};

/** What else the record says is the user's, and stays. */
const serviceCentre: Content = ({ operatorData }, { size, present }) => {
  const at = size - SMSP_FIXED_OCTETS;
  if (at < 0) throw new RangeError('EF_SMSP: no room for a service centre');
  const octets = present.slice();
  const address = operatorData.serviceCentre && encodeAddress(operatorData.serviceCentre);
  const field = address === undefined ? [] : [address.length, ...address];
  octets.set(padded(Uint8Array.from(field), SERVICE_CENTRE_OCTETS), at + SERVICE_CENTRE_OFFSET);
  const indicators = present[at] ?? 0xff;
  octets[at] =
    address === undefined
      ? indicators | SERVICE_CENTRE_ABSENT
      : indicators & ~SERVICE_CENTRE_ABSENT;
  return octets;
};

/** Every area of the home network has the name in record 1 of EF_PNN. */
const homeAreas: Content = ({ imsi, mncLength, operatorData }, { size }) => {
  if (operatorData.pnn === undefined) return undefined;
  const plmn = homePlmn(imsi, mncLength);
  return EF_OPL.encode({ plmn, firstArea: 0x0000, lastArea: 0xfffe, pnnRecord: 1 }, size);
};

/** One digit, then fillers. */
const ROUTING_INDICATOR_0 = Uint8Array.of(0xf0);

const ROWS: readonly Row[] = [
  row('USIM', EF_IMSI, ({ imsi }) => imsi),
  sent('USIM', EF_AD, mncLength),
  sent('USIM', EF_ACC, accessClass),

  row('USIM', location.EF_LOCI, () => location.NO_LOCI),
  row('USIM', location.EF_PSLOCI, () => location.NO_PSLOCI),
  row('USIM', location.EF_EPSLOCI, () => location.NO_EPSLOCI),
  row('5GS', location.EF_5GS3GPPLOCI, () => location.NO_5GS_LOCI),
  row('5GS', location.EF_5GSN3GPPLOCI, () => location.NO_5GS_LOCI),
  emptied('USIM', location.EF_NETPAR),

  row('USIM', keys.EF_Keys, () => keys.NO_KEYS),
  row('USIM', keys.EF_KeysPS, () => keys.NO_KEYS),
  row('GSM-ACCESS', keys.EF_Kc, () => keys.NO_GSM_KEY),
  row('GSM-ACCESS', keys.EF_KcGPRS, () => keys.NO_GSM_KEY),
  row('USIM', keys.EF_START_HFN, () => keys.INITIAL_START_HFN),
  emptied('USIM', keys.EF_EPSNSC),
  emptied('5GS', keys.EF_5GS3GPPNSC),
  emptied('5GS', keys.EF_5GSN3GPPNSC),
  emptied('5GS', keys.EF_5GAUTHKEYS),

  emptied('USIM', EF_FPLMN),
  row('USIM', EF_EHPLMN, ({ imsi, mncLength, operatorData }) => {
    return operatorData.ehplmn ?? [homePlmn(imsi, mncLength)];
  }),
  sent('USIM', EF_HPLMNwAcT, ({ operatorData }, room) =>
    plmnsWithAct(operatorData.hplmnWact, room),
  ),
  sent('USIM', EF_OPLMNwAcT, ({ operatorData }, room) =>
    plmnsWithAct(operatorData.oplmnWact, room),
  ),
  sent('USIM', EF_SPDI, ({ operatorData: { spdi } }, { size }) =>
    spdi === undefined ? undefined : EF_SPDI.encode(spdi, size),
  ),
  sent('USIM', EF_OPL, homeAreas),
  sent('USIM', EF_PNN, ({ operatorData }) => operatorData.pnn),
  sent('USIM', EF_SPN, ({ operatorData }) => operatorData.spn),
  sent('USIM', EF_GID1, ({ operatorData }) => operatorData.gid1),
  sent('USIM', EF_GID2, ({ operatorData }) => operatorData.gid2),
  sent('USIM', EF_SMSP, serviceCentre),
  row('USIM', EF_MSISDN, ({ operatorData }) => {
    return { ...NO_DIALLING_NUMBER, number: operatorData.msisdn };
  }),

  // The home network's public key and routing are the old operator's.
  row('5GS', EF_SUCI_Calc_Info, () => NULL_SCHEME_ALONE),
  sent('5GS', EF_Routing_Indicator, () => ROUTING_INDICATOR_0),

  row('ISIM', EF_IMPI, ({ imsi, mncLength }) => impi(imsi, mncLength)),
  row('ISIM', EF_DOMAIN, ({ imsi, mncLength }) => homeDomain(imsi, mncLength)),
  row('ISIM', EF_IMPU, ({ imsi, mncLength }) => impu(imsi, mncLength)),

  // EF_P-CSCF, EF_GBABP and EF_GBANL of both, and the identities that a WLAN has given: EF_Pseudo,
  // EF_WRI.
  emptiedFile('ISIM', 0x6f09),
  emptiedFile('ISIM', 0x6fd5),
  emptiedFile('ISIM', 0x6fd7),
  emptiedFile('USIM', 0x6fd6),
  emptiedFile('USIM', 0x6fda),
  emptiedFile('WLAN', 0x4f41),
  emptiedFile('WLAN', 0x4f46),
];

/**
 * The new content of one file: its first record, all others empty. `undefined`: it does not fit.
 */
function contentOf(
  { content }: Row,
  change: SubscriptionParameters,
  node: ElementaryNode,
): Uint8Array | undefined {
  const size = node.recordLength === 0 ? node.content.length : node.recordLength;
  const room = { size, present: node.content.subarray(0, size) };
  try {
    const octets = content(change, room) ?? new Uint8Array(0);
    return octets.length > size ? undefined : padded(octets, node.content.length);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const SUB_DIRECTORY = { 'GSM-ACCESS': 0x5f3b, '5GS': 0x5fc0, WLAN: 0x5f40 } as const;

function directoriesOf(files: Files, directory: Directory): readonly FileNumber[] {
  if (directory === 'USIM') return applicationsOf(files, 'usim');
  if (directory === 'ISIM') return applicationsOf(files, 'isim');
  return applicationsOf(files, 'usim').flatMap((application) => {
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
  for (const wanted of ROWS) {
    for (const parent of directoriesOf(files, wanted.directory)) {
      const file = childOf(files, parent, wanted.fid);
      const node = file === undefined ? undefined : nodeOf(files.image, files.root, file);
      if (file === undefined || node?.kind !== 'ef' || node.structure === 'ber-tlv') continue;
      const content = contentOf(wanted, change, node);
      if (content === undefined) return undefined;
      changes.push({ kind: 'content', file, content });
    }
  }
  return changes;
}
