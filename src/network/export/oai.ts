/**
 * Subscribers of OpenAirInterface: SQL for the MySQL database of its 5G core, and the UICC of
 * nr-uesoftmodem.
 *
 *     AuthenticationSubscription          K, OPc, AMF, SQN as hex text within JSON
 *     SessionManagementSubscriptionData   slice and access point
 *
 * A row that is there is replaced. No text within has a quote or a backslash.
 *
 * @see docs/export.md, "OpenAirInterface"
 * @module
 */

import { sqnText } from '../../bytes/sqn.ts';
import {
  AMF,
  type ExportedServices,
  type FormatWriter,
  homeNetworkOf,
  linesText,
} from './services.ts';
import type { ExportedSubscription } from './subscription.ts';

/** How no SD is written. */
const NO_SD = 'ffffff';
/** What nr-uesoftmodem takes the MNC for when nothing is said. */
const MNC_DIGITS = 2;

const json = (value: object): string => `'${JSON.stringify(value)}'`;

function sessionOf(apn: string): object {
  return {
    [apn]: {
      pduSessionTypes: { defaultSessionType: 'IPV4' },
      sscModes: { defaultSscMode: 'SSC_MODE_1' },
      '5gQosProfile': {
        '5qi': 9,
        arp: { priorityLevel: 1, preemptCap: 'NOT_PREEMPT', preemptVuln: 'NOT_PREEMPTABLE' },
        priorityLevel: 1,
      },
      sessionAmbr: { uplink: '1000Mbps', downlink: '1000Mbps' },
    },
  };
}

function statementsOf(one: ExportedSubscription, { apn, slice }: ExportedServices): string[] {
  const { iccid, imsi, k, opc } = one;
  const { mcc, mnc } = homeNetworkOf(one);
  const sqn = json({
    sqn: sqnText(one.sqn),
    sqnScheme: 'NON_TIME_BASED',
    lastIndexes: { ausf: 0 },
  });
  const snssai = json({ sst: slice.sst, sd: (slice.sd ?? NO_SD).toUpperCase() });
  return [
    `-- ICCID ${iccid}`,
    'REPLACE INTO `AuthenticationSubscription` (`ueid`, `authenticationMethod`,',
    '  `encPermanentKey`, `protectionParameterId`, `sequenceNumber`,',
    '  `authenticationManagementField`, `algorithmId`, `encOpcKey`, `supi`) VALUES',
    `  ('${imsi}', '5G_AKA', '${k}', '${k}', ${sqn},`,
    `  '${AMF}', 'milenage', '${opc}', '${imsi}');`,
    'REPLACE INTO `SessionManagementSubscriptionData` (`ueid`, `servingPlmnid`,',
    '  `singleNssai`, `dnnConfigurations`) VALUES',
    `  ('${imsi}', '${mcc}${mnc}', ${snssai},`,
    `  ${json(sessionOf(apn))});`,
  ];
}

/** Writes the statements, all of which are done or none. */
export const writeOaiCore: FormatWriter = (subscriptions, services) =>
  linesText(['BEGIN;', ...subscriptions.flatMap((one) => statementsOf(one, services)), 'COMMIT;']);

/** Writes the section of the UE: `pdu_sessions` for later versions, `dnn` for earlier ones. */
export const writeOaiUe: FormatWriter = (subscriptions, { apn, slice }) =>
  linesText(
    subscriptions.flatMap(({ iccid, imsi, mncLength, k, opc }) => {
      const sd = slice.sd === undefined ? [] : [`nssai_sd = 0x${slice.sd};`];
      const session = [`dnn = "${apn}";`, `nssai_sst = ${slice.sst};`, ...sd];
      return [
        `# ICCID ${iccid}`,
        'uicc0 = {',
        `  imsi = "${imsi}";`,
        ...(mncLength === MNC_DIGITS ? [] : [`  nmc_size = ${mncLength};`]),
        `  key = "${k}";`,
        `  opc = "${opc}";`,
        ...session.map((line) => `  ${line}`),
        `  pdu_sessions = ({ ${session.join(' ')} });`,
        '}',
      ];
    }),
  );
