/**
 * A UE of UERANSIM: the configuration of `nr-ue`, in YAML. It plays card and ME at once.
 *
 * It has no SQN to set: UERANSIM begins with 0 at each start, and takes what is ahead. The IMSI is
 * concealed as EF_SUCI_Calc_Info prefers it, by profile A or the null scheme.
 *
 * @see docs/export.md, "UERANSIM"
 * @module
 */

import { sqnText } from '../../bytes/sqn.ts';
import { AMF, type FormatWriter, homeNetworkOf, linesText, type Slice } from './services.ts';
import type { ExportedSubscription } from './subscription.ts';

const NULL_SCHEME = 0;
const PROFILE_A = 1;

const sliceLines = ({ sst, sd }: Slice): string[] => [
  `sst: ${sst}`,
  ...(sd === undefined ? [] : [`sd: 0x${sd}`]),
];

const indented = (line: string): string => `  ${line}`;

/** The first line of an item behind a dash, the others below it. */
const item = ([first = '', ...others]: readonly string[]): string[] => [
  `  - ${first}`,
  ...others.map((line) => `    ${line}`),
];

function concealmentLines({ concealment, routingIndicator }: ExportedSubscription): string[] {
  const key =
    concealment === undefined
      ? []
      : [
          `homeNetworkPublicKey: '${concealment.key}'`,
          `homeNetworkPublicKeyId: ${concealment.identifier}`,
        ];
  const scheme = concealment === undefined ? NULL_SCHEME : PROFILE_A;
  return [`protectionScheme: ${scheme}`, ...key, `routingIndicator: '${routingIndicator}'`];
}

/** What UERANSIM wants of an ME. */
const ME_LINES = [
  'gnbSearchList:',
  '  - 127.0.0.1',
  'uacAic:',
  '  mps: false',
  '  mcs: false',
  'uacAcc:',
  '  normalClass: 0',
  ...[11, 12, 13, 14, 15].map((accessClass) => `  class${accessClass}: false`),
  'integrity:',
  ...[1, 2, 3].map((algorithm) => `  IA${algorithm}: true`),
  'ciphering:',
  ...[1, 2, 3].map((algorithm) => `  EA${algorithm}: true`),
  'integrityMaxRate:',
  "  uplink: 'full'",
  "  downlink: 'full'",
];

/** Writes the configuration of one UE. */
export const writeUeransim: FormatWriter = (subscriptions, { apn, slice }) =>
  linesText(
    subscriptions.flatMap((one) => {
      const { mcc, mnc } = homeNetworkOf(one);
      const nssai = item(sliceLines(slice));
      return [
        `# ICCID ${one.iccid}; the next SQN of its network is ${sqnText(one.sqn)}`,
        `supi: 'imsi-${one.imsi}'`,
        `mcc: '${mcc}'`,
        `mnc: '${mnc}'`,
        ...concealmentLines(one),
        `key: '${one.k}'`,
        `op: '${one.opc}'`,
        "opType: 'OPC'",
        `amf: '${AMF}'`,
        'sessions:',
        ...item(["type: 'IPv4'", `apn: '${apn}'`, 'slice:', ...sliceLines(slice).map(indented)]),
        'configured-nssai:',
        ...nssai,
        'default-nssai:',
        ...nssai,
        ...ME_LINES,
      ];
    }),
  );
