/**
 * Subscribers of srsRAN 4G: `user_db.csv` of srsEPC, and the USIM of srsUE in `ue.conf`.
 *
 *     Name,Auth,IMSI,Key,OP_Type,OP/OPc,AMF,SQN,QCI,IP_alloc
 *
 * SQN, hex, is that of the next vector; SEQ and IND (5 bits) both grow by 1. A card has no IMEI,
 * and srsUE, which does not judge SQN, remembers none.
 *
 * @see docs/export.md, "srsRAN 4G"
 * @module
 */

import { sqnText } from '../../bytes/sqn.ts';
import { AMF, type FormatWriter, linesText } from './services.ts';

/** QCI of the default bearer. */
const QCI = 7;

/** Writes the rows of `user_db.csv`; the name of a user is the ICCID. */
export const writeSrsEpc: FormatWriter = (subscriptions) =>
  linesText([
    '# Name,Auth,IMSI,Key,OP_Type,OP/OPc,AMF,SQN,QCI,IP_alloc',
    ...subscriptions.map((one) => {
      const { iccid, imsi, k, opc } = one;
      return [iccid, 'mil', imsi, k, 'opc', opc, AMF, sqnText(one.sqn), QCI, 'dynamic'].join(',');
    }),
  ]);

/** Writes the sections of `ue.conf` that are about the subscription. */
export const writeSrsUe: FormatWriter = (subscriptions, { apn }) =>
  linesText(
    subscriptions.flatMap(({ iccid, imsi, k, opc }) => [
      `# ICCID ${iccid}`,
      '[usim]',
      'mode = soft',
      'algo = milenage',
      `opc  = ${opc}`,
      `k    = ${k}`,
      `imsi = ${imsi}`,
      '',
      '[nas]',
      `apn = ${apn}`,
      'apn_protocol = ipv4',
    ]),
  );
